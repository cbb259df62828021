import { isDate } from 'node:util/types';
import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import { isWrittenNumber, writeNumberValue } from '../../targets/exact-number.js';
import { readDayPattern, readOffset, type DayPattern, type WrittenTime } from './day-pattern.js';
import { zoneClock, type ZoneClock } from './zone-clock.js';

/** Formats that have a name; every other one is a Unicode date pattern. */
const NAMED_FORMATS = ['iso', 'epoch_s', 'epoch_ms', 'year', 'year_month'] as const;
type NamedFormat = (typeof NAMED_FORMATS)[number];

export const DEFAULT_FORMAT = 'iso' satisfies NamedFormat;

/** How dates and times are written. */
export interface TimeFormat {
  /** `iso`, `epoch_s`, `epoch_ms`, `year`, `year_month`, or a Unicode date pattern. */
  readonly format: string;
  /** In which zone times without an offset are, and the day of an instant. */
  readonly timeZone: string;
}

/** How many wall-clock times a clock change skips or shows twice, of those that were read. */
export interface UnclearTimes {
  count: number;
}

/** Reads dates and times of one format. */
export interface TimeReader {
  /** What the format expects, as in `a date written dd.MM.yyyy`. */
  readonly expected: string;
  /**
   * The day of a value of a source. That of an instant is its day in the time zone; the time of a wall clock belongs to the
   * day that it is written with.
   */
  day(value: unknown): CalendarDay | undefined;
  /**
   * The instant of a value as a target stores it, in UTC with six digits of fraction. A date is its midnight. Of a
   * wall-clock time that a clock change skips or shows twice, it is the earlier instant.
   */
  timestamp(value: unknown): string | undefined;
}

const EXPECTED: Readonly<Record<NamedFormat, string>> = {
  iso: 'a date written yyyy-MM-dd',
  epoch_s: 'seconds since 1970, such as 1735689600',
  epoch_ms: 'milliseconds since 1970, such as 1735689600000',
  year: 'a year written yyyy',
  year_month: 'a month written yyyy-MM',
};

/** Why a text is no format; undefined for one that is. */
export function formatFault(format: string): string | undefined {
  if (isNamed(format)) return undefined;
  const result = readDayPattern(format);
  return result.ok ? undefined : result.reason;
}

export const EXPECTED_FORMAT =
  'iso, epoch_s, epoch_ms, year, year_month, or a date pattern such as dd.MM.yyyy';

/**
 * Reads the key `format`, whose rules have been checked, and reports why it is no format.
 * @returns undefined where it has errors
 */
export function readTimeFormat(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): string | undefined {
  const format = value ?? DEFAULT_FORMAT;
  // What is no text was reported by its rule.
  if (typeof format !== 'string' || reader.isUnset(path)) return undefined;
  const fault = formatFault(format);
  if (fault === undefined) return format;
  const shown = JSON.stringify(reader.writtenAt(path) ?? format);
  reader.reportReceived(path, EXPECTED_FORMAT, `${shown}: ${fault}`);
  return undefined;
}

/**
 * The reader of a format that has been checked.
 * @param unclear counts for all readers that get it
 * @throws {RangeError} for a format or a zone that there is not
 */
export function createTimeReader(
  { format, timeZone }: TimeFormat,
  unclear: UnclearTimes = { count: 0 },
): TimeReader {
  const clock = zoneClock(timeZone);
  if (!isNamed(format)) {
    const result = readDayPattern(format);
    if (!result.ok)
      throw new RangeError(`expected a date pattern, got ${format}: ${result.reason}`);
    return new ZonedReader(`a date written ${format}`, ofPattern(result.pattern), clock, unclear);
  }
  return new ZonedReader(EXPECTED[format], NAMED_READERS[format], clock, unclear);
}

function isNamed(format: string): format is NamedFormat {
  return (NAMED_FORMATS as readonly string[]).includes(format);
}

/** Reads a text without blanks around it. A number is the milliseconds of an instant. */
type ReadText = (text: string) => WrittenTime | number | undefined;

const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?$/;
const ISO_DATE_LENGTH = 10;
const NUMBER = /^[+-]?\d{1,20}(?:\.\d{1,20})?$/;
const YEAR = /^\d{4}$/;
const YEAR_MONTH = /^(\d{4})([-/]?)(\d\d)$/;

