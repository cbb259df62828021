/**
 * A calendar date, written `YYYY-MM-DD` (ISO 8601, years 0001 to 9999, proleptic Gregorian).
 * It has no time and no zone: it is a string, compared as a string, and never a `Date`.
 */
export type CalendarDay = string & { readonly __calendarDay: unique symbol };

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS_PER_ERA = 146_097; // 400 years
const EPOCH_OFFSET = 719_468; // days from 0000-03-01 to 1970-01-01

/** Whether `year` has a 29th of February. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The days of `month` (1 to 12) in `year`: 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day that `text` writes, or `undefined` if it is not a real date written exactly `YYYY-MM-DD`. */
export function parseCalendarDay(text: string): CalendarDay | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const real =
    year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month);
  return real ? (text as CalendarDay) : undefined;
}

/**
 * The day that `text` writes.
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

/**
 * The days from 1970-01-01 to `day`, negative before it.
 * Follows H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
 */
export function toEpochDay(day: CalendarDay): number {
  const month = Number(day.slice(5, 7));
  // A year that begins in March puts the leap day at its end.
  const year = Number(day.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(day.slice(8, 10)) - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_OFFSET;
}

/**
 * The day that lies `epochDay` days after 1970-01-01 (`civil_from_days` of the same source).
 * @throws {RangeError} if it is outside the years 0001 to 9999.
 */
export function fromEpochDay(epochDay: number): CalendarDay {
  const shifted = epochDay + EPOCH_OFFSET;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
  const day = parseCalendarDay(text);
  if (day === undefined) {
    throw new RangeError(`expected a day of the years 0001 to 9999, got epoch day ${epochDay}`);
  }
  return day;
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

/**
 * The date that a calendar on the wall shows in `timeZone` at an instant.
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

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
