import type { CsvError } from 'csv-parse';
import { listColumns, showColumn } from '../row-reader.js';

/** What is wrong with a header. */
export interface HeaderFault {
  readonly code: 'SOURCE_COLUMN_DUPLICATE' | 'SOURCE_UNREADABLE';
  readonly text: string;
  readonly column?: string;
}

/** The first fault of a CSV text's header, whatever the columns are; nothing where there is none. */
export function headerFault(names: readonly string[]): HeaderFault | undefined {
  // A text whose lines end in CR alone is one line, and would pass for a header without rows.
  if (names.some((name) => /\r(?!\n)/.test(name))) {
    const text = 'expected lines that end in LF or CRLF, got CR alone in the header';
    return { code: 'SOURCE_UNREADABLE', text };
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return undefined;
  const text = `expected every column once, got ${showColumn(twice)} again in ${listColumns(names)}`;
  return { code: 'SOURCE_COLUMN_DUPLICATE', text, column: twice };
}

/** What the parser met and where; its own words have the text itself in them. */
export function describeCsvError({ code, lines }: CsvError): string {
  return typeof lines === 'number' ? `${code} at line ${lines}` : code;
}
