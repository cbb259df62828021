import {
  compareDays,
  type BatchStatus,
  type CalendarDay,
  type ControlVerb,
  type DayRange,
  type SyncMode,
} from '@daysync/progress';
import { refuseTooLarge, type RangeTooLarge } from '../batches/range-limit.js';
import { EVERY_DAY, type ExpectedDays } from '../datasets/expected/expected-days.js';
import type { RetryResult } from '../batches/store/batch-creation.js';
import type { ExtendResult } from '../batches/store/batch-extension.js';
import type { UnknownDataset } from '../datasets/dataset-catalog.js';
import type { NoSchedule } from '../schedules/schedule-controls.js';

/** Why a request is refused: services return it, controllers turn it into a problem. */
export type Refusal =
  | UnknownDataset
  | NoSchedule
  | { readonly kind: 'range_reversed'; readonly start: CalendarDay; readonly end: CalendarDay }
  | RangeTooLarge
  /** `range_shrinks`: an extension would leave out days of the batch. `chosen_days`: the batch has no whole range. */
  | Extract<ExtendResult, { readonly kind: 'range_shrinks' | 'chosen_days' }>
  /** An extension has neither a first day nor a last one. */
  | { readonly kind: 'no_new_date' }
  /**
   * `overlaps`: an active batch has days of the range. `key_reused`: another request had the key. `outdated_dataset`: this
   * process does not have the newest datasets file.
   */
  | Extract<
      RetryResult,
      { readonly kind: 'overlaps' | 'key_reused' | 'parent_active' | 'outdated_dataset' }
    >
  | { readonly kind: 'plan_changed'; readonly expected: string }
  /** `verify` says what the mode `verify` does, and the mode is another. */
  | { readonly kind: 'verify_in_other_mode'; readonly mode: SyncMode }
  | {
      readonly kind: 'nothing_left';
      readonly parent: string;
      readonly codes: readonly string[] | null;
    }
  | {
      readonly kind: 'none_in_quarantine';
      readonly dataset: string;
      readonly codes: readonly string[] | null;
    }
  /** None of the chosen days has a record. */
  | { readonly kind: 'none_recorded'; readonly dataset: string }
  /** The day is not marked for anything. */
  | { readonly kind: 'nothing_to_accept'; readonly dataset: string; readonly day: CalendarDay }
  /** Each day of the range is in the target, empty or not expected. */
  | ({ readonly kind: 'nothing_to_settle'; readonly dataset: string } & DayRange)
  | { readonly kind: 'unknown_batch'; readonly batchId: string }
  | {
      readonly kind: 'wrong_state';
      readonly state: BatchStatus;
      readonly verb: ControlVerb | 'extend';
    }
  | { readonly kind: 'unknown_cursor'; readonly cursor: string }
  | { readonly kind: 'too_many_streams'; readonly open: number; readonly limit: number }
  /** One caller has them. */
  | { readonly kind: 'too_many_own_streams'; readonly limit: number }
  | { readonly kind: 'stopping' };

export type Refused<Kind extends Refusal['kind']> = Extract<Refusal, { readonly kind: Kind }>;

/** Checks the order of a range that a caller asks for; an end that is not given is open. */
export function refuseOrder(
  start: CalendarDay | undefined,
  end: CalendarDay | undefined,
): Refused<'range_reversed'> | null {
  if (start === undefined || end === undefined || compareDays(end, start) >= 0) return null;
  return { kind: 'range_reversed', start, end };
}

/**
 * Checks a range that a caller asks for.
 * @param limit the most days that it may have
 * @param expected only these days count for the limit
 */
export function refuseRange(
  start: CalendarDay,
  end: CalendarDay,
  limit: number,
  expected: ExpectedDays = EVERY_DAY,
): Refused<'range_reversed' | 'range_too_large'> | null {
  const reversed = refuseOrder(start, end);
  if (reversed !== null) return reversed;
  return refuseTooLarge({ start, end }, limit, expected);
}
