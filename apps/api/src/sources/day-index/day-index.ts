import type { CalendarDay } from '@daysync/progress';
import type { DayColumn } from '../values/day-column.js';
import { chunkFrom, SourceError, type RowChunk } from '../day-source.js';
import type { UnreadableRowList, UnreadableRows } from '../unreadable-rows.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import type { TemporaryFile } from '../temporary-file.js';
import { DEFAULT_DIALECT, type CsvDialect } from '../formats/csv-dialect.js';
import { csvScan } from './csv-slices.js';
import { DAY_INDEX_LIMITS, DayIndexBuilder, type DayIndexLimits } from './day-index-builder.js';
import type { DayRun, DayRuns } from './day-runs.js';
import { IndexFiles } from './index-files.js';
import { jsonScan } from './json-slices.js';
import { ndjsonScan } from './ndjson-slices.js';
import { ReadAhead } from './read-ahead.js';
import type { RowFormat } from '../formats/read-format.js';
import { BadByte, type Scan, type SliceReader } from './slices.js';
import { atRow, decodedChunks, UTF_8 } from '../formats/text-encoding.js';
import { markOf, notUtf8, otherMark, UTF_8_MARK_BYTES } from '../formats/utf8-chunks.js';

/** What can be indexed: an open file, or a body that was stored. */
export interface IndexedContent {
  /** The whole content in order. */
  chunks(): AsyncIterable<Buffer>;
  /** Fills `buffer` from `position` on, up to the end. @returns the number of bytes */
  readAt(buffer: Buffer, position: number): Promise<number>;
}

export interface DayIndexOptions {
  readonly format: RowFormat;
  readonly dayColumn: DayColumn;
  /** The JSON pointer (RFC 6901) to the list of rows in `json`. @default "", the content itself */
  readonly pointer?: string;
  /** How `csv` is written. @default RFC 4180 */
  readonly dialect?: CsvDialect;
  /** @default utf-8 */
  readonly encoding?: string;
  readonly limits?: DayIndexLimits;
  /** What several indexes share on disk, closed by the caller. @default files of its own */
  readonly files?: IndexFiles;
}

/** Bytes read and parsed at a time; parsing this much blocks the process for about 5 ms. */
const GROUP_BYTES = 131_072;
/** Runs far from each other, of a content that is not sorted by day, are read side by side. */
const READS_AT_A_TIME = 64;
/** The most bytes that a parser gets at a time. */
const MOST_CHUNK_BYTES = 65_536;

/** The content is not the one that was indexed. */
export class ChangedContentError extends Error {
  override readonly name = 'ChangedContentError';
}

/**
 * Where the rows of each day are in a content. Made by one pass over all of it; each day then reads only its slices.
 *
 * A content that is not UTF-8 is kept as a decoded copy in the system's folder for temporary files.
 */
export class DayIndex {
  /** Ascending. */
  readonly days: readonly CalendarDay[];
  private readonly slices: ReadAhead;

  private constructor(
    private readonly reader: SliceReader,
    private readonly runs: DayRuns,
    /** The rows that belong to no day. */
    private readonly unreadable: UnreadableRowList,
    /** How many rows have a wall-clock time that a clock change skips or shows twice. */
    private readonly unclearTimes: number,
    /** How many rows there are, those that belong to no day as well. */
    readonly rows: number,
    content: Pick<IndexedContent, 'readAt'>,
    /** Absent where others share them. */
    private readonly files: IndexFiles | undefined,
  ) {
    this.days = runs.days();
    this.slices = new ReadAhead((buffer, position) => content.readAt(buffer, position));
  }

  /**
   * Reads a content once from beginning to end, and keeps one entry for each run of consecutive rows of one day. Rows whose
   * day can't be read are listed.
   * @throws {SourceError} source-wide: `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`, `SOURCE_UNREADABLE`,
   * `SOURCE_ROWS_MISSING`, `SOURCE_ENCODING_INVALID`, `SOURCE_ROW_TOO_LARGE`, `SOURCE_INDEX_TOO_LARGE`, and
   * `SOURCE_DAY_UNREADABLE` where no row has a readable day; passing: `SOURCE_CUT_OFF`
   * @throws {DatabaseUnavailableError} if the disk has no room for the index or the copy
   */
  static async build(
    content: IndexedContent,
    options: DayIndexOptions,
    signal: AbortSignal,
  ): Promise<DayIndex> {
    const { dayColumn, encoding = UTF_8, limits = DAY_INDEX_LIMITS } = options;
    const files = options.files ?? new IndexFiles();
    const builder = new DayIndexBuilder(dayColumn, limits, files);
    try {
      const front = Buffer.alloc(UTF_8_MARK_BYTES);
      await content.readAt(front, 0);
      const mark = markOf(front);
      if (encoding === UTF_8 && mark !== undefined && mark !== UTF_8)
        throw otherMark('UTF-8', mark);
      // The mark is not in a decoded copy.
      const base = encoding === UTF_8 && mark === UTF_8 ? UTF_8_MARK_BYTES : 0;
      let chunks: AsyncIterable<Buffer>;
      let readable: Pick<IndexedContent, 'readAt'> = content;
      if (encoding === UTF_8 && options.format === 'csv') {
        // A row that is not UTF-8 fails its day alone.
        chunks = pieces(content.chunks(), base);
      } else {
        chunks = decodedChunks(content.chunks(), encoding, signal);
        if (encoding !== UTF_8) {
          const copies = await files.openCopies();
          chunks = copied(chunks, copies);
          readable = from(copies, copies.size);
        }
      }
      const reader = await scanOf(options)(chunks, base, builder, signal);
      await builder.finish();
      const { runs, unreadable } = builder;
      const unclearTimes = builder.reader.unclear.count;
      const { rows } = builder;
      const own = options.files === undefined ? files : undefined;
      return new DayIndex(reader, runs, unreadable, unclearTimes, rows, readable, own);
    } catch (error) {
      builder.runs.close();
      builder.unreadable.drop();
      if (options.files === undefined) await files.close();
      throw ofAllDays(error, builder.rows + 1);
    }
  }

