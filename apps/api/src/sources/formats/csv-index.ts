import { pipeline } from 'node:stream/promises';
import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { CsvError, parse, type Parser } from 'csv-parse';
import { describeReceived } from '../../config/received.js';
import { SourceError } from '../day-source.js';
import { listColumns } from '../source-columns.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { MOST_ROW_TEXT, UnreadableRowList, type UnreadableRow } from '../unreadable-rows.js';
import { CSV_FORMAT, describeCsvError, headerFailure } from './csv-format.js';

/** Consecutive rows of one day, as a slice of the file. */
export interface CsvRun {
  /** The offset of the first byte, including a byte order mark. */
  readonly start: number;
  /** The offset after the last byte. */
  readonly end: number;
  /** Counted from 1 without the header. */
  readonly firstRow: number;
  readonly rows: number;
}

export interface CsvIndexLimits {
  /** The most bytes of one row. @default 1 MiB */
  readonly rowBytes: number;
  /** A run ends once it is longer than this, so that a reader can read whole runs. @default 64 KiB */
  readonly runBytes: number;
  /** The most runs; they stay in memory. @default 4 million */
  readonly runs: number;
}

/** The most bytes that the parser gets at a time. */
const MOST_CHUNK_BYTES = 65_536;

export const CSV_INDEX_LIMITS: CsvIndexLimits = {
  rowBytes: 1_048_576,
  runBytes: 65_536,
  runs: 4_000_000,
};

/** Where the rows of each day are in a CSV file. */
export interface CsvIndex {
  readonly header: readonly string[];
  /** The position of the day's column. */
  readonly dayField: number;
  /** Ascending. */
  readonly days: readonly CalendarDay[];
  /** The rows that belong to no day. */
  readonly unreadable: UnreadableRowList;
  /** In the order of the file; none for a day without rows. One by one: a day of a shuffled file has millions. */
  runsOf(day: CalendarDay): Iterable<CsvRun>;
}

/**
 * Reads a CSV file once from beginning to end, and keeps one entry for each run of consecutive rows of one day.
 * A row with too many or too few fields is indexed too, as long as its day can be read. Other rows are listed as unreadable.
 * @param chunks the file's bytes, split anywhere
 * @throws {SourceError} source-wide: `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`, `SOURCE_UNREADABLE`,
 * `SOURCE_ROW_TOO_LARGE`, `SOURCE_INDEX_TOO_LARGE`, and `SOURCE_DAY_UNREADABLE` where no row has a readable day
 */
export async function indexCsv(
  chunks: AsyncIterable<Buffer>,
  dayColumn: string,
  signal: AbortSignal,
  limits: CsvIndexLimits = CSV_INDEX_LIMITS,
): Promise<CsvIndex> {
  const builder = new CsvIndexBuilder(dayColumn, limits);
  let markBytes = 0;
  let seen = 0;
  const parser = parse({
    ...CSV_FORMAT,
    // No records go through the stream: only their positions are needed.
    on_record: (fields: string[], { bytes }) => {
      seen += 1;
      acceptAnyLength(parser);
      builder.add(fields, markBytes + bytes);
      return null;
    },
  });
  const body = async function* (): AsyncGenerator<Buffer> {
    let bytesWithoutRow = 0;
    let seenBefore = 0;
    for await (const chunk of withoutMark(chunks, (length) => (markBytes = length))) {
      for (let start = 0; start < chunk.length; start += MOST_CHUNK_BYTES) {
        const piece = chunk.subarray(start, start + MOST_CHUNK_BYTES);
        if (isTurnDue()) await takeTurn();
        yield piece;
        // A row without an end is refused before it fills the memory.
        const now = seen + parser.info.empty_lines;
        bytesWithoutRow = now === seenBefore ? bytesWithoutRow + piece.length : 0;
        seenBefore = now;
        if (bytesWithoutRow > limits.rowBytes) throw rowTooLarge(builder.rows + 1, limits.rowBytes);
      }
    }
  };
  try {
    parser.resume();
    await pipeline(body, parser, { signal });
  } catch (error) {
    throw error instanceof CsvError ? csvFailure(error, builder.rows + 1) : error;
  }
  return builder.finish();
}

/**
 * Without this, the parser makes an error, with a copy of the record, for each record of another length than the first, even
 * where it may have one: 64 KiB of such rows took a second.
 */
function acceptAnyLength(parser: Parser): void {
  (parser.info as { records: number }).records = 0;
}

class CsvIndexBuilder {
  /** Four numbers a run: start, end, first row, rows. A day of a shuffled file has many. */
  private readonly runsByDay = new Map<CalendarDay, number[]>();
  private header: readonly string[] | undefined;
  private dayField = -1;
  private end = 0;
  private runCount = 0;
  private runs: number[] = [];
  private runCell: string | undefined;
  private readonly unreadable = new UnreadableRowList();
  rows = 0;

  constructor(
    private readonly dayColumn: string,
    private readonly limits: CsvIndexLimits,
  ) {}

  /** Adds the next row, which ends before the byte at `end`. */
  add(fields: readonly string[], end: number): void {
    const start = this.end;
    this.end = end;
    if (this.header === undefined) this.readHeader(fields);
    else this.addRow(fields, start, end);
  }

