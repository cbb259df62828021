import { compareDays, type CalendarDay } from './calendar-day.js';

/** From a first day to a last one, both included. */
export interface DayRange {
  /** The first day. */
  readonly start_date: CalendarDay;
  /** The last day; not before the first. */
  readonly end_date: CalendarDay;
}

/** The earlier of two days. */
export function earlierDay(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) <= 0 ? one : other;
}

/** The later of two days. */
export function laterDay(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) >= 0 ? one : other;
}

/** The days that both ranges have; `undefined` where there is none. */
export function commonRange(one: DayRange, other: DayRange): DayRange | undefined {
  const start_date = laterDay(one.start_date, other.start_date);
  const end_date = earlierDay(one.end_date, other.end_date);
  return compareDays(start_date, end_date) <= 0 ? { start_date, end_date } : undefined;
}
