import {
  compareDays,
  earlierDay,
  laterDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';

/** Whether a day lies in a range, its ends included. */
export function isWithin(day: CalendarDay, { start_date, end_date }: DayRange): boolean {
  return compareDays(start_date, day) <= 0 && compareDays(day, end_date) <= 0;
}

/** The day of a range that is nearest to `day`: `day` itself where it lies in it. */
export function nearestIn(day: CalendarDay, { start_date, end_date }: DayRange): CalendarDay {
  return laterDay(start_date, earlierDay(day, end_date));
}

/** From the first day of either range to the last. */
export function joinedRange(
  one: DayRange | undefined,
  other: DayRange | undefined,
): DayRange | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    start_date: earlierDay(one.start_date, other.start_date),
    end_date: laterDay(one.end_date, other.end_date),
  };
}

/** Whether both are the same days. */
export function isSameRange(one: DayRange | undefined, other: DayRange | undefined): boolean {
  return one?.start_date === other?.start_date && one?.end_date === other?.end_date;
}

/** The parameters of the address whose start form covers these days of a dataset. */
export function fillStart(
  dataset: string,
  { start_date, end_date }: DayRange,
): Readonly<Record<string, string>> {
  return { dataset, start_date, end_date, mode: 'missing_and_failed' };
}
