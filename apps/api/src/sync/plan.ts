import {
  compareDays,
  listDays,
  type CalendarDay,
  type Outcome,
  type SyncMode,
} from '@daysync/progress';
import type { DayOrder, SkipReason } from '../database/schema.js';

/** What a batch will do with a day. */
export type PlannedDay =
  | { readonly day: CalendarDay; readonly action: 'run' }
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
  if (mode === 'all') return { day, action: 'run' };
  const lastTry = lastTries.get(day);
  switch (lastTry) {
    // A day is only ever recorded as skipped because the source had nothing: it may have by now.
    case undefined:
    case 'skipped':
      return { day, action: 'run' };
    case 'success':
      return { day, action: 'skip', reason: 'already_synced' };
    case 'failed':
      return mode === 'missing'
        ? { day, action: 'skip', reason: 'failed_before' }
        : { day, action: 'run' };
    default: {
      const unknown: never = lastTry;
      return unknown;
    }
  }
}
