import type { CalendarDay } from '@daysync/progress';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { rowReading, type Dataset } from '../file/dataset.js';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError, type DaySource, type SourceRow } from '../../sources/day-source.js';
import { followPointer, parsePointer } from '../../sources/json-pointer.js';
import { requireColumns } from '../../sources/rows/source-columns.js';
import { createRowFilter, type RowFilter } from '../../sources/rows/row-filter.js';
import {
  createColumnReader,
  type ColumnReader,
  type RowReading,
} from '../../sources/rows/row-reader.js';
import { joinUnreadable, type UnreadableRows } from '../../sources/unreadable-rows.js';
import { unlessAborted } from '../../config/abort.js';
import type { UnclearTimes } from '../../sources/values/time-format.js';
import { TypeInference } from './type-inference.js';

const MOST_FIRST_ROWS = 10;
const MOST_MISFIT_COLUMNS = 20;
const MOST_MISFITS_OF_COLUMN = 5;
/** Rows of a provider may have other keys each. */
const MOST_SPARE_COLUMNS = 1_000;

/** A column of the source beside that of the target. */
export interface ColumnTrial {
  /** Its key in a row, or the pointer into it; null for a constant. */
  readonly source: string | null;
  readonly inferred: string;
  /** Null where the target takes no such column. */
  readonly target: TargetColumn | null;
}

/** Values of a column that don't fit for the same reason. */
interface Misfit {
  readonly code: string;
  /** What was expected and what came, without the row and the column. */
  readonly text: string;
  readonly count: number;
  /** The first row with such a value. */
  readonly row: number | undefined;
}

/** The values of a column that don't fit. */
export interface ColumnMisfits {
  /** Null for whole rows that can't be read. */
  readonly column: string | null;
  readonly count: number;
  /** The first reasons. */
  readonly misfits: readonly Misfit[];
}

/** What came of a day that was fetched and not written. */
export interface DayTrial {
  readonly rowCount: number;
  /** Rows that the dataset's `where` leaves out; they count nowhere else. */
  readonly leftOutCount: number;
  readonly firstRows: readonly SourceRow[];
  readonly columns: readonly ColumnTrial[];
  /** The first columns with values that don't fit; a missing column counts once. */
  readonly misfits: readonly ColumnMisfits[];
  readonly misfitCount: number;
  /** Times of `timestamp` columns that a clock change skips or shows twice. */
  readonly unclearTimes: number;
  /** Rows of the day's files that belong to no day. */
  readonly unreadable: UnreadableRows | null;
  /** What ended the day before its last row. */
  readonly failure: SourceError | null;
}

/**
 * Fetches a day once and looks at each of its values; what the source expects to go wrong is in the answer.
 * @throws the signal's reason, and what is a bug
 */
