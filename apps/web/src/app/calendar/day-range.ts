import { compareDays, type CalendarDay } from '@daysync/progress';
import type { DayRange } from '../api/wire';

/** The later of two days. */
export function later(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) >= 0 ? one : other;
}

/** The earlier of two days. */
export function earlier(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) <= 0 ? one : other;
}

/** Whether a day lies in a range, its ends included. */
export function isWithin(day: CalendarDay, { start_date, end_date }: DayRange): boolean {
  return compareDays(start_date, day) <= 0 && compareDays(day, end_date) <= 0;
}

/** The day of a range that is nearest to `day`: `day` itself where it lies in it. */
export function nearestIn(day: CalendarDay, { start_date, end_date }: DayRange): CalendarDay {
  return later(start_date, earlier(day, end_date));
}

/** The days that both ranges have. */
export function commonRange(one: DayRange, other: DayRange): DayRange | undefined {
  const start_date = later(one.start_date, other.start_date);
  const end_date = earlier(one.end_date, other.end_date);
  return compareDays(start_date, end_date) <= 0 ? { start_date, end_date } : undefined;
}

/** From the first day of either range to the last. */
export function joinedRange(
  one: DayRange | undefined,
  other: DayRange | undefined,
): DayRange | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    start_date: earlier(one.start_date, other.start_date),
    end_date: later(one.end_date, other.end_date),
  };
}

/** Whether both are the same days. */
export function isSameRange(one: DayRange | undefined, other: DayRange | undefined): boolean {
  return one?.start_date === other?.start_date && one?.end_date === other?.end_date;
}