const NAMED_READERS: Readonly<Record<NamedFormat, ReadText>> = {
  iso: (text) => {
    if (text.length === ISO_DATE_LENGTH) return ofDate(parseCalendarDay(text));
    const match = ISO_TIME.exec(text);
    const day = parseCalendarDay(match?.[1] ?? '');
    if (match === null || day === undefined) return undefined;
    const [, , hours, minutes, seconds = '0', fraction = '', offset] = match;
    const offsetMinutes = offset === undefined ? null : readOffset(offset);
    if (offsetMinutes === undefined) return undefined;
    const second = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    const microseconds = second * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
    return { day, hasTime: true, microseconds, offsetMinutes };
  },
  epoch_s: (text) => (NUMBER.test(text) ? Number(text) * 1_000 : undefined),
  epoch_ms: (text) => (NUMBER.test(text) ? Number(text) : undefined),
  year: (text) => (YEAR.test(text) ? ofDate(parseCalendarDay(`${text}-01-01`)) : undefined),
  year_month: (text) => {
    const [, year = '', , month = ''] = YEAR_MONTH.exec(text) ?? [];
    return ofDate(parseCalendarDay(`${year}-${month}-01`));
  },
};

function ofDate(day: CalendarDay | undefined): WrittenTime | undefined {
  return day && { day, hasTime: false, microseconds: 0, offsetMinutes: null };
}

/** A longer value is no date, with all blanks around it. */
const MOST_CHARACTERS = 1_000;
/** Texts that are kept, in at most 2 MB: a file often has each day in many rows. */
const MOST_TEXTS = 1_000;

function ofPattern(pattern: DayPattern): ReadText {
  const read = new Map<string, WrittenTime | undefined>();
  return (text) => {
    let time = read.get(text);
    if (time === undefined) {
      time = pattern.parse(text);
      if (read.size >= MOST_TEXTS) read.clear();
      read.set(text, time);
    }
    return time;
  };
}

class ZonedReader implements TimeReader {
  private lastValue: unknown;
  private lastDay: CalendarDay | undefined;
  private lastUnclear = 0;

  constructor(
    readonly expected: string,
    private readonly readText: ReadText,
    private readonly clock: ZoneClock,
    private readonly unclear: UnclearTimes,
  ) {}

  day(value: unknown): CalendarDay | undefined {
    if (value === this.lastValue) {
      this.unclear.count += this.lastUnclear;
      return this.lastDay;
    }
    const before = this.unclear.count;
    const day = this.dayOf(this.read(value));
    // What is kept is short.
    if (typeof value === 'object' || isLong(value)) return day;
    this.lastDay = day;
    this.lastUnclear = this.unclear.count - before;
    this.lastValue = value;
    return day;
  }

  timestamp(value: unknown): string | undefined {
    const time = this.read(value);
    if (time === undefined) return undefined;
    if (typeof time === 'number') return writeInstant(time, microsecondsOf(time));
    const { day, hasTime, microseconds, offsetMinutes } = time;
    if (!hasTime) return writeInstant(this.clock.dayStart(day), 0);
    const wallMs = Date.parse(day) + Math.floor(microseconds / 1_000);
    const epochMs =
      offsetMinutes === null ? this.instantAt(wallMs) : wallMs - offsetMinutes * 60_000;
    return writeInstant(epochMs, microseconds % 1_000);
  }

  private read(value: unknown): WrittenTime | number | undefined {
    if (isLong(value)) return undefined;
    if (typeof value === 'string') return this.readText(value.trim());
    if (typeof value === 'number' || typeof value === 'bigint' || isWrittenNumber(value)) {
      // By its value, not as it is written: an index by day may have another parser than the reader of a day.
      return this.readText(writeNumberValue(value) ?? '');
    }
    return isDate(value) ? value.getTime() : undefined;
  }

  private dayOf(time: WrittenTime | number | undefined): CalendarDay | undefined {
    if (time === undefined) return undefined;
    if (typeof time === 'number') return this.clock.dayAt(time);
    const { day, hasTime, microseconds, offsetMinutes } = time;
    if (offsetMinutes === null) {
      if (hasTime) this.instantAt(Date.parse(day) + Math.floor(microseconds / 1_000));
      return day;
    }
    return this.clock.dayAt(Date.parse(day) + microseconds / 1_000 - offsetMinutes * 60_000);
  }

  private instantAt(wallMs: number): number {
    const { epochMs, shown } = this.clock.instantAt(wallMs);
    if (shown !== 'once') this.unclear.count += 1;
    return epochMs;
  }
}

function isLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > MOST_CHARACTERS;
}

/** The microseconds beyond the whole milliseconds of an instant. */
function microsecondsOf(epochMs: number): number {
  return Math.min(999, Math.round((epochMs - Math.floor(epochMs)) * 1_000));
}

const [FIRST_INSTANT, END_OF_INSTANTS] = [
  Date.parse('0001-01-01T00:00:00Z'),
  Date.parse('9999-12-31T23:59:59.999Z') + 1,
];

function writeInstant(epochMs: number, microseconds: number): string | undefined {
  const isInRange = epochMs >= FIRST_INSTANT && epochMs < END_OF_INSTANTS;
  if (!isInRange) return undefined;
  const millisecond = new Date(Math.floor(epochMs)).toISOString().slice(0, -1);
  return `${millisecond}${String(microseconds).padStart(3, '0')}Z`;
}
