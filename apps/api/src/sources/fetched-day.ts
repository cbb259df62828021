import type { StagedRows } from '../database/staging.js';
import type { UnavailablePart } from '../database/unavailable.js';
import type { TargetValue } from '../targets/column-types.js';
import type { SourceErrorKind } from './day-source.js';

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
