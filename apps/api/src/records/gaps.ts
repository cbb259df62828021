import {
  addDays,
  compareDays,
  countDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';

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

/** The days that both ranges have; null where there is none, or one of the ranges is null. */
export function commonRange(one: DayRange | null, other: DayRange | null): DayRange | null {
  if (one === null || other === null) return null;
  const start_date = laterDay(one.start_date, other.start_date);
  const end_date = compareDays(one.end_date, other.end_date) < 0 ? one.end_date : other.end_date;
  return compareDays(start_date, end_date) > 0 ? null : { start_date, end_date };
}

/** The later one of two days. */
export function laterDay(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) > 0 ? one : other;
}
