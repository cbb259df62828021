import type { CalendarDay } from '@daysync/progress';
import type { ParquetReader, ParquetRowGroup, RowSpan } from '../../parquet/parquet-file.js';
import { SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { DayIndexBuilder, type DayIndexLimits } from '../day-index/day-index-builder.js';
import { ChangedContentError } from '../day-index/day-index.js';
import type { DayRuns } from '../day-index/day-runs.js';
import { IndexFiles } from '../day-index/index-files.js';
import { writeJsonRow } from '../rows/row-text.js';
import { listColumns, type NeededColumn } from '../rows/source-columns.js';
import type { UnreadableRowList, UnreadableRows } from '../unreadable-rows.js';
import type { DayColumn } from '../values/day-column.js';
import { DEFAULT_FORMAT } from '../values/time-format.js';
import { openParquet, type ParquetContent } from './parquet-content.js';
import { ParquetRows } from './parquet-rows.js';
import { singleDay } from './single-day.js';

export interface ParquetIndexOptions {
  readonly dayColumn: DayColumn;
  /** The columns that a dataset needs: no other one is read. */
  readonly columns: readonly NeededColumn[];
  readonly limits: DayIndexLimits;
}

/** A file with no more column chunks stays open between days: what is known of each takes some 300 bytes. */
const MOST_CHUNKS = 2_000;
/** What a chunk takes in memory, in runs. */
const CHUNK_RUNS = 6;
/** Ranges of rows of a row group that are read together. */
const MOST_RANGES = 262_144;

/**
 * Which rows of a Parquet file each day has. The statistics of a row group tell it where all its rows are of one day;
 * of any other group, the column with the day is read, and no other one.
 */
export class ParquetDayIndex {
  /** Ascending. */
  readonly days: readonly CalendarDay[];
  readonly columns: readonly string[];
  private file: ParquetReader | undefined;
  private readonly chunks: number;

  private constructor(
    private readonly content: ParquetContent,
    file: ParquetReader,
    private readonly needed: readonly NeededColumn[],
    private readonly builder: DayIndexBuilder,
    private readonly files: IndexFiles,
  ) {
    this.days = builder.runs.days();
    this.columns = file.columns.map(({ name }) => name);
    this.chunks = file.rowGroups.reduce((sum, group) => sum + group.chunks.length, 0);
    if (this.chunks <= MOST_CHUNKS) this.file = file;
  }

  /**
   * Finds the rows of each day. Rows whose day can't be read are listed.
   * @throws {SourceError} source-wide: `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`, `SOURCE_UNREADABLE`,
   * `SOURCE_TOO_LARGE`, `SOURCE_ROW_TOO_LARGE`, `SOURCE_INDEX_TOO_LARGE`, and `SOURCE_DAY_UNREADABLE` where no row has a
   * readable day; passing: `SOURCE_CUT_OFF`
   * @throws {DatabaseUnavailableError} if the disk has no room for the index
   */
  static async build(
    content: ParquetContent,
    { dayColumn, columns, limits }: ParquetIndexOptions,
    signal: AbortSignal,
  ): Promise<ParquetDayIndex> {
    const files = new IndexFiles();
    // Its runs are counted in rows: any number of rows may be read.
    const options = { ...limits, runBytes: Number.POSITIVE_INFINITY };
    const builder = new DayIndexBuilder(dayColumn, options, files);
    try {
      const file = await openParquet(content, signal);
      const scan = new DayScan(file, builder, columns, signal);
      for (const group of file.rowGroups) await scan.add(group);
      await builder.finish();
      return new ParquetDayIndex(content, file, columns, builder, files);
    } catch (error) {
      builder.runs.close();
      builder.unreadable.drop();
      await files.close();
      throw ofAllDays(error);
    }
  }

  /** The rows that belong to no day; only the first call has their texts. @param file as which they name the content */
  unreadableRows(file: string): UnreadableRows {
    const { rows: allRows, reader } = this.builder;
    return this.unreadable.take({ file, allRows, unclearTimes: reader.unclear.count });
  }

  /** Whether it has open files of its own. */
  get isOnDisk(): boolean {
    return this.files.isOpen;
  }

  /** What it takes in memory, in runs. */
  get runCount(): number {
    return this.runs.count + (this.file === undefined ? 0 : this.chunks * CHUNK_RUNS);
  }

  /**
   * The rows of a day in chunks, in the order of the content.
   * @param isCurrent whether the content is still the one that was indexed: asked after each read
   * @throws {SourceError} lasting and source-wide, as `readParquet` does
   * @throws {ChangedContentError}
   */
  async *rowsOf(
    day: CalendarDay,
    isCurrent: () => Promise<boolean>,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      const file = this.file ?? (await openParquet(this.content, signal));
      const rows = new ParquetRows(file, this.needed);
      for await (const { group, ranges } of this.rangesOf(day, file.rowGroups)) {
        for await (const chunk of rows.read(group, ranges, signal)) {
          if (!(await isCurrent())) throw new ChangedContentError();
          yield chunk;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      // What another file has in its place may be no Parquet at all.
      if (!(await isCurrent())) throw new ChangedContentError();
      throw error;
    }
  }

  /** Frees its memory, and removes what it has on disk. */
  async close(): Promise<void> {
    this.file = undefined;
    this.runs.close();
    await this.files.close();
  }

  private get runs(): DayRuns {
    return this.builder.runs;
  }

  private get unreadable(): UnreadableRowList {
    return this.builder.unreadable;
  }

  /** The rows of a day by row group. */
  private async *rangesOf(
    day: CalendarDay,
    groups: readonly ParquetRowGroup[],
  ): AsyncGenerator<GroupRanges> {
    let at = 0;
    let ranges: RowSpan[] = [];
    for await (const runs of this.runs.of(day)) {
      for (const { start: first, end } of runs) {
        for (let start = first; start < end;) {
          const group = groups[at];
          if (group === undefined) throw new ChangedContentError();
          const last = group.first + group.rows;
          if (start >= last || ranges.length === MOST_RANGES) {
            if (ranges.length > 0) yield { group, ranges };
            ranges = [];
            if (start >= last) at += 1;
            continue;
          }
          const to = Math.min(end, last);
          ranges.push({ from: start - group.first, to: to - group.first });
          start = to;
        }
      }
    }
    const group = groups[at];
    if (group !== undefined && ranges.length > 0) yield { group, ranges };
  }
}

interface GroupRanges {
  readonly group: ParquetRowGroup;
  readonly ranges: readonly RowSpan[];
}

/** Finds the day of each row. */
class DayScan {
  private readonly days: ParquetRows;
  private readonly names: readonly string[];
  /** For the rows without a readable day. */
  private readonly whole: ParquetRows;
  /** Whether the day of each value is the date that it begins with: to read its time as well would take twice as long. */
  private readonly hasUtcTimes: boolean;

  constructor(
    private readonly file: ParquetReader,
    private readonly builder: DayIndexBuilder,
    needed: readonly NeededColumn[],
    private readonly signal: AbortSignal,
  ) {
    const { from, pointer, format, timeZone } = builder.column;
    this.names = typeof from === 'string' ? [from] : from;
    const isPlain = format === DEFAULT_FORMAT && timeZone === 'UTC' && pointer === undefined;
    const column = isPlain && typeof from === 'string' ? file.column(from) : null;
    this.hasUtcTimes = column?.type.kind === 'timestamp';
    const present = new Set(file.columns.map(({ name }) => name));
    const missing = this.names.find((name) => !present.has(name));
    if (missing !== undefined) throw dayMissing(missing, [...present]);
    const ofDay = this.names.map((name) => ({ from: name, name: 'day_column' }));
    this.days = new ParquetRows(file, ofDay);
    const others = needed.filter((column) => present.has(column.from));
    this.whole = new ParquetRows(file, [...ofDay, ...others]);
  }

  async add(group: ParquetRowGroup): Promise<void> {
    const { builder } = this;
    const day = singleDay(this.file, group, builder);
    if (day !== undefined) {
      builder.addRows(day, group.first, group.first + group.rows, group.rows);
      await builder.rest();
      return;
    }
    const all = [{ from: 0, to: group.rows }];
    for await (const chunk of this.days.read(group, all, this.signal)) {
      await this.addChunk(group, chunk);
      await builder.rest();
    }
  }

  private async addChunk(group: ParquetRowGroup, chunk: RowChunk): Promise<void> {
    const { builder } = this;
    const { reader } = builder;
    const values = chunk.map((row) => (row.bad === undefined ? reader.valueOf(row.values) : null));
    const days = values.map((value) => reader.day(this.hasUtcTimes ? dateOf(value) : value));
    const unreadable = chunk.filter((_, index) => days[index] === undefined);
    const contents = builder.unreadable.isOpen
      ? await this.contentsOf(group, unreadable)
      : new Map<number, string>();
    for (const [index, { row }] of chunk.entries()) {
      const day = days[index];
      if (day === undefined) {
        builder.addUnreadable(() => ({ content: contents.get(row) ?? '' }), values[index]);
      } else builder.addRows(day, row - 1, row);
    }
  }

  /** The beginnings of rows, by their numbers. */
  private async contentsOf(
    group: ParquetRowGroup,
    rows: readonly SourceRow[],
  ): Promise<ReadonlyMap<number, string>> {
    const contents = new Map<number, string>();
    if (rows.length === 0) return contents;
    const ranges = rows.map(({ row }) => ({ from: row - 1 - group.first, to: row - group.first }));
    for await (const chunk of this.whole.read(group, ranges, this.signal)) {
      for (const { row, values, bad } of chunk) {
        contents.set(row, bad === undefined ? writeJsonRow(values) : bad.text());
      }
    }
    return contents;
  }
}

const DATE_CHARACTERS = 10;

function dateOf(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, DATE_CHARACTERS) : value;
}

function dayMissing(column: string, present: readonly string[]): SourceError {
  const text = `expected the day's column ${JSON.stringify(column)}, got ${listColumns(present)}`;
  return new SourceError('source_wide', 'SOURCE_COLUMN_MISSING', text, { column });
}

/** A lasting error of a file with all days concerns every day. */
function ofAllDays(error: unknown): unknown {
  if (!(error instanceof SourceError) || error.kind !== 'lasting') return error;
  const { code, message, place } = error;
  return new SourceError('source_wide', code, message, place, { cause: error });
}
