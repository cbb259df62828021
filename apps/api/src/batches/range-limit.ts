import { countDays, type CalendarDay } from '@daysync/progress';
import { MOST_RANGE_DAYS } from '../config/environment.js';
import { EVERY_DAY, type ExpectedDays } from '../datasets/expected/expected-days.js';

/** A range with more days than a batch may have. */
export interface RangeTooLarge {
  readonly kind: 'range_too_large';
  readonly days: number;
  readonly limit: number;
  /** Whether `days` are those that are expected; all days of the range otherwise. */
  readonly areExpected: boolean;
}

/**
 * Checks the number of days of a range.
 * @param limit the most expected days; in all it may have {@link MOST_RANGE_DAYS}
 */
export function refuseTooLarge(
  { start, end }: { readonly start: CalendarDay; readonly end: CalendarDay },
  limit: number,
  expected: ExpectedDays,
): RangeTooLarge | null {
  const all = countDays(start, end);
  if (all <= limit) return null;
  if (expected === EVERY_DAY) {
    return { kind: 'range_too_large', days: all, limit, areExpected: false };
  }
  if (all > MOST_RANGE_DAYS) {
    return { kind: 'range_too_large', days: all, limit: MOST_RANGE_DAYS, areExpected: false };
  }
  const days = expected.countIn(start, end);
  return days > limit ? { kind: 'range_too_large', days, limit, areExpected: true } : null;
}