export async function tryDay(
  dataset: Dataset,
  source: DaySource,
  day: CalendarDay,
  signal: AbortSignal,
): Promise<DayTrial> {
  const sample = new DaySample(rowReading(dataset));
  const result = (failure: SourceError | null): DayTrial => {
    const read = source.unreadableRows?.(day);
    const unreadable = read === undefined ? null : joinUnreadable(read.source, read.lists);
    return { ...sample.result(failure), unreadable };
  };
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort();
  }, dataset.timeoutSeconds * 1_000);
  const leaving = AbortSignal.any([signal, timeout.signal]);
  try {
    await unlessAborted(readDay(dataset, source, day, leaving, sample), leaving);
    return result(null);
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.signal.aborted) {
      const text = `expected the day within ${dataset.timeoutSeconds} s, and it was not there`;
      return result(new SourceError('passing', 'TIMEOUT', text));
    }
    if (error instanceof SourceError) return result(error);
    if (error instanceof DatabaseUnavailableError) {
      return result(new SourceError('passing', 'NO_ROOM', error.message));
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function readDay(
  dataset: Dataset,
  source: DaySource,
  day: CalendarDay,
  signal: AbortSignal,
  sample: DaySample,
): Promise<void> {
  for await (const chunk of source.fetchDay(day, signal)) {
    signal.throwIfAborted();
    for (const row of chunk) sample.add(row);
  }
  // Rows show every missing column. Without rows, the source is asked for the first.
  if (sample.rowCount === 0) await requireColumns(source, dataset, signal);
}

/** The beginning of an error's message: `row 12, column speed: `. */
const PLACE = /^row \d+(?:, column .+?)?: (?=expected )/s;

/** A column while the rows go by. */
interface ColumnSample {
  readonly column: TargetColumn;
  readonly read: ColumnReader;
  readonly steps: readonly string[];
  readonly inference: TypeInference;
}

class DaySample {
  rowCount = 0;
  private leftOutCount = 0;
  private readonly firstRows: SourceRow[] = [];
  private readonly misfits = new Map<
    string | null,
    { count: number; byReason: Map<string, Misfit> }
  >();
  private misfitCount = 0;
  private readonly missing = new Set<string>();
  private readonly columns: readonly ColumnSample[];
  private readonly taken: ReadonlySet<string>;
  private readonly spare = new Map<string, TypeInference>();
  private readonly isKept: RowFilter | undefined;
  private readonly dialect: RowReading['dialect'];
  private readonly unclear: UnclearTimes = { count: 0 };

  constructor({ columns, where, dialect }: RowReading) {
    this.isKept = createRowFilter(where);
    this.dialect = dialect;
    this.columns = columns.map((column) => ({
      column,
      read: createColumnReader(column, dialect, { unclear: this.unclear }),
      steps: column.pointer === undefined ? [column.from] : (parsePointer(column.pointer) ?? []),
      inference: new TypeInference(dialect),
    }));
    const read = columns.filter(({ value }) => value === undefined);
    this.taken = new Set(read.map(({ from }) => from));
  }

  /** @throws {SourceError} as a {@link RowFilter} does */
  add(row: SourceRow): void {
    if (row.converted !== undefined) {
      // A provider's thread has converted it: it fits.
      this.rowCount += 1;
      if (this.firstRows.length < MOST_FIRST_ROWS) this.firstRows.push(row);
      return;
    }
    if (this.isKept?.(row) === false) {
      this.leftOutCount += 1;
      return;
    }
    this.rowCount += 1;
    if (row.bad !== undefined) {
      this.addMisfit(row.bad.failure(), null);
      return;
    }
    if (this.firstRows.length < MOST_FIRST_ROWS) this.firstRows.push(row);
    const { values, typed = false } = row;
    for (const { column, read, steps, inference } of this.columns) {
      if (column.value !== undefined) continue;
      const pointed = followPointer(values, steps);
      if (pointed.kind === 'value') inference.add(pointed.value, typed);
      else if (pointed.kind === 'absent') inference.add(undefined, typed);
      try {
        read(row);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        this.addMisfit(error, column.name);
      }
    }
    for (const [key, value] of Object.entries(values)) this.addSpare(key, value, typed);
  }

  result(failure: SourceError | null): Omit<DayTrial, 'unreadable'> {
    return {
      rowCount: this.rowCount,
      leftOutCount: this.leftOutCount,
      firstRows: this.firstRows,
      columns: [
        ...this.columns.map(({ column, inference }) => ({
          source: column.value === undefined ? (column.pointer ?? column.from) : null,
          inferred: inference.describe(),
          target: column,
        })),
        ...[...this.spare].map(([source, inference]) => ({
          source,
          inferred: inference.describe(),
          target: null,
        })),
      ],
      misfits: [...this.misfits].map(([column, { count, byReason }]) => ({
        column,
        count,
        misfits: [...byReason.values()],
      })),
      misfitCount: this.misfitCount,
      unclearTimes: this.unclear.count,
      failure,
    };
  }

  private addMisfit(error: SourceError, column: string | null): void {
    if (error.kind === 'source_wide' && column !== null) {
      if (this.missing.has(column)) return;
      this.missing.add(column);
    }
    this.misfitCount += 1;
    let ofColumn = this.misfits.get(column);
    if (ofColumn === undefined) {
      if (this.misfits.size === MOST_MISFIT_COLUMNS) return;
      this.misfits.set(column, (ofColumn = { count: 0, byReason: new Map() }));
    }
    ofColumn.count += 1;
    const { byReason } = ofColumn;
    const { code, message, place } = error;
    const text = message.replace(PLACE, '');
    const reason = `${code} ${text}`;
    const known = byReason.get(reason);
    if (known === undefined && byReason.size === MOST_MISFITS_OF_COLUMN) return;
    const { count = 0, row = place.row } = known ?? {};
    byReason.set(reason, { code, text, count: count + 1, row });
  }

  private addSpare(key: string, value: unknown, typed: boolean): void {
    if (this.taken.has(key)) return;
    let inference = this.spare.get(key);
    if (inference === undefined) {
      if (this.spare.size === MOST_SPARE_COLUMNS) return;
      inference = new TypeInference(this.dialect);
      this.spare.set(key, inference);
    }
    inference.add(value, typed);
  }
}
