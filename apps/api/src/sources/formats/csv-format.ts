import { finished } from 'node:stream/promises';
import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import {
  badRow,
  chunkFrom,
  SourceError,
  type RowChunk,
  type RowOrigin,
  type SourceErrorKind,
  type SourceRow,
} from '../day-source.js';
import { MOST_COLUMNS, tooManyColumns } from '../rows/row-bounds.js';
import {
  listColumns,
  missingColumn,
  showColumn,
  listedColumns,
  valuesMaker,
  type NeededColumn,
} from '../rows/source-columns.js';
import { writeCsvRow } from '../rows/row-text.js';
import { delimiterHint, openCsv, type CsvDialect } from './csv-dialect.js';
import { cutOff, rowTooLarge, unreadable } from './format-failure.js';

/**
 * The rows of a CSV text whose first row is the header.
 * @param chunks UTF-8 without a byte order mark
 * @param columns the columns that a dataset needs: the header must have them, even if no row follows
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
  columns: readonly NeededColumn[],
  dialect: CsvDialect,
): AsyncGenerator<RowChunk> {
  const { options, chunks: body } = await openCsv(chunks, dialect);
  let rows: SourceRow[] = [];
  let row = 0;
  let readRecord: RecordReader | undefined;
  let origin: RowOrigin = {};
  const delimiter = delimiterOf(options);
  const parser: Parser = parse({
    ...options,
    max_record_size: maxRowBytes,
    // No records go through the stream: as objects they would take longer than the parsing. What is thrown here ends
    // the parser.
    on_record: (fields: string[]) => {
      acceptAnyLength(parser);
      if (readRecord === undefined) {
        const header = readHeader(fields, columns);
        readRecord = recordReader(header, delimiter);
        origin = csvOrigin(header, delimiter);
      } else rows.push(readRecord(fields, (row += 1)));
      return null;
    },
  });
  // The code below awaits it and gets its error.
  const ended = finished(parser, { readable: false });
  ended.catch(() => undefined);
  parser.resume();
  const found = (): readonly RowChunk[] => {
    const chunk = rows;
    rows = [];
    return chunk.length === 0 ? [] : [chunkFrom(chunk, origin)];
  };
  try {
    for await (const chunk of body) {
      await write(parser, chunk);
      yield* found();
      checkOpenRecord(parser, readRecord === undefined ? undefined : row + 1);
    }
    parser.end();
    await ended;
    yield* found();
  } catch (error) {
    yield* found();
    throw error instanceof CsvError ? csvFailure(error, row + 1, maxRowBytes) : error;
  } finally {
    parser.destroy();
  }
}

/** The fields of a record that has not ended yet. The parser has no option that limits them, and does not count their commas. */
const MOST_OPEN_FIELDS = 1_000_000;

/** @param row undefined for the header */
function checkOpenRecord(parser: Parser, row: number | undefined): void {
  const { state } = parser as unknown as { state: { readonly record: readonly string[] } };
  if (state.record.length <= MOST_OPEN_FIELDS) return;
  const received = `more than ${MOST_OPEN_FIELDS}`;
  throw tooManyColumns(received, row === undefined ? {} : { row });
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.write(chunk, (error) => (error == null ? resolve() : reject(error)));
  return promise;
}

function readHeader(names: readonly string[], columns: readonly NeededColumn[]): readonly string[] {
  const failure = headerFailure(names, 'lasting');
  if (failure !== undefined) throw failure;
  // Checked in the header: without a row, the day would pass for one without data.
  const missing = missingColumn(names, columns);
  if (missing === undefined) return names;
  const { kind, code, message, place } = missing;
  throw new SourceError(kind, code, `${message}${delimiterHint(names)}`, place);
}

type RecordReader = (fields: readonly string[], row: number) => SourceRow;

function recordReader(header: readonly string[], delimiter: string): RecordReader {
  const makeValues = valuesMaker(listedColumns(keysOf(header)));
  return (fields, row) => {
    return fields.length === header.length
      ? { row, values: makeValues(fields) }
      : raggedRow(row, { fields, delimiter, expected: header.length });
  };
}

/** A record with more or fewer fields than the header. */
export function raggedRow(
  row: number,
  of: { readonly fields: readonly string[]; readonly delimiter: string; readonly expected: number },
): SourceRow {
  const { delimiter, expected, fields } = of;
  return badRow(row, {
    failure: () =>
      new SourceError(
        'lasting',
        'SOURCE_ROW_RAGGED',
        `row ${row}: expected ${expected} fields as in the header, got ${fields.length}`,
        { row },
      ),
    text: () => writeCsvRow(fields, delimiter),
  });
}

/** Writes the rows of a file as it has them: the order of the columns is that of the header. */
export function csvOrigin(header: readonly string[], delimiter: string): RowOrigin {
  const keys = keysOf(header);
  return {
    writeRow: (values) =>
      writeCsvRow(
        keys.map((key) => values[key]),
        delimiter,
      ),
  };
}

const UNNAMED = /^\(column \d+\) *$/;

/** The keys of a row's mapping. No dataset can ask for a column without a name, but several of them stay apart. */
export function keysOf(header: readonly string[]): readonly string[] {
  return header.map((name, index) => {
    if (name !== '') return name;
    let key = `(column ${index + 1})`;
    while (header.includes(key)) key += ' ';
    return key;
  });
}

/** Whether a key of a row stands for a column without a name. */
export function isUnnamed(key: string): boolean {
  return UNNAMED.test(key);
}

export function delimiterOf({ delimiter }: Options): string {
  return typeof delimiter === 'string' ? delimiter : ',';
}

/**
 * Without this, the parser makes an error, with a copy of the record, for each record of another length than the first, even
 * where it may have one: 64 KiB of such rows took a second. To be called in each `on_record`.
 */
export function acceptAnyLength(parser: Parser): void {
  (parser.info as { records: number }).records = 0;
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

/** The first fault of a CSV header, if any. */
export function headerFailure(
  names: readonly string[],
  kind: SourceErrorKind,
): SourceError | undefined {
  // If lines end in CR alone, the whole text is one line and would pass for a header without rows.
  if (names.some((name) => /\r(?!\n)/.test(name))) {
    const text = 'expected lines that end in LF or CRLF, got CR alone in the header';
    return new SourceError(kind, 'SOURCE_UNREADABLE', text);
  }
  if (names.length > MOST_COLUMNS) return tooManyColumns(names.length, {}, kind);
  const seen = new Set<string>();
  const twice = names.find((name) => name !== '' && seen.size === seen.add(name).size);
  if (twice === undefined) return undefined;
  const text = `expected every column once, got ${showColumn(twice)} again in ${listColumns(names)}`;
  return new SourceError(kind, 'SOURCE_COLUMN_DUPLICATE', text, { column: twice });
}

/** The parser's error without its message, which contains the text itself. */
export function describeCsvError({ code, lines }: CsvError): string {
  return typeof lines === 'number' ? `${code} at line ${lines}` : code;
}
