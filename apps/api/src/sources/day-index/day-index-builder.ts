import type { CalendarDay } from '@daysync/progress';
import { describeReceived } from '../../config/received.js';
import { storableText } from '../../config/redact.js';
import {
  createDayReader,
  dayColumnName,
  type DayColumn,
  type DayReader,
} from '../values/day-column.js';
import { dateText } from '../values/day-format-candidates.js';
import { DayFormatHint, otherFormatHint } from '../values/day-format-hint.js';
import { HintCache } from '../values/hint-cache.js';
import { SourceError } from '../day-source.js';
import { cutRowText } from '../rows/row-text.js';
import { UnreadableRowList, type KeptRows, type UnreadableRow } from '../unreadable-rows.js';
import { DayRuns } from './day-runs.js';
import type { IndexFiles } from './index-files.js';

export interface DayIndexLimits {
  /** The most bytes of one row. @default 1 MiB */
  readonly rowBytes: number;
  /** A run ends once it is longer than this, so that a reader can read whole runs. @default 64 KiB */
  readonly runBytes: number;
  /** The most runs. @default 100 million, of which the index has 3 GB on disk */
  readonly runs: number;
  /** The most runs in memory. @default 262,144 */
  readonly runsInMemory?: number;
  /** What is kept of the rows without a readable day. @default what is listed */
  readonly keptUnreadable?: KeptRows | undefined;
}

export const DAY_INDEX_LIMITS: DayIndexLimits = {
  rowBytes: 1_048_576,
  runBytes: 65_536,
  runs: 100_000_000,
};

/** The first unreadable rows get a hint at the format of their day, which takes time. */
const MOST_HINTS = 200;

/** An unreadable row, as its format describes it. */
export interface DescribedRow {
  /** What was expected and what came, without the place; absent where only the day can't be read. */
  readonly text?: string;
  /** What is to be said of the row beside its day. */
  readonly remark?: string;
  /** The beginning of the row. */
  readonly content: string;
}

/** Gathers the rows of a content, in order, as one entry for each run of consecutive rows of one day. */
export class DayIndexBuilder {
  readonly unreadable: UnreadableRowList;
  readonly runs: DayRuns;
  readonly reader: DayReader;
  /** Counted from 1: the row that was added last. */
  rows = 0;
  private readonly hint = new DayFormatHint();
  /** What stands in place of the day in the first unreadable rows. */
  private readonly unreadableValues: string[] = [];

  constructor(
    readonly column: DayColumn,
    readonly limits: DayIndexLimits,
    files: IndexFiles,
  ) {
    this.unreadable = new UnreadableRowList(limits.keptUnreadable);
    const { runBytes, runsInMemory } = limits;
    this.runs = new DayRuns(files, { runBytes, mostInMemory: runsInMemory });
    this.reader = createDayReader(column);
  }

  /** A reader of its own for those who read the rows again: this one counts. */
  newReader(): DayReader {
    return createDayReader(this.column);
  }

  /**
   * Adds the next row.
   * @param value what has its day
   * @param describe called only for a row whose day can't be read
   * @throws {SourceError} source-wide, `SOURCE_INDEX_TOO_LARGE`
   */
  add(value: unknown, start: number, end: number, describe: () => DescribedRow): void {
    const day = this.reader.day(value);
    if (day === undefined) this.addUnreadable(describe, value);
    else this.addRows(day, start, end);
  }

  /**
   * Adds the next rows, whose day is known.
   * @throws {SourceError} as {@link add} does
   */
  addRows(day: CalendarDay, start: number, end: number, rows = 1): void {
    this.runs.add(day, start, end, this.rows + 1, rows);
    this.rows += rows;
    if (this.runs.count > this.limits.runs) throw this.tooManyRuns();
  }

  /** Adds a row that belongs to no day. */
  addUnreadable(describe: () => DescribedRow, value?: unknown): void {
    this.rows += 1;
    this.runs.endRun();
    this.hint.add(value);
    const isKept = this.unreadable.add(() => {
      const { text, remark = '', content } = describe();
      const { rows: row, columnName: column } = this;
      const days = `expected ${this.reader.expected}, got ${describeDay(value)}${remark}`;
      const place = `row ${row}, column ${JSON.stringify(column)}`;
      const kept = cutRowText(storableText(content));
      return { row, column, text: `${place}: ${text ?? days}`, content: kept };
    });
    if (isKept && this.unreadableValues.length < MOST_HINTS) {
      this.unreadableValues.push(dateText(value));
    }
  }

  /** Called between two pieces of the content, for what takes time. */
  async rest(): Promise<void> {
    await this.runs.spill();
  }

  /**
   * Called when all rows are added.
   * @throws {SourceError} source-wide, `SOURCE_DAY_UNREADABLE`, where no row has a readable day
   */
  async finish(): Promise<void> {
    await this.runs.finish();
    const { first, count } = this.unreadable;
    if (first === undefined) return;
    if (this.runs.count === 0) throw noDayReadable(first, count, this.hint.ofAll());
    const hints = new HintCache();
    for (const [index, value] of this.unreadableValues.entries()) {
      const hint = hints.of(value, this.columnName, () => otherFormatHint(value));
      this.unreadable.extend(index, hint);
    }
  }

  /** The column, the pointer or all columns, for errors. */
  get columnName(): string {
    return dayColumnName(this.column);
  }

  private tooManyRuns(): SourceError {
    const { rows: row } = this;
    return new SourceError(
      'source_wide',
      'SOURCE_INDEX_TOO_LARGE',
      `expected at most ${this.limits.runs} runs of neighbouring rows of one day, got more at row ${row}: sort the file by ${JSON.stringify(this.columnName)}`,
      { row },
    );
  }
}

function describeDay(value: unknown): string {
  return typeof value === 'string'
    ? describeReceived(value).replace(/ \(text\)$/, '')
    : describeReceived(value);
}

function noDayReadable(
  { row, column, text }: Omit<UnreadableRow, 'file'>,
  count: number,
  hint: string,
): SourceError {
  const all = count === 1 ? 'the only row has no' : `none of the ${count} rows has a`;
  const check = hint === '' ? ': check day_column' : '';
  return new SourceError(
    'source_wide',
    'SOURCE_DAY_UNREADABLE',
    `${text}${hint}; ${all} readable day${check}`,
    { row, column },
  );
}