  finish(): CsvIndex {
    const { header, dayField, runsByDay } = this;
    if (header === undefined) throw columnMissing(this.dayColumn, 'an empty file');
    const { first, count } = this.unreadable;
    if (first !== undefined && runsByDay.size === 0) throw noDayReadable(first, count);
    return {
      header,
      dayField,
      unreadable: this.unreadable,
      days: [...runsByDay.keys()].toSorted(),
      runsOf: (day) => runsIn(runsByDay.get(day) ?? []),
    };
  }

  private readHeader(names: readonly string[]): void {
    if (names.some((name) => name.includes('\uFFFD'))) {
      throw new SourceError(
        'source_wide',
        'SOURCE_UNREADABLE',
        `expected a header in UTF-8, got ${listColumns(names)}`,
      );
    }
    const failure = headerFailure(names, 'source_wide');
    if (failure !== undefined) throw failure;
    this.dayField = names.indexOf(this.dayColumn);
    if (this.dayField === -1) throw columnMissing(this.dayColumn, listColumns(names));
    this.header = names;
  }

  private addRow(fields: readonly string[], start: number, end: number): void {
    this.rows += 1;
    if (end - start > this.limits.rowBytes) {
      // Empty lines before the row don't belong to it.
      const bytes = fields.reduce((sum, field) => sum + Buffer.byteLength(field) + 1, 0);
      if (bytes > this.limits.rowBytes) throw rowTooLarge(this.rows, this.limits.rowBytes);
    }
    const cell = fields[this.dayField];
    const last = this.runs.length - 4;
    if (
      cell !== undefined &&
      cell === this.runCell &&
      (this.runs[last + 1] ?? 0) - (this.runs[last] ?? 0) < this.limits.runBytes
    ) {
      this.runs[last + 1] = end;
      this.runs[last + 3] = (this.runs[last + 3] ?? 0) + 1;
      return;
    }
    const day = parseCalendarDay(cell?.trim() ?? '');
    if (day === undefined) {
      // The next row begins a run of its own, also where its day is that of the row before.
      this.runCell = undefined;
      this.unreadable.add(() => this.describeUnreadable(fields, cell));
      return;
    }
    this.runCount += 1;
    if (this.runCount > this.limits.runs) {
      throw new SourceError(
        'source_wide',
        'SOURCE_INDEX_TOO_LARGE',
        `expected at most ${this.limits.runs} runs of neighbouring rows of one day, got more at row ${this.rows}: sort the file by ${JSON.stringify(this.dayColumn)}`,
        { row: this.rows },
      );
    }
    let runs = this.runsByDay.get(day);
    if (runs === undefined) this.runsByDay.set(day, (runs = []));
    runs.push(start, end, this.rows, 1);
    this.runs = runs;
    this.runCell = cell;
  }

  private describeUnreadable(fields: readonly string[], cell: string | undefined): UnreadableRow {
    const { rows: row, dayColumn: column } = this;
    const expected = this.header?.length ?? 0;
    const ragged =
      fields.length === expected ? '' : ` (the row has ${fields.length} fields of ${expected})`;
    const text = `row ${row}, column ${JSON.stringify(column)}: expected a date written YYYY-MM-DD, got ${describeReceived(cell)}${ragged}`;
    return { row, column, text, content: writeRow(fields) };
  }
}

/** The beginning of a row as RFC 4180 writes it; a row may have a megabyte. */
function writeRow(fields: readonly string[]): string {
  const most = MOST_ROW_TEXT + 2;
  return fields
    .slice(0, most)
    .map((field) => writeField(field.slice(0, most)))
    .join(',');
}

function writeField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function noDayReadable({ row, column, text }: UnreadableRow, count: number): SourceError {
  const all = count === 1 ? 'the only row has no' : `none of the ${count} rows has a`;
  return new SourceError(
    'source_wide',
    'SOURCE_DAY_UNREADABLE',
    `${text}; ${all} readable day: check day_column`,
    { row, column },
  );
}

function* runsIn(numbers: readonly number[]): Generator<CsvRun> {
  for (let at = 0; at < numbers.length; at += 4) {
    const [start = 0, end = 0, firstRow = 0, rows = 0] = numbers.slice(at, at + 4);
    yield { start, end, firstRow, rows };
  }
}

/** Strips a UTF-8 byte order mark, and refuses those of UTF-16. */
async function* withoutMark(
  chunks: AsyncIterable<Buffer>,
  onMark: (length: number) => void,
): AsyncGenerator<Buffer> {
  let front: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (front === undefined) {
      yield chunk;
      continue;
    }
    front = Buffer.concat([front, chunk]);
    if (front.length < 3) continue;
    yield afterMark(front, onMark);
    front = undefined;
  }
  if (front !== undefined && front.length > 0) yield afterMark(front, onMark);
}

function afterMark(front: Buffer, onMark: (length: number) => void): Buffer {
  const start = front.subarray(0, 3).toString('latin1');
  if (start.startsWith('\xFF\xFE') || start.startsWith('\xFE\xFF')) {
    throw new SourceError('source_wide', 'SOURCE_UNREADABLE', 'expected UTF-8, got UTF-16');
  }
  if (start !== '\xEF\xBB\xBF') return front;
  onMark(3);
  return front.subarray(3);
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
