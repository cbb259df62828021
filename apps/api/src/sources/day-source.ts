import type { CalendarDay } from '@daysync/progress';
import type { StagedRows } from '../database/staging.js';
import type { UnavailablePart } from '../database/unavailable.js';
import type { TargetValue } from '../targets/column-types.js';
import type { AttemptBudget } from './attempt-budget.js';
import type { DayErrorCode, ProviderErrorCode } from './day-errors.js';
import type { UnreadableLists } from './unreadable-rows.js';

/** One row as the source has it: as a rule nothing is converted yet. */
export interface SourceRow {
  /** Where it stands in the source, counted from 1 without a header; for messages. */
  readonly row: number;
  /** The file that it stands in, where a day has several. */
  readonly file?: string;
  readonly values: Readonly<Record<string, unknown>>;
  /**
   * Whether the source distinguishes an empty text from a missing value; a CSV file can't. Then `''` is a value of a
   * text column.
   * @default false
   */
  readonly typed?: boolean;
  /** The target's values, if the source has converted them already. `values` is empty then. */
  readonly converted?: TargetValue[];
  /** Why it is no row of values. `values` is empty then. */
  readonly bad?: BadRow;
}

/**
 * A row that can't be read, after which its source goes on. Whether it fails its day is not for the source to say. Made
 * only if they are asked for: a file may have a million of them.
 */
export interface BadRow {
  /** With a code that {@link concernsOneRow}. */
  readonly failure: () => SourceError;
  /** The beginning of its text. */
  readonly text: () => string;
}

const NO_VALUES = Object.freeze({});

export function badRow(row: number, bad: BadRow): SourceRow {
  return { row, values: NO_VALUES, bad };
}

/** What the rows of a chunk have in common. */
export interface RowOrigin {
  /** Writes a row as its source has it. @default as JSON */
  readonly writeRow?: (values: SourceRow['values']) => string;
}

/** Rows that a source yields together, so that the consumer awaits once for all of them. */
export type RowChunk = readonly SourceRow[] & { readonly origin?: RowOrigin };

/** The rows as a chunk with an origin. */
export function chunkFrom(rows: SourceRow[], origin: RowOrigin): RowChunk {
  return Object.assign(rows, { origin });
}

/** The time that one attempt at a day may take. */
export interface DayTime {
  /** What `waiting` comes to. Until then the time stands still: a day is not to blame for waiting for its turn. */
  standStill<Value>(waiting: Promise<Value>): Promise<Value>;
}

/** Yields the rows of one day of a dataset. */
export interface DaySource {
  /**
   * The rows of `day` in chunks, as they come: none waits for rows that are yet to come, and no chunk is empty. A day
   * without data ends without one.
   * @param time absent where an attempt may take as long as it likes
   * @param budget the attempts at the day, for a source that repeats requests by itself
   * @param batchId the batch of the day, for a source that fetches something once a batch
   * @throws {SourceError} for everything that can be expected to go wrong at a source.
   */
  fetchDay(
    day: CalendarDay,
    signal: AbortSignal,
    time?: DayTime,
    budget?: AttemptBudget,
    batchId?: string,
  ): AsyncIterable<RowChunk>;

  /**
   * Counts and hashes the rows of `day` on its side, as `Fingerprint` of the targets does: none is fetched. Undefined
   * where it can't, whatever the reason is: fetching the day then says it. Absent where a source never can.
   * @throws the signal's reason
   */
  countDay?(
    day: CalendarDay,
    signal: AbortSignal,
    batchId?: string,
  ): Promise<CountedDay | undefined>;

  /**
   * The days that the source has, ascending; absent where a source can't know them.
   * @throws {SourceError}
   */
  knownDays?(signal: AbortSignal): Promise<readonly CalendarDay[]>;

  /**
   * The names of the columns that every row has; absent or undefined where a source can’t know them.
   * @throws {SourceError}
   */
  knownColumns?(signal: AbortSignal): Promise<readonly string[] | undefined>;

  /**
   * The rows that belong to no day because their day can't be read, of those files that the source has read for a day, or
   * of all that it has read; undefined before the first. Absent where a source has no such rows.
   */
  unreadableRows?(day?: CalendarDay): UnreadableLists | undefined;

  /**
   * How long the source can't be asked yet, in milliseconds; 0 if a day may begin. Such a source begins its days one
   * at a time. Absent where a source never makes a day wait.
   */
  waitMs?(): number;