  /** The columns that every row has; undefined where a format has none for all rows. */
  get columns(): readonly string[] | undefined {
    return this.reader.columns;
  }

  /** The rows that belong to no day; only the first call has their texts. @param file as which they name the content */
  unreadableRows(file: string): UnreadableRows {
    const { rows: allRows, unclearTimes } = this;
    return this.unreadable.take({ file, allRows, unclearTimes });
  }

  /** Whether it has open files of its own. */
  get isOnDisk(): boolean {
    return this.files?.isOpen === true;
  }

  /** What it takes in memory. */
  get runCount(): number {
    return this.runs.count;
  }

  /**
   * The rows of a day in chunks, in the order of the content.
   * @param isCurrent whether the content is still the one that was indexed: asked after each read
   * @throws {SourceError} lasting: `SOURCE_ENCODING_INVALID`
   * @throws {ChangedContentError}
   */
  async *rowsOf(
    day: CalendarDay,
    isCurrent: () => Promise<boolean>,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    for await (const runs of this.runs.of(day)) {
      for (const group of groupRuns(runs)) {
        signal.throwIfAborted();
        yield await this.readGroup(day, group, isCurrent);
      }
    }
  }

  /** Frees its memory, and removes what it alone has on disk. */
  async close(): Promise<void> {
    this.slices.close();
    this.runs.close();
    await this.files?.close();
  }

  private async readGroup(
    day: CalendarDay,
    runs: readonly DayRun[],
    isCurrent: () => Promise<boolean>,
  ): Promise<RowChunk> {
    const { origin, separator } = this.reader;
    const bytes = await readRuns(this.slices, runs, Buffer.from(separator));
    if (bytes === undefined) throw new ChangedContentError();
    if (isTurnDue()) await takeTurn();
    // The check runs while the rows are parsed.
    const asked = isCurrent();
    const rows = this.reader.read(bytes, day, rowNumbers(runs));
    if (!(await asked) || rows === undefined) throw new ChangedContentError();
    if (rows instanceof BadByte) {
      throw atRow(notUtf8(positionOf(rows.offset, runs, separator.length)), rows.row);
    }
    return origin === undefined ? rows : chunkFrom(rows, origin);
  }
}

function scanOf({ format, pointer = '', dialect = DEFAULT_DIALECT }: DayIndexOptions): Scan {
  switch (format) {
    case 'csv':
      return csvScan(dialect);
    case 'json':
      return jsonScan(pointer);
    case 'ndjson':
      return ndjsonScan();
  }
}

/** Chunks without their first bytes, cut so that a parser never blocks the process for long. */
async function* pieces(chunks: AsyncIterable<Buffer>, skipped: number): AsyncGenerator<Buffer> {
  let left = skipped;
  for await (const chunk of chunks) {
    const first = Math.min(left, chunk.length);
    left -= first;
    for (let start = first; start < chunk.length; start += MOST_CHUNK_BYTES) {
      if (isTurnDue()) await takeTurn();
      yield chunk.subarray(start, start + MOST_CHUNK_BYTES);
    }
  }
}

async function* copied(chunks: AsyncIterable<Buffer>, copy: TemporaryFile): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    await copy.write(chunk);
    yield chunk;
  }
}

/** What a file has from a place on. */
function from(file: TemporaryFile, start: number): Pick<IndexedContent, 'readAt'> {
  return { readAt: (buffer, position) => file.readAt(buffer, start + position) };
}

function* groupRuns(runs: readonly DayRun[]): Generator<DayRun[]> {
  let group: DayRun[] = [];
  let bytes = 0;
  for (const run of runs) {
    if (group.length > 0 && bytes + run.end - run.start > GROUP_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(run);
    bytes += run.end - run.start;
  }
  if (group.length > 0) yield group;
}

/** The bytes of the runs, with a separator after each; undefined if the content has become shorter. */
async function readRuns(
  slices: ReadAhead,
  runs: readonly DayRun[],
  separator: Buffer,
): Promise<Buffer | undefined> {
  const size = runs.reduce((sum, { start, end }) => sum + end - start + separator.length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  for (let first = 0; first < runs.length; first += READS_AT_A_TIME) {
    const reads = runs.slice(first, first + READS_AT_A_TIME).map(({ start, end }) => {
      const slice = bytes.subarray(filled, filled + end - start);
      filled += slice.length;
      filled += separator.copy(bytes, filled);
      return slices.readInto(slice, start);
    });
    if (!(await Promise.all(reads)).every((isWhole) => isWhole)) return undefined;
  }
  return bytes;
}

/** Where in the content a byte of runs is that were read with a separator after each. */
function positionOf(offset: number, runs: readonly DayRun[], separatorBytes: number): number {
  let before = 0;
  for (const { start, end } of runs) {
    if (offset - before < end - start) return start + offset - before;
    before += end - start + separatorBytes;
  }
  return runs.at(-1)?.end ?? 0;
}

function rowNumbers(runs: readonly DayRun[]): number[] {
  return runs.flatMap(({ firstRow, rows }) => Array.from({ length: rows }, (_, k) => firstRow + k));
}

/** A lasting error of a content with all days concerns every day. That of an encoding gets the row. */
function ofAllDays(error: unknown, row: number): unknown {
  if (!(error instanceof SourceError) || error.kind !== 'lasting') return error;
  const { code, message, place } = atRow(error, row);
  return new SourceError('source_wide', code, message, place, { cause: error });
}
