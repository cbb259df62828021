/**
 * A calendar date, written `YYYY-MM-DD` (ISO 8601, years 0001 to 9999, proleptic Gregorian).
 * It has no time and no zone: a string, compared as a string, never a `Date`.
 */
export type CalendarDay = string & { readonly __calendarDay: unique symbol };

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const MS_PER_DAY = 86_400_000;
const FIRST_EPOCH_DAY = -719_162; // 0001-01-01
const LAST_EPOCH_DAY = 2_932_896; // 9999-12-31

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The days of `month` (1 to 12) in `year`: 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Parses a date; `undefined` if it is not a real date written exactly `YYYY-MM-DD`. */
export function parseCalendarDay(text: string): CalendarDay | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const real =
    year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month);
  return real ? (text as CalendarDay) : undefined;
}

/**
 * Parses a date.
 * @throws {RangeError} if it is not a real date written exactly `YYYY-MM-DD`.
 */
export function calendarDay(text: string): CalendarDay {
  const day = parseCalendarDay(text);
  if (day === undefined) {
    throw new RangeError(`expected a date written YYYY-MM-DD, got ${JSON.stringify(text)}`);
  }
  return day;
}

/** Negative if `a` is before `b`, positive if after, 0 if they are the same day. */
export function compareDays(a: CalendarDay, b: CalendarDay): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The days from 1970-01-01 to `day`, negative before it. */
export function toEpochDay(day: CalendarDay): number {
  // A date without a time is UTC, where every day has the same length.
  return Date.parse(day) / MS_PER_DAY;
}

/**
 * The day `epochDay` days after 1970-01-01.
 * @throws {RangeError} if it is outside the years 0001 to 9999.
 */
export function fromEpochDay(epochDay: number): CalendarDay {
  if (!(epochDay >= FIRST_EPOCH_DAY && epochDay <= LAST_EPOCH_DAY)) {
    throw new RangeError(`expected years 1 to 9999, got epoch day ${epochDay}`);
  }
  return new Date(epochDay * MS_PER_DAY).toISOString().slice(0, 10) as CalendarDay;
}

/** The day `count` days after `day` (before it, if negative). */
export function addDays(day: CalendarDay, count: number): CalendarDay {
  return fromEpochDay(toEpochDay(day) + count);
}

/** The day after `day`. */
export function nextDay(day: CalendarDay): CalendarDay {
  return addDays(day, 1);
}

/** How many days a range has, both ends counted; 0 if `end` is before `start`. */
export function countDays(start: CalendarDay, end: CalendarDay): number {
  return Math.max(0, toEpochDay(end) - toEpochDay(start) + 1);
}

/** Every day from `start` to `end`, both included, ascending. */
export function listDays(start: CalendarDay, end: CalendarDay): CalendarDay[] {
  const first = toEpochDay(start);
  return Array.from({ length: countDays(start, end) }, (_, index) => fromEpochDay(first + index));
}

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

/** The days in both ranges; `undefined` if there are none. */
export function commonRange(one: DayRange, other: DayRange): DayRange | undefined {
  const start_date = laterDay(one.start_date, other.start_date);
  const end_date = earlierDay(one.end_date, other.end_date);
  return compareDays(start_date, end_date) <= 0 ? { start_date, end_date } : undefined;
}

/**
 * The local date in a time zone at an instant.
 * @param epochMs milliseconds since 1970-01-01T00:00:00Z
 * @param timeZone an IANA name such as `America/New_York`
 */
export function calendarDayAt(epochMs: number, timeZone: string): CalendarDay {
  const parts = dateFormat(timeZone).formatToParts(epochMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((candidate) => candidate.type === type)?.value ?? '';
  return calendarDay(`${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  let format = dateFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    dateFormats.set(timeZone, format);
  }
  return format;
}
