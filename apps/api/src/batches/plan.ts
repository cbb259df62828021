import {
  compareDays,
  listDays,
  type CalendarDay,
  type Outcome,
  type SyncMode,
} from '@daysync/progress';
import type { DayOrder, SkipReason } from '../database/schema.js';

/**
 * Why a day runs: it has no record or its last try found no data, its last try failed, or it succeeded and the mode
 * is `all`.
 */
export const RUN_REASONS = ['missing', 'failed', 'synced'] as const;
export type RunReason = (typeof RUN_REASONS)[number];

/** What a batch will do with a day, and why. */
export type PlannedDay =
  | { readonly day: CalendarDay; readonly action: 'run'; readonly reason: RunReason }
  | { readonly day: CalendarDay; readonly action: 'skip'; readonly reason: SkipReason };

export interface PlanInput {
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly order: DayOrder;
  readonly mode: SyncMode;
  /** How the last try of a day ended, for the days that were tried. */
  readonly lastTries: ReadonlyMap<CalendarDay, Outcome>;
  /** The date now in the dataset's time zone. */
  readonly today: CalendarDay;
}

/** Every day of the range, in the order in which the batch takes them. */
export function planDays(input: PlanInput): PlannedDay[] {
  const days = listDays(input.start, input.end);
  if (input.order === 'desc') days.reverse();
  return days.map((day) => planDay(day, input));
}

function planDay(day: CalendarDay, { mode, lastTries, today }: PlanInput): PlannedDay {
  if (compareDays(day, today) > 0) return { day, action: 'skip', reason: 'future_date' };
  const lastTry = lastTries.get(day);
  switch (lastTry) {
    // A day is only ever recorded as skipped because the source had nothing: it may have by now.
    case undefined:
    case 'skipped':
      return { day, action: 'run', reason: 'missing' };
    case 'success':
      return mode === 'all'
        ? { day, action: 'run', reason: 'synced' }
        : { day, action: 'skip', reason: 'already_synced' };
    case 'failed':
      return mode === 'missing'
        ? { day, action: 'skip', reason: 'failed_before' }
        : { day, action: 'run', reason: 'failed' };
    default: {
      const unknown: never = lastTry;
      return unknown;
    }
  }
}
