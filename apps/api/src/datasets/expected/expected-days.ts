import {
  addDays,
  calendarDay,
  compareDays,
  countDays,
  earlierDay,
  laterDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import rrule from 'rrule';
import { readRule, takenFromFirst, type RecurrenceRule } from './recurrence-rule.js';

/** Which days of a dataset have data, as its file says. Plain data. */
export interface Expectation {
  /** A rule of RFC 5545 for whole days. */
  readonly rule: string;
  /** The first day that may be expected; null without one. */
  readonly from: CalendarDay | null;
  /** The last day that may be expected; null without one. */
  readonly until: CalendarDay | null;
  /** The days that are not expected although the rule has them, ascending. */
  readonly except: readonly CalendarDay[];
  /** The file of these days as it is written; null without one. */
  readonly writtenExcept: string | null;
}

/** Which days of a dataset are expected to have data. A batch skips all others. */
export interface ExpectedDays {
  isExpected(day: CalendarDay): boolean;
  /** How many days of a range are expected. */
  countIn(start: CalendarDay, end: CalendarDay): number;
  /** The runs of consecutive expected days in a range, ascending. */
  runsIn(range: DayRange): readonly DayRange[];
  /** The latest expected day that is not after `day`; null if there is none in the {@link REACH_YEARS} before it. */
  latestExpected(day: CalendarDay): CalendarDay | null;
  /** The first expected day that is not before `day`; null if there is none in the {@link REACH_YEARS} after it. */
  nextExpected(day: CalendarDay): CalendarDay | null;
}

/** A rule without a day in so many years counts as one without any. */
export const REACH_YEARS = 50;

/** The expected days of a dataset without a rule. */
export const EVERY_DAY: ExpectedDays = {
  isExpected: () => true,
  countIn: countDays,
  runsIn: (range) => [range],
  latestExpected: (day) => day,
  nextExpected: (day) => day,
};

/** A reload keeps the object of an expectation that is the same: its days are computed once. */
const known = new WeakMap<Expectation, ExpectedDays>();

/** The expected days of a dataset. */
export function expectedDaysOf({
  expected,
}: {
  readonly expected: Expectation | null;
}): ExpectedDays {
  if (expected === null) return EVERY_DAY;
  let days = known.get(expected);
  if (days === undefined) known.set(expected, (days = new RuledDays(expected)));
  return days;
}

/** The days of a range that are not expected, in runs, ascending. */
export function unexpectedIn(expected: ExpectedDays, range: DayRange): readonly DayRange[] {
  const runs: DayRange[] = [];
  let open: CalendarDay | null = range.start_date;
  for (const { start_date, end_date } of expected.runsIn(range)) {
    if (open !== null && compareDays(open, start_date) < 0) {
      runs.push({ start_date: open, end_date: addDays(start_date, -1) });
    }
    // There may be no day after the last of the range.
    open = end_date === range.end_date ? null : addDays(end_date, 1);
  }
  if (open !== null) runs.push({ start_date: open, end_date: range.end_date });
  return runs;
}

/**
 * The first day of the last `count` expected days that are not after `end`. With fewer of them, or more than `most` days
 * from it to `end`, the earliest day that fits.
 */
export function firstOfLast(
  expected: ExpectedDays,
  {
    count,
    end,
    most,
  }: { readonly count: number; readonly end: CalendarDay; readonly most: number },
): CalendarDay {
  const earliest = daysBefore(end, most - 1);
  let first = end;
  for (let left = count; left > 0; left -= 1) {
    const day = expected.latestExpected(left === count ? end : daysBefore(first, 1));
    if (day === null || compareDays(day, earliest) < 0) break;
    first = day;
  }
  return first;
}

const FIRST_DAY = calendarDay('0001-01-01');

function daysBefore(day: CalendarDay, count: number): CalendarDay {
  return countDays(FIRST_DAY, day) > count ? addDays(day, -count) : FIRST_DAY;
}

const MS_PER_DAY = 86_400_000;
const FIRST_YEAR = 1;
const LAST_YEAR = 9_999;

/**
 * The days of a rule, computed a year at a time and kept. Inside, a day is a number of days since 1970-01-01: a hundred
 * years take at most 0.1 s.
 */
class RuledDays implements ExpectedDays {
  private readonly rule: RecurrenceRule;
  /** The days of a year that the rule has in each of its periods, as indices, by the kind of the year. */
  private readonly patterns = new Map<string, readonly number[]>();
  /** The interval counts from the period that has this day. */
  private readonly anchor: CalendarDay;
  private readonly except: ReadonlySet<number>;
  private readonly first: CalendarDay;
  private readonly last: CalendarDay;
  /** For each year, how many of its days before each one are expected, and how many in all. */
  private readonly years = new Map<number, Uint16Array>();
  /** How far the days of a rule with `COUNT` are counted, and its last one once that is known. */
  private counted: { readonly year: number; readonly days: number; readonly last: number | null };

  /** @throws {RangeError} for a rule that the datasets file can't have */
  constructor({ rule, from, until, except }: Expectation) {
    const read = readRule(rule);
    if (!read.ok) throw new RangeError(`expected a rule of RFC 5545, got ${rule}`);
    this.rule = read.rule;
    this.anchor = from ?? ANY_MONDAY;
    this.except = new Set(except.map(toEpochDay));
    this.first = from ?? FIRST_DAY;
    const ends = [until, read.rule.until].filter((day) => day !== null);
    this.last = ends.reduce(earlierDay, LAST_DAY);
    this.counted = { year: yearOf(this.first) - 1, days: 0, last: null };
  }

  isExpected(day: CalendarDay): boolean {
    const before = this.before(yearOf(day));
    const index = indexOf(day);
    return at(before, index) < at(before, index + 1);
  }

  countIn(start: CalendarDay, end: CalendarDay): number {
    if (compareDays(end, start) < 0) return 0;
    let count = 0;
    for (let year = yearOf(start); year <= yearOf(end); year += 1) {
      const before = this.before(year);
      const from = year === yearOf(start) ? indexOf(start) : 0;
      const until = year === yearOf(end) ? indexOf(end) + 1 : before.length - 1;
      count += at(before, until) - at(before, from);
    }
    return count;
  }

  runsIn({ start_date, end_date }: DayRange): readonly DayRange[] {
    const runs: DayRange[] = [];
    let open: CalendarDay | null = null;
    for (let year = yearOf(start_date); year <= yearOf(end_date); year += 1) {
      const before = this.before(year);
      const from = year === yearOf(start_date) ? indexOf(start_date) : 0;
      const until = year === yearOf(end_date) ? indexOf(end_date) + 1 : before.length - 1;
      for (let index = from; index < until; index += 1) {
        const isExpected = at(before, index) < at(before, index + 1);
        if (isExpected === (open !== null)) continue;
        const day = dayAt(year, index);
        if (open !== null) runs.push({ start_date: open, end_date: addDays(day, -1) });
        open = open === null ? day : null;
      }
    }
    if (open !== null) runs.push({ start_date: open, end_date });
    return runs;
  }

  latestExpected(day: CalendarDay): CalendarDay | null {
    const from = earlierDay(day, this.last);
    if (compareDays(from, this.first) < 0) return null;
    const least = Math.max(yearOf(this.first), yearOf(from) - REACH_YEARS);
    for (let year = yearOf(from); year >= least; year -= 1) {
      const before = this.before(year);
      let index = year === yearOf(from) ? indexOf(from) : before.length - 2;
      for (; index >= 0 && at(before, index + 1) > 0; index -= 1) {
        if (at(before, index) < at(before, index + 1)) return dayAt(year, index);
      }
    }
    return null;
  }

  nextExpected(day: CalendarDay): CalendarDay | null {
    const from = laterDay(day, this.first);
    if (compareDays(from, this.last) > 0) return null;
    const most = Math.min(yearOf(this.last), yearOf(from) + REACH_YEARS);
    for (let year = yearOf(from); year <= most; year += 1) {
      const before = this.before(year);
      let index = year === yearOf(from) ? indexOf(from) : 0;
      for (; index < before.length - 1; index += 1) {
        if (at(before, index) < at(before, index + 1)) return dayAt(year, index);
      }
    }
    return null;
  }

  private before(year: number): Uint16Array {
    let before = this.years.get(year);
    if (before === undefined) {
      const expected = this.ruledIn(year).filter((day) => !this.except.has(day));
      this.years.set(year, (before = countsBefore(year, expected)));
    }
    return before;
  }

  /** The days of the rule in a year, those among them that are excepted too. */
  private ruledIn(year: number): readonly number[] {
    const days = this.daysOf(year);
    if (this.rule.count === null) return days;
    const last = this.lastCounted(year);
    return last === null ? days : days.filter((day) => day <= last);
  }

  /** The last day of a rule with `COUNT`; null if that is after the year. */
  private lastCounted(year: number): number | null {
    const { count } = this.rule;
    while (count !== null && this.counted.last === null && this.counted.year < year) {
      const next = this.counted.year + 1;
      const days = this.daysOf(next);
      this.counted = {
        year: next,
        days: this.counted.days + days.length,
        last: days[count - this.counted.days - 1] ?? null,
      };
    }
    return this.counted.last;
  }

  /** The days of a year that fit the rule, without its `COUNT`. */
  private daysOf(year: number): readonly number[] {
    const begin = firstOfMonth(year, 0);
    const [first, last] = [toEpochDay(this.first), toEpochDay(this.last)];
    const days = this.patternOf(year)
      .map((index) => begin + index)
      .filter((day) => day >= first && day <= last);
    if (this.rule.interval === 1) return days;
    const anchor = periodOf(toEpochDay(this.anchor), this.rule);
    return days.filter((day) => (periodOf(day, this.rule) - anchor) % this.rule.interval === 0);
  }

  private patternOf(year: number): readonly number[] {
    const kind = kindOf(year);
    let pattern = this.patterns.get(kind);
    if (pattern === undefined) {
      this.patterns.set(kind, (pattern = readPattern(this.rule, this.anchor, likeYear(kind))));
    }
    return pattern;
  }
}

/**
 * Years of one kind have the same days of the week and the same weeks: a leap year or not, after a leap year or not, that
 * begins on the same day of the week.
 */
function kindOf(year: number): string {
  return `${daysIn(year - 1)} ${daysIn(year)} ${weekdayOf(firstOfMonth(year, 0))}`;
}

/** The last year of a kind: without a day to find, the library walks on to the end of its calendar. */
function likeYear(kind: string): number {
  let year = LAST_YEAR;
  while (kindOf(year) !== kind) year -= 1;
  return year;
}

/** The days of a year that a rule has in each of its periods, as the library finds them. */
function readPattern(rule: RecurrenceRule, anchor: CalendarDay, year: number): readonly number[] {
  const first = firstOfMonth(year, 0);
  const begin = rule.frequency === 'WEEKLY' ? weekOf(first, rule.weekStart) : first;
  const dateOf = (epochDay: number): Date => new Date(epochDay * MS_PER_DAY);
  const options = rrule.RRule.parseString(filtersOf(rule, anchor));
  const dates = new rrule.RRule(
    { ...options, dtstart: dateOf(begin), until: dateOf(first + daysIn(year) - 1) },
    true,
  ).all();
  return dates.map((date) => date.getTime() / MS_PER_DAY - first).filter((index) => index >= 0);
}

/** The number of the day, week, month or year of a rule that a day is in. */
function periodOf(day: number, { frequency, weekStart }: RecurrenceRule): number {
  switch (frequency) {
    case 'DAILY':
      return day;
    case 'WEEKLY':
      return Math.floor(weekOf(day, weekStart) / 7);
    case 'MONTHLY': {
      const date = new Date(day * MS_PER_DAY);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
    case 'YEARLY':
      return new Date(day * MS_PER_DAY).getUTCFullYear();
  }
}

/** Without a first day, a rule does not depend on where its periods begin to count. */
const ANY_MONDAY = calendarDay('2001-01-01');
const LAST_DAY = calendarDay('9999-12-31');

/** The rule without its interval and its ends, with what it takes from its first day. */
function filtersOf({ filters, frequency }: RecurrenceRule, first: CalendarDay): string {
  // The days of a year by the same filters; the library would try each day by itself.
  const period = frequency === 'DAILY' ? 'YEARLY' : frequency;
  const parts = [`FREQ=${period}`, ...[...filters].map(([name, value]) => `${name}=${value}`)];
  if (frequency === 'DAILY' && filters.size === 0) parts.push(`BYDAY=${WEEKDAYS.join(',')}`);
  const [month, date] = [Number(first.slice(5, 7)), Number(first.slice(8))];
  switch (takenFromFirst(frequency, filters)?.taken) {
    case 'weekday':
      parts.push(`BYDAY=${WEEKDAYS[weekdayOf(toEpochDay(first))] ?? ''}`);
      break;
    case 'date':
      parts.push(`BYMONTHDAY=${date}`);
      break;
    case 'month and date':
      parts.push(`BYMONTH=${month}`, `BYMONTHDAY=${date}`);
      break;
    case undefined:
      break;
  }
  return parts.join(';');
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** The first day of a week, as a number of days since 1970-01-01. */
function weekOf(epochDay: number, weekStart: number): number {
  return epochDay - ((weekdayOf(epochDay) - weekStart + 7) % 7);
}

/** As a number of days since 1970-01-01. */
function firstOfMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime() / MS_PER_DAY;
}

/** 0 for Monday to 6 for Sunday. */
function weekdayOf(epochDay: number): number {
  // 1970-01-01 was a Thursday.
  return (((epochDay + 3) % 7) + 7) % 7;
}

function yearOf(day: CalendarDay): number {
  return Math.min(Math.max(Number(day.slice(0, 4)), FIRST_YEAR), LAST_YEAR);
}

function daysIn(year: number): number {
  return firstOfMonth(year + 1, 0) - firstOfMonth(year, 0);
}

/** The index of a day in its year, from 0 on. */
function indexOf(day: CalendarDay): number {
  return toEpochDay(day) - firstOfMonth(yearOf(day), 0);
}

function dayAt(year: number, index: number): CalendarDay {
  return addDays(calendarDay(`${String(year).padStart(4, '0')}-01-01`), index);
}

function countsBefore(year: number, days: readonly number[]): Uint16Array {
  const [begin, before] = [firstOfMonth(year, 0), new Uint16Array(daysIn(year) + 1)];
  for (const day of days) before[day - begin + 1] = 1;
  for (let index = 1; index < before.length; index += 1) {
    before[index] = at(before, index) + at(before, index - 1);
  }
  return before;
}

function at(list: Uint16Array, index: number): number {
  return list[index] ?? 0;
}
