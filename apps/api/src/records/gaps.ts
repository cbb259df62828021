import {
  addDays,
  countDays,
  earlierDay,
  findGaps,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { inSlices } from '../config/slices.js';
import type { GapsDto } from './calendar.dto.js';

/** The gaps of any number of days, as `findGaps` finds them. */
export async function findGapsInSlices(
  settled: readonly CalendarDay[],
  range: DayRange | null,
): Promise<DayRange[]> {
  if (range === null) return [];
  const gaps: DayRange[] = [];
  let { start_date } = range;
  let open = start_date <= range.end_date;
  await inSlices(settled, (slice) => {
    const last = slice.at(-1);
    if (!open || last === undefined || last < start_date) return;
    // No gap goes on behind a settled day.
    const end_date = earlierDay(last, range.end_date);
    gaps.push(...findGaps(slice, { start_date, end_date }));
    open = end_date < range.end_date;
    // There may be no day after the last of the range.
    if (open) start_date = addDays(end_date, 1);
  });
  if (open) gaps.push(...findGaps([], { ...range, start_date }));
  return gaps;
}

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
