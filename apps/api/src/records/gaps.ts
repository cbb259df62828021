import { addDays, countDays, type DayRange } from '@daysync/progress';

/** What is told of gaps. */
export interface Gaps {
  /** How many runs of neighbouring days. */
  readonly count: number;
  /** How many days they have in all. */
  readonly days: number;
  readonly first: DayRange | null;
  /** From the first missing day to the last, or to the last one that a start from there can cover. */
  readonly range: DayRange | null;
}

/**
 * What there is to tell of gaps.
 * @param gaps ascending
 * @param limit the most days that the range of a start may have
 */
export function sumGaps(gaps: readonly DayRange[], limit: number): Gaps {
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
