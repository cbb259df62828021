import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import type { CalendarDay } from '@daysync/progress';
import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import type { DayReader } from '../values/day-column.js';
import { SourceError, type RowOrigin, type SourceRow } from '../day-source.js';
import { listColumns, listedColumns, valuesMaker } from '../rows/source-columns.js';
import { writeCsvRow } from '../rows/row-text.js';
import { delimiterHint, openCsv, type CsvDialect } from '../formats/csv-dialect.js';
import {
  acceptAnyLength,
  csvOrigin,
  delimiterOf,
  describeCsvError,
  headerFailure,
  keysOf,
  raggedRow,
} from '../formats/csv-format.js';
import type { DayIndexBuilder, DescribedRow } from './day-index-builder.js';
import { BadByte, type Scan, type SliceReader } from './slices.js';
import { firstBadByte } from '../formats/utf8-chunks.js';

/**
 * Finds the rows of a CSV text for an index by day. A row with too many or too few fields is indexed too, as long as its
 * day can be read.
 */
export function csvScan(dialect: CsvDialect): Scan {
  return async (chunks, base, builder, signal) => {
    const { options, chunks: body, skippedBytes } = await openCsv(chunks, dialect);
    const rows = new CsvRows(builder, base + skippedBytes, delimiterOf(options));
    const parser = parse({
      ...options,
      // No records go through the stream: only their positions are needed.
      on_record: (fields: string[], { bytes }) => {
        acceptAnyLength(parser);
        rows.add(fields, bytes);
        return null;
      },
    });
    try {
      parser.resume();
      await pipeline(() => watchRows(body, parser, rows), parser, { signal });
    } catch (error) {
      throw error instanceof CsvError ? csvFailure(error, builder.rows + 1) : error;
    }
    return rows.sliceReader(options);
  };
}

/** Passes the chunks on; a row without an end is refused before it fills the memory. */
async function* watchRows(
  chunks: AsyncIterable<Buffer>,
  parser: Parser,
  rows: CsvRows,
): AsyncGenerator<Buffer> {
  let bytesWithoutRow = 0;
  let seenBefore = 0;
  for await (const chunk of chunks) {
    yield chunk;
    await rows.builder.rest();
    const seen = rows.seen + parser.info.empty_lines + parser.info.comment_lines;
    bytesWithoutRow = seen === seenBefore ? bytesWithoutRow + chunk.length : 0;
    seenBefore = seen;
    const { rowBytes } = rows.builder.limits;
    if (bytesWithoutRow > rowBytes) throw rowTooLarge(rows.builder.rows + 1, rowBytes);
  }
}

class CsvRows {
  /** The header counts as well. */
  seen = 0;
  private header: readonly string[] | undefined;
  private dayFields: readonly number[] = [];
  private end: number;

  constructor(
    readonly builder: DayIndexBuilder,
    private readonly base: number,
    private readonly delimiter: string,
  ) {
    this.end = base;
  }

  /** Adds the next record, which ends before a byte, counted from `base`. */
  add(fields: readonly string[], bytes: number): void {
    this.seen += 1;
    const { end: start, header } = this;
    const end = this.base + bytes;
    this.end = end;
    if (header === undefined) {
      this.readHeader(fields);
      return;
    }
    const { rowBytes } = this.builder.limits;
    if (end - start > rowBytes) {
      // Empty lines before the row don't belong to it.
      const size = fields.reduce((sum, field) => sum + Buffer.byteLength(field) + 1, 0);
      if (size > rowBytes) throw rowTooLarge(this.builder.rows + 1, rowBytes);
    }
    const value = this.builder.reader.valueAt(fields, this.dayFields);
    this.builder.add(value, start, end, () => this.describe(fields, header.length));
  }

  sliceReader(options: Options): SliceReader {
    const { header, builder, dayFields } = this;
    if (header === undefined) throw columnMissing(builder.columnName, 'an empty file');
    return new CsvSlices(header, dayFields, builder.newReader(), options);
  }

