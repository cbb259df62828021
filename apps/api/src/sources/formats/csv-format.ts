import { finished } from 'node:stream/promises';
import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError, type RowChunk, type SourceRow, inOneChunk } from '../day-source.js';
import {
  listColumns,
  missingColumn,
  showColumn,
  listedColumns,
  valuesMaker,
} from '../source-columns.js';
import { cutOff, rowTooLarge, unreadable } from './format-failure.js';

/** RFC 4180 in UTF-8, with either line end; empty lines don't count. */
export const CSV_FORMAT = {
  bom: false,
  columns: false,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
} as const satisfies Options;

/**
 * The rows of a CSV text whose first row is the header.
 * @param chunks UTF-8 without a byte order mark
 * @param columns the columns of the target: the header must have them, even if no row follows
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
  columns: readonly TargetColumn[],
): AsyncGenerator<RowChunk> {
  const records: string[][] = [];
  const parser = parse({
    ...CSV_FORMAT,
    max_record_size: maxRowBytes,
    // No records go through the stream: as objects they would take longer than the parsing.
    on_record: (fields: string[]) => {
      records.push(fields);
      return null;
    },
  });
  // The code below awaits it and gets its error.
  const ended = finished(parser, { readable: false });
  ended.catch(() => undefined);
  parser.resume();
  let readRecord: RecordReader | undefined;
  let row = 0;
  const take = function* (): Generator<SourceRow> {
    for (const fields of records) {
      if (readRecord === undefined) readRecord = recordReader(readHeader(fields, columns));
      else yield readRecord(fields, (row += 1));
    }
    records.length = 0;
  };
  try {
    for await (const chunk of chunks) {
      await write(parser, chunk);
      yield* inOneChunk(take());
    }
    parser.end();
    await ended;
    yield* inOneChunk(take());
  } catch (error) {
    throw error instanceof CsvError
      ? csvFailure(error, row + records.length + (readRecord === undefined ? 0 : 1), maxRowBytes)
      : error;
  } finally {
    parser.destroy();
  }
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.write(chunk, (error) => (error == null ? resolve() : reject(error)));
  return promise;
}

function readHeader(names: readonly string[], columns: readonly TargetColumn[]): readonly string[] {
  const fault = headerFault(names);
  if (fault !== undefined) {
    const { code, text, column } = fault;
    throw new SourceError('lasting', code, text, column === undefined ? {} : { column });
  }
  // Checked in the header: without a row, the day would pass for one without data.
  const missing = missingColumn(names, columns);
  if (missing !== undefined) throw missing;
  return names;
}

type RecordReader = (fields: readonly string[], row: number) => SourceRow;

function recordReader(header: readonly string[]): RecordReader {
  const makeValues = valuesMaker(listedColumns(header));
  return (fields, row) => {
    if (fields.length !== header.length) {
      throw new SourceError(
        'lasting',
        'SOURCE_ROW_RAGGED',
        `row ${row}: expected ${header.length} fields as in the header, got ${fields.length}`,
        { row },
      );
    }
    return { row, values: makeValues(fields) };
  };
}

function csvFailure(error: CsvError, record: number, maxRowBytes: number): SourceError {
  // The header is a record but not a row.
  const row = Math.max(1, record);
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return cutOff(`row ${row}: expected a closing quote, got the end`, row, error);
    case 'CSV_MAX_RECORD_SIZE':
      return rowTooLarge(maxRowBytes, row);
    default:
      return unreadable(
        `row ${row}: expected CSV as in RFC 4180, got ${describeCsvError(error)}`,
        row,
        error,
      );
  }
}

export interface HeaderFault {
  readonly code: 'SOURCE_COLUMN_DUPLICATE' | 'SOURCE_UNREADABLE';
  readonly text: string;
  readonly column?: string;
}

/** The first fault of a CSV header, if any. */
export function headerFault(names: readonly string[]): HeaderFault | undefined {
  // If lines end in CR alone, the whole text is one line and would pass for a header without rows.
  if (names.some((name) => /\r(?!\n)/.test(name))) {
    const text = 'expected lines that end in LF or CRLF, got CR alone in the header';
    return { code: 'SOURCE_UNREADABLE', text };
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return undefined;
  const text = `expected every column once, got ${showColumn(twice)} again in ${listColumns(names)}`;
  return { code: 'SOURCE_COLUMN_DUPLICATE', text, column: twice };
}

/** The parser's error without its message, which contains the text itself. */
export function describeCsvError({ code, lines }: CsvError): string {
  return typeof lines === 'number' ? `${code} at line ${lines}` : code;
}
