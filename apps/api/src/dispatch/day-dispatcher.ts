import type { CalendarDay } from '@daysync/progress';
import type { StagedRows } from '../database/staging.js';
import type { UnavailablePart } from '../database/unavailable.js';
import type { TargetValue } from '../datasets/column-value.js';
import type { Dataset } from '../datasets/dataset.js';
import type { SourceErrorKind } from '../datasets/day-source.js';

/** Why a day failed. */
export interface DayError {
  /** Stable, for programs. */
  readonly code: string;
  /** For people. */
  readonly text: string;
  /** The row of the source, where one is to blame. */
  readonly row: number | null;
  readonly column: string | null;
}

/** What came of one attempt at a day: its rows, checked and in the order of the target's columns, or an error. */
export type FetchedDay =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly TargetValue[])[] }
  /** Too many to be held in memory. Whoever commits them drops them. */
  | { readonly kind: 'staged'; readonly rows: StagedRows }
  /** There was no room for its rows: that is no attempt. */
  | { readonly kind: 'no_room'; readonly what: UnavailablePart; readonly error: DayError }
  | {
      readonly kind: 'error';
      readonly error: DayError;
      readonly errorKind: SourceErrorKind;
      /** How long the source asks to be left alone, in milliseconds; null if it does not say. */
      readonly retryAfterMs: number | null;
    };

/** Has a day fetched, wherever that happens. */
export interface DayDispatcher {
  /**
   * One attempt at a day, which ends at the dataset's timeout whatever its source does.
   * @throws only the signal's reason, when it aborts
   */
  fetchDay(dataset: Dataset, day: CalendarDay, signal: AbortSignal): Promise<FetchedDay>;

  /**
   * How long no day of a dataset is to begin, as its source can't be asked yet, in milliseconds; null where a source
   * never makes a day wait. The days of one that may are to begin one at a time.
   */
  waitMs(dataset: Dataset): number | null;
}

export const DAY_DISPATCHER = Symbol('DAY_DISPATCHER');
