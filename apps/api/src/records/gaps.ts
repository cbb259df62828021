import { addDays, countDays, type DayRange } from '@daysync/progress';
import type { GapsDto } from './calendar.dto.js';

/**
 * Sums up gaps.
 * @param gaps ascending
 * @param limit the maximum number of days of a batch
 */
export function sumGaps(gaps: readonly DayRange[], limit: number): GapsDto {
  const [first] = gaps;
  if (first === undefined) return { count: 0, days: 0, first: null, range: null };
  return {
    count: gaps.length,
    days: gaps.reduce((sum, gap) => sum + countDays(gap.start_date, gap.end_date), 0),
    first,
    range: rangeOf(first, gaps, limit),
  };
}

function rangeOf({ start_date }: DayRange, gaps: readonly DayRange[], limit: number): DayRange {
  const reached = gaps.findLast((gap) => countDays(start_date, gap.start_date) <= limit);
  const end_date = reached?.end_date ?? start_date;
  const isTooLarge = countDays(start_date, end_date) > limit;
  return { start_date, end_date: isTooLarge ? addDays(start_date, limit - 1) : end_date };
}