  private readHeader(names: readonly string[]): void {
    if (names.some((name) => name.includes('\uFFFD'))) {
      throw headerUnreadable(
        `expected a header in UTF-8, got ${listColumns(names)}: set \`encoding\`, such as windows-1252 or gb18030`,
      );
    }
    if (names.some((name) => name.includes('\0'))) {
      throw headerUnreadable(
        `expected a header in UTF-8, got NUL bytes in ${listColumns(names)}: set \`encoding: utf-16le\` where the file is UTF-16`,
      );
    }
    const failure = headerFailure(names, 'source_wide');
    if (failure !== undefined) throw failure;
    const { columns } = this.builder.reader;
    this.dayFields = columns.map((name) => names.indexOf(name));
    const missing = columns.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw columnMissing(missing, `${listColumns(names)}${delimiterHint(names)}`);
    }
    this.header = names;
  }

  private describe(fields: readonly string[], expected: number): DescribedRow {
    const { length } = fields;
    const remark = length === expected ? '' : ` (the row has ${length} fields of ${expected})`;
    return { remark, content: writeCsvRow(fields, this.delimiter) };
  }
}

class CsvSlices implements SliceReader {
  // The file's last row may have no line end; elsewhere this makes an empty line, which doesn't count.
  readonly separator = '\n';
  readonly origin: RowOrigin;
  private readonly makeValues: ReturnType<typeof valuesMaker>;
  private readonly delimiter: string;

  constructor(
    readonly columns: readonly string[],
    private readonly dayFields: readonly number[],
    private readonly reader: DayReader,
    private readonly options: Options,
  ) {
    this.makeValues = valuesMaker(listedColumns(keysOf(columns)));
    this.delimiter = delimiterOf(options);
    this.origin = csvOrigin(columns, this.delimiter);
  }

  read(
    bytes: Buffer,
    day: CalendarDay,
    numbers: readonly number[],
  ): SourceRow[] | BadByte | undefined {
    if (!isUtf8(bytes)) return this.findBadByte(bytes, numbers);
    const { columns, delimiter } = this;
    const rows: SourceRow[] = [];
    // A change within the resolution of the file's clock shows here.
    let others = 0;
    const parser: Parser = parse({
      ...this.options,
      on_record: (fields: string[]) => {
        acceptAnyLength(parser);
        const row = numbers[rows.length];
        const value = this.reader.valueAt(fields, this.dayFields);
        if (row === undefined || this.reader.day(value) !== day) others += 1;
        else if (fields.length === columns.length) {
          rows.push({ row, values: this.makeValues(fields) });
        } else rows.push(raggedRow(row, { fields, delimiter, expected: columns.length }));
        return null;
      },
    });
    const failure = parseWhole(parser, bytes);
    const isWhole = failure === undefined && others === 0 && rows.length === numbers.length;
    return isWhole ? rows : undefined;
  }

  private findBadByte(bytes: Buffer, numbers: readonly number[]): BadByte {
    const offset = firstBadByte(bytes);
    let rowsBefore = 0;
    const parser: Parser = parse({
      ...this.options,
      on_record: (_fields, { bytes: end }) => {
        acceptAnyLength(parser);
        if (end <= offset) rowsBefore += 1;
        return null;
      },
    });
    parseWhole(parser, bytes);
    return new BadByte(offset, numbers[rowsBefore] ?? numbers.at(-1) ?? 0);
  }
}

/**
 * Parses all bytes at once, as csv-parse/sync does, with a parser that `on_record` has.
 * @returns an error of the text
 */
function parseWhole(parser: Parser, bytes: Buffer): unknown {
  const { api } = parser as unknown as {
    readonly api: {
      parse(bytes: Buffer, isEnd: boolean, push: () => void, close: () => void): unknown;
    };
  };
  const nothing = (): void => undefined;
  return api.parse(bytes, true, nothing, nothing);
}

function headerUnreadable(text: string): SourceError {
  return new SourceError('source_wide', 'SOURCE_ENCODING_INVALID', text);
}

function columnMissing(dayColumn: string, received: string): SourceError {
  return new SourceError(
    'source_wide',
    'SOURCE_COLUMN_MISSING',
    `expected a header with the day's column ${JSON.stringify(dayColumn)}, got ${received}`,
    { column: dayColumn },
  );
}

function rowTooLarge(row: number, most: number): SourceError {
  return new SourceError(
    'source_wide',
    'SOURCE_ROW_TOO_LARGE',
    `row ${row}: expected at most ${most} bytes, got more; is a quote left open?`,
    { row },
  );
}

function csvFailure(error: CsvError, row: number): SourceError {
  const expected =
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'expected a closing quote, got the end of the file'
      : `expected CSV as in RFC 4180, got ${describeCsvError(error)}`;
  return new SourceError(
    'source_wide',
    'SOURCE_UNREADABLE',
    `row ${row}: ${expected}`,
    { row },
    { cause: error },
  );
}
