import {
  addDays,
  calendarDay,
  compareDays,
  countDays,
  toEpochDay,
  type CalendarDay,
} from '@daysync/progress';
import type { DayRange } from '../api/wire';

const FIRST = calendarDay('0001-01-01');
const LAST = calendarDay('9999-12-31');

/** One week of a year, Monday to Sunday; the days of the neighbouring year are left out of it. */
export interface CalendarWeek {
  /** Seven places; a day of another year is undefined. */
  readonly days: readonly (CalendarDay | undefined)[];
  /** The month, 1 to 12, of its first day in this year; where a month begins in it, that one. */
  readonly month: number;
  /** Whether `month` begins in this week: its name stands here. */
  readonly isHead: boolean;
}

/** The days of a year, as they are laid out. */
export interface CalendarYear {
  readonly year: number;
  /** All of them, in order. */
  readonly days: readonly CalendarDay[];
  /** 53 or 54. */
  readonly weeks: readonly CalendarWeek[];
}

/** Where a day stands in its week: 0 on Monday, 6 on Sunday. */
export function weekdayOf(day: CalendarDay): number {
  // 1970-01-01 was a Thursday.
  return (((toEpochDay(day) + 3) % 7) + 7) % 7;
}

/** Lays out a year in weeks that begin on Monday. */
export function layoutYear(year: number): CalendarYear {
  const days = daysIn(year);
  const before = weekdayOf(dayIn(year, 1, 1));
  const weeks = Array.from({ length: weeksIn(year) }, (_, week) =>
    weekOf(Array.from({ length: 7 }, (__, weekday) => days[week * 7 + weekday - before])),
  );
  return { year, days, weeks };
}

/** How many weeks have days of a year: 53, or 54 where a leap year begins on a Sunday. */
export function weeksIn(year: number): number {
  const { start_date, end_date } = yearRange(year);
  return Math.ceil((weekdayOf(start_date) + countDays(start_date, end_date)) / 7);
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

/** The year that a day is in. */
export function yearOf(day: CalendarDay): number {
  return Number(day.slice(0, 4));
}

/** The month, 1 to 12, that a day is in. */
export function monthOf(day: CalendarDay): number {
  return Number(day.slice(5, 7));
}

/** The date in its month, 1 to 31. */
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

/** Every day of a year: made month by month, as thousands are wanted within a frame. */
function daysIn(year: number): readonly CalendarDay[] {
  return Array.from({ length: 12 }, (_, index) => {
    const { start_date, end_date } = monthRange(year, index + 1);
    const month = start_date.slice(0, 8);
    return Array.from(
      { length: dateOf(end_date) },
      (__, date) => (month + (date < 9 ? '0' : '') + String(date + 1)) as CalendarDay,
    );
  }).flat();
}

function weekOf(days: readonly (CalendarDay | undefined)[]): CalendarWeek {
  const present = days.filter((day) => day !== undefined);
  const head = present.find((day) => dateOf(day) === 1);
  const named = head ?? present[0];
  return { days, month: named === undefined ? 1 : monthOf(named), isHead: head !== undefined };
}
