import {
  addDays,
  calendarDay,
  compareDays,
  earlierDay,
  laterDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';

const FIRST = calendarDay('0001-01-01');
const LAST = calendarDay('9999-12-31');

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: CalendarDay): number {
  // 1970-01-01 was a Thursday.
  return (((toEpochDay(day) + 3) % 7) + 7) % 7;
}

/** From the first day of a month to its last. */
export function monthRange(year: number, month: number): DayRange {
  const start = dayIn(year, month, 1);
  const next = month === 12 ? undefined : dayIn(year, month + 1, 1);
  return { start_date: start, end_date: next ? addDays(next, -1) : dayIn(year, 12, 31) };
}

/** From the first day of a year to its last. */
export function yearRange(year: number): DayRange {
  return { start_date: dayIn(year, 1, 1), end_date: dayIn(year, 12, 31) };
}

export function yearOf(day: CalendarDay): number {
  return Number(day.slice(0, 4));
}

/** 1 to 12. */
export function monthOf(day: CalendarDay): number {
  return Number(day.slice(5, 7));
}

/** The day of the month, 1 to 31. */
export function dateOf(day: CalendarDay): number {
  return Number(day.slice(8, 10));
}

/** The day before, if there is one. */
export function dayBefore(day: CalendarDay): CalendarDay | undefined {
  return compareDays(day, FIRST) > 0 ? addDays(day, -1) : undefined;
}

/** The day after, if there is one. */
export function dayAfter(day: CalendarDay): CalendarDay | undefined {
  return compareDays(day, LAST) < 0 ? addDays(day, 1) : undefined;
}

/** @throws {RangeError} if there is no such day. */
export function dayIn(year: number, month: number, date: number): CalendarDay {
  return calendarDay(
    `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`,
  );
}

/** The ends of the range are included. */
export function isWithin(day: CalendarDay, { start_date, end_date }: DayRange): boolean {
  return compareDays(start_date, day) <= 0 && compareDays(day, end_date) <= 0;
}

/** The day of the range nearest to `day`: `day` itself if it is in the range. */
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

export function isSameRange(one: DayRange | undefined, other: DayRange | undefined): boolean {
  return one?.start_date === other?.start_date && one?.end_date === other?.end_date;
}

export function isSameRanges(one: readonly DayRange[], other: readonly DayRange[]): boolean {
  return one.length === other.length && one.every((range, at) => isSameRange(range, other[at]));
}
