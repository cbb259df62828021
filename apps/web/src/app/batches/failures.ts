import type { CalendarDay } from '@daysync/progress';
import type { BatchDay, DayError } from '../api/wire';

const SHOWN = 5;

export interface Failure extends DayError {
  readonly day: CalendarDay;
}

/** The first failed days, and how many more there are. */
export function failuresOf(days: readonly BatchDay[]): {
  readonly shown: readonly Failure[];
  readonly hidden: number;
} {
  const failed = days.flatMap(({ state, day, error }) =>
    state === 'failed' && error !== null ? [{ ...error, day }] : [],
  );
  return { shown: failed.slice(0, SHOWN), hidden: Math.max(0, failed.length - SHOWN) };
}