  /** Gives back files and connections. */
  close?(): Promise<void>;
}

/** The rows of a day that its source has counted and hashed. */
export interface CountedDay {
  readonly rows: number;
  readonly fingerprint: string;
}

/**
 * What a source error means for the batch: `passing` may be tried again, `lasting` fails the day,
 * `source_wide` concerns every day of the dataset.
 */
export type SourceErrorKind = 'passing' | 'lasting' | 'source_wide';

/** Where in the source an error lies, and what was expected there. */
export interface SourceErrorPlace {
  readonly row?: number;
  readonly column?: string;
}

/** An expected failure of a source or of what it delivered. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  /**
   * How long the source asks to be left alone, in milliseconds; null if it does not say. Such a wait costs no attempt.
   */
  readonly retryAfterMs: number | null;
  /** The HTTP answer that it is about, with its body as it came. */
  readonly answer: SourceAnswer | null;

  constructor(
    readonly kind: SourceErrorKind,
    /** Stable, for programs: `SOURCE_FILE_MISSING`. */
    readonly code: DayErrorCode | ProviderErrorCode,
    /** For people: what was expected and what came. */
    message: string,
    readonly place: SourceErrorPlace = {},
    options?: ErrorOptions & {
      readonly retryAfterMs?: number;
      readonly answer?: SourceAnswer | null;
    },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs ?? null;
    this.answer = options?.answer ?? null;
  }
}

/** Whether something thrown is such a failure. The user's own code may throw a proxy that refuses the question. */
export function isSourceError(thrown: unknown): thrown is SourceError {
  try {
    return thrown instanceof SourceError;
  } catch {
    return false;
  }
}

/** Why a day failed. */
export interface DayError {
  /** Stable, for programs. */
  readonly code: string;
  /** For people. */
  readonly text: string;
  /** The row of the source, where one is to blame. */
  readonly row: number | null;
  readonly column: string | null;
  /** What an HTTP source has answered, where the error is about its answer. */
  readonly answer?: SourceAnswer;
}

/** An HTTP answer that an error is about. */
export interface SourceAnswer {
  readonly status: number;
  /** The beginning of its body, redacted; null if it had none, or none that is text. */
  readonly body: string | null;
}

/** The rows of a day that don't fit, and that its commit keeps in quarantine. */
export interface QuarantinedRows {
  /** All rows of the day that were fetched: those that are written, and these. */
  readonly fetched: number;
  readonly count: number;
  /** Each with the values of {@link QUARANTINED_VALUES}. The commit drops them. */
  readonly rows: readonly (readonly TargetValue[])[] | StagedRows;
}

/** What is kept of a row in quarantine, in this order. */
export const QUARANTINED_VALUES = ['file', 'row', 'code', 'column', 'text', 'content'] as const;

interface BesideRows {
  /** Of the rows, as `Fingerprint` of the targets has it. */
  readonly fingerprint: string;
  /** Absent if every row fits. */
  readonly quarantined?: QuarantinedRows;
  /** How many times of `timestamp` columns a clock change skips or shows twice; absent for none. */
  readonly unclearTimes?: number;
}

/** What came of one attempt at a day: its rows, checked and in the order of the target's columns, or an error. */
export type FetchedDay =
  | ({
      readonly kind: 'rows';
      readonly rows: readonly (readonly TargetValue[])[];
    } & BesideRows)
  /** Too many for the memory. The commit drops them. */
  | ({
      readonly kind: 'staged';
      readonly rows: StagedRows;
    } & BesideRows)
  /** Its rows were counted and hashed by the source, and not fetched: there was no need to. */
  | { readonly kind: 'counted' }
  /** Its rows are in its target since an attempt that could not be committed: it was not fetched again. */
  | {
      readonly kind: 'written';
      /** How many rows its target has. */
      readonly count: number;
      readonly fingerprint: string;
      readonly quarantined?: QuarantinedRows;
    }
  /** There was no room for its rows: that is no attempt. */
  | { readonly kind: 'no_room'; readonly what: UnavailablePart; readonly error: DayError }
  | {
      readonly kind: 'error';
      readonly error: DayError;
      readonly errorKind: SourceErrorKind;
      /** How long the source asks to be left alone, in milliseconds; null if it does not say. */
      readonly retryAfterMs: number | null;
    };
