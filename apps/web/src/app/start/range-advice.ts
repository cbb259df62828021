import {
  addDays,
  compareDays,
  countDays,
  earlierDay,
  laterDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import type { Plan } from '../api/wire';

/** The first and the last day that a source has. */
export interface SourceBounds {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
}

/** Days of a range that lie before the first day of the source, or after its last one. */
interface DaysOutside {
  readonly side: 'before' | 'after';
  readonly days: number;
  /** The first day of the source, or its last one. */
  readonly bound: CalendarDay;
  /** The range without these days; null if none is left. */
  readonly rest: DayRange | null;
}

/** The days of a range that the source can't have. */
export function daysOutside(range: DayRange, source: SourceBounds | null): readonly DaysOutside[] {
  if (source === null) return [];
  const { end_date, start_date } = range;
  const { first, last } = source;
  const found: DaysOutside[] = [];
  if (compareDays(start_date, first) < 0) {
    const until = earlierDay(end_date, addDays(first, -1));
    const rest = compareDays(end_date, first) < 0 ? null : { start_date: first, end_date };
    found.push({ side: 'before', days: countDays(start_date, until), bound: first, rest });
  }
  if (compareDays(end_date, last) > 0) {
    const from = laterDay(start_date, addDays(last, 1));
    const rest = compareDays(start_date, last) > 0 ? null : { start_date, end_date: last };
    found.push({ side: 'after', days: countDays(from, end_date), bound: last, rest });
  }
  return found;
}

/** How many synced days a plan runs again: their rows are replaced. */
export function replacedDays({ run_reasons }: Pick<Plan, 'run_reasons'>): number {
  return run_reasons
    .filter(({ reason }) => reason === 'synced' || reason === 'incomplete')
    .reduce((sum, { count }) => sum + count, 0);
}

/** More parts than these are not offered. */
const MOST_PARTS = 10;

/**
 * A range that is too long for one batch, in parts of at most `limit` days. Empty if it is short enough, or too long for
 * an offer.
 */
export function partsOf({ end_date, start_date }: DayRange, limit: number): readonly DayRange[] {
  const count = Math.ceil(countDays(start_date, end_date) / limit);
  if (count < 2 || count > MOST_PARTS) return [];
  return Array.from({ length: count }, (_, index) => {
    const first = addDays(start_date, index * limit);
    // There may be no day so long after the last one.
    const last = index === count - 1 ? end_date : addDays(first, limit - 1);
    return { start_date: first, end_date: last };
  });
}
