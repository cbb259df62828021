import { concernsOneRow } from '../day-errors.js';
import type { RowOrigin, SourceError, SourceRow } from '../day-source.js';
import { cutRowText, writeJsonRow } from './row-text.js';

/** Whether an error of reading a row concerns that row alone. */
export function isBadRow({ kind, code, place }: SourceError): boolean {
  return kind === 'lasting' && place.row !== undefined && concernsOneRow(code);
}

/** The beginning of a row's text, as its source has it or as JSON. */
export function badRowText({ bad, values }: SourceRow, { writeRow }: RowOrigin = {}): string {
  try {
    return cutRowText(bad?.text() ?? writeRow?.(values) ?? writeJsonRow(values));
  } catch {
    // A value of the user's own code may throw from a getter, a proxy or a method.
    return '';
  }
}
