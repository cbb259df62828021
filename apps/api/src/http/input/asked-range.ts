import { compareDays, countDays, type CalendarDay } from '@daysync/progress';
import { Problem } from '../problems/problem.js';

/**
 * What is wrong with a range that a caller asks for: `RANGE_REVERSED`, `RANGE_TOO_LARGE` or nothing.
 * @param limit the most days that it may have
 */
export function problemOfRange(
  start: CalendarDay,
  end: CalendarDay,
  limit: number,
): Problem | null {
  if (compareDays(end, start) < 0) {
    return new Problem('RANGE_REVERSED', `expected end_date on or after ${start}, got ${end}`);
  }
  const count = countDays(start, end);
  return count > limit
    ? new Problem('RANGE_TOO_LARGE', `expected at most ${limit} days, got ${count}`, { limit })
    : null;
}
