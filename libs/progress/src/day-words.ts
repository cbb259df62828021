import {
  addDays,
  calendarDay,
  daysInMonth,
  parseCalendarDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from './calendar-day.js';

/** Days as a person writes them, read by {@link parseDayWord}. */
export type DayWord =
  | { readonly kind: 'fixed'; readonly range: DayRange }
  | { readonly kind: 'days_ago'; readonly days: number }
  | { readonly kind: 'last_month' };

const MONTH = /^(\d{4})-(\d{2})$/;
const WEEK = /^(\d{4})-W(\d{2})$/i;
/** With a hyphen or a minus sign. */
const DAYS_AGO = /^[-−](\d{1,5})d$/;
const WEEK_DAYS = 7;
/** The weeks of a year begin on Mondays; 1970-01-01 was a Thursday. */
const MONDAY_OFFSET = 3;
/** The last Monday whose week ends within the years of a calendar day. */
const LAST_MONDAY = calendarDay('9999-12-20');

/**
 * Parses a day `2026-11-28`, a month `2026-11`, an ISO 8601 week `2026-W48`, `today`, `yesterday`, `-7d` (the day seven days
 * ago) or `last-month`; `undefined` for any other text.
 */
export function parseDayWord(text: string): DayWord | undefined {
  if (text === 'today') return { kind: 'days_ago', days: 0 };
  if (text === 'yesterday') return { kind: 'days_ago', days: 1 };
  if (text === 'last-month') return { kind: 'last_month' };
  const ago = DAYS_AGO.exec(text);
  if (ago !== null) return { kind: 'days_ago', days: Number(ago[1]) };
  const range = parseDay(text) ?? parseMonth(text) ?? parseWeek(text);
  return range === undefined ? undefined : { kind: 'fixed', range };
}

/**
 * The days that a word stands for: a single day is a range of one.
 * @param today the present day, in the time zone that decides
 */
export function daysOfWord(word: DayWord, today: CalendarDay): DayRange {
  switch (word.kind) {
    case 'fixed':
      return word.range;
    case 'days_ago': {
      const day = addDays(today, -word.days);
      return { start_date: day, end_date: day };
    }
    case 'last_month': {
      const lastDay = addDays(calendarDay(`${today.slice(0, 7)}-01`), -1);
      return { start_date: calendarDay(`${lastDay.slice(0, 7)}-01`), end_date: lastDay };
    }
  }
}

function parseDay(text: string): DayRange | undefined {
  const day = parseCalendarDay(text);
  return day === undefined ? undefined : { start_date: day, end_date: day };
}

function parseMonth(text: string): DayRange | undefined {
  const match = MONTH.exec(text);
  const start = match === null ? undefined : parseCalendarDay(`${text}-01`);
  if (match === null || start === undefined) return undefined;
  const last = daysInMonth(Number(match[1]), Number(match[2]));
  return { start_date: start, end_date: calendarDay(`${text}-${last}`) };
}

function parseWeek(text: string): DayRange | undefined {
  const match = WEEK.exec(text);
  if (match === null) return undefined;
  const year = match[1] ?? '';
  const week = Number(match[2]);
  // January 4 is in the first week of its year, and December 28 in the last one.
  const first = parseCalendarDay(`${year}-01-04`);
  const last = parseCalendarDay(`${year}-12-28`);
  if (first === undefined || last === undefined || week === 0) return undefined;
  const start = addDays(mondayOf(first), (week - 1) * WEEK_DAYS);
  // Without this, week 53 of a year that has 52 would be the first week of the next.
  if (start > last || start > LAST_MONDAY) return undefined;
  return { start_date: start, end_date: addDays(start, WEEK_DAYS - 1) };
}

function mondayOf(day: CalendarDay): CalendarDay {
  const sinceMonday = (toEpochDay(day) + MONDAY_OFFSET) % WEEK_DAYS;
  return addDays(day, -((sinceMonday + WEEK_DAYS) % WEEK_DAYS));
}
