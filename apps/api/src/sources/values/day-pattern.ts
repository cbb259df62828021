import { addDays, parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { DateTime } from 'luxon';

/** A date and perhaps a time as they are written. */
export interface WrittenTime {
  readonly day: CalendarDay;
  readonly hasTime: boolean;
  /** Since midnight; 0 for a date without a time. */
  readonly microseconds: number;
  /** What the text says of its offset from UTC; null for the time of a wall clock. */
  readonly offsetMinutes: number | null;
}

export interface DayPattern {
  /** Reads a text, all of it; undefined where it is not written so, or is no real date or time. */
  parse(text: string): WrittenTime | undefined;
}

export type DayPatternResult =
  | { readonly ok: true; readonly pattern: DayPattern }
  /** Why, as in `yy is a year of two digits, which is not certain: write yyyy`. */
  | { readonly ok: false; readonly reason: string };

/** What a field sets, so that a pattern has it once. */
type Part =
  | 'year'
  | 'month'
  | 'day'
  | 'day of the year'
  | 'weekday'
  | 'hour'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half of the day'
  | 'offset';

interface Field {
  readonly part: Part;
  /** The same for Luxon; absent where it has none. */
  readonly luxon?: string;
  /** One group that matches the text. */
  readonly source: string;
  /** Whether it takes Luxon to read it. */
  readonly isNamed?: true;
}

const ONE_OR_TWO = String.raw`(\d{1,2})`;
const TWO = String.raw`(\d{2})`;
const HOURS_MINUTES = String.raw`[+-]\d{2}:\d{2}`;
const digits = (part: Part, one: string): Readonly<Record<string, Field>> => ({
  [one]: { part, luxon: one, source: ONE_OR_TWO },
  [one + one]: { part, luxon: one + one, source: TWO },
});
const named = (part: Part, luxon: string, source = '([a-z]+)'): Field => ({
  ...{ part, luxon, source },
  isNamed: true,
});
const YEAR: Field = { part: 'year', luxon: 'yyyy', source: String.raw`(\d{4})` };
const MONTHS = digits('month', 'M');
const OFFSET: Field = { part: 'offset', luxon: 'ZZZ', source: String.raw`([+-]\d{4})` };

/** Fields of Unicode date patterns (UTS 35) by their letters. */
const FIELDS: Readonly<Record<string, Field>> = {
  y: YEAR,
  yyyy: YEAR,
  ...MONTHS,
  L: { part: 'month', luxon: 'L', source: ONE_OR_TWO },
  LL: { part: 'month', luxon: 'LL', source: TWO },
  MMM: named('month', 'MMM'),
  MMMM: named('month', 'MMMM'),
  LLL: named('month', 'LLL'),
  LLLL: named('month', 'LLLL'),
  ...digits('day', 'd'),
  D: { part: 'day of the year', luxon: 'o', source: String.raw`(\d{1,3})` },
  DDD: { part: 'day of the year', luxon: 'ooo', source: String.raw`(\d{3})` },
  E: named('weekday', 'EEE'),
  EE: named('weekday', 'EEE'),
  EEE: named('weekday', 'EEE'),
  EEEE: named('weekday', 'EEEE'),
  ...digits('hour', 'H'),
  h: named('hour', 'h', '(0?[1-9]|1[0-2])'),
  hh: named('hour', 'hh', '(0[1-9]|1[0-2])'),
  ...digits('minute', 'm'),
  ...digits('second', 's'),
  a: named('half of the day', 'a', '([ap]m)'),
  Z: OFFSET,
  ZZ: OFFSET,
  ZZZ: OFFSET,
  xx: OFFSET,
  xxx: { part: 'offset', luxon: 'ZZ', source: `(${HOURS_MINUTES})` },
  // Luxon has no offset that is also written Z.
  X: { part: 'offset', source: String.raw`(Z|[+-]\d{2}(?:\d{2})?)` },
  XX: { part: 'offset', source: String.raw`(Z|[+-]\d{4})` },
  XXX: { part: 'offset', source: `(Z|${HOURS_MINUTES})` },
  ZZZZZ: { part: 'offset', source: `(Z|${HOURS_MINUTES})` },
};

/** What people write in place of a field. */
const MISTAKES: Readonly<Record<string, string>> = {
  yy: 'yy is a year of two digits, which does not say the century: write yyyy where the data has four',
  YYYY: 'YYYY is the year of a week: write yyyy',
  YY: 'YY is the year of a week: write yyyy',
  DD: 'DD is a day of the year: write dd for that of the month, DDD for that of the year',
  uuuu: 'uuuu is not read: write yyyy',
  A: 'A is the milliseconds of a day: write a for am and pm',
  T: "T is no field: write 'T' in quotes",
};

const MOST_FRACTION = 9;
const MOST_TEXT = 200;
/** A quoted text, `''`, or a letter as often as it is repeated. */
const PIECES = /''|'((?:[^']|'')+)'|([A-Za-z])\2*|[^A-Za-z']+|'/g;

type Token = { readonly literal: string } | Field;

/**
 * Reads a Unicode date pattern such as `dd.MM.yyyy` or `MMM d yyyy` (https://unicode.org/reports/tr35/tr35-dates.html).
 * Names are English. A pattern has a year of four digits, a month and a day, or the day of the year.
 */
export function readDayPattern(pattern: string): DayPatternResult {
  const tokens: Token[] = [];
  const fields: Field[] = [];
  const parts = new Map<Part, string>();
  for (const [piece, quoted, letter] of pattern.matchAll(PIECES)) {
    if (piece === "'") return refuse("a quote is not closed: write '' for a quote itself");
    if (letter === undefined) {
      tokens.push({ literal: readLiteral(piece, quoted) });
      continue;
    }
    const field = fieldOf(piece);
    if (field === undefined) {
      return refuse(MISTAKES[piece] ?? `${piece} is no field that is read: quote it if it is text`);
    }
    const first = parts.get(field.part);
    if (first !== undefined) {
      return refuse(`${first} and ${piece} are both the ${field.part}: write one of them`);
    }
    parts.set(field.part, piece);
    tokens.push(field);
    fields.push(field);
  }
  const reason = missingPart(parts) ?? adjacentDigits(pattern);
  if (reason !== undefined) return refuse(reason);
  const source = tokens
    .map((token) => ('literal' in token ? escapeRegExp(token.literal) : token.source))
    .join('');
  if (fields.every(({ isNamed }) => isNamed === undefined)) {
    return { ok: true, pattern: { parse: numericParser(fields, source) } };
  }
  const withoutLuxon = fields.find(({ luxon }) => luxon === undefined);
  if (withoutLuxon !== undefined) {
    const written = parts.get(withoutLuxon.part) ?? '';
    return refuse(`${written} is not read together with names: write xxx (+08:00) or Z (+0800)`);
  }
  return { ok: true, pattern: { parse: namesParser(tokens, fields, source) } };
}

function refuse(reason: string): DayPatternResult {
  return { ok: false, reason };
}

function fieldOf(letters: string): Field | undefined {
  if (Object.hasOwn(FIELDS, letters)) return FIELDS[letters];
  if (!/^S+$/.test(letters) || letters.length > MOST_FRACTION) return undefined;
  return { part: 'fraction', luxon: 'u', source: `(\\d{${letters.length}})` };
}

function readLiteral(piece: string, quoted: string | undefined): string {
  if (piece === "''") return "'";
  return quoted?.replaceAll("''", "'") ?? piece;
}

function missingPart(parts: ReadonlyMap<Part, string>): string | undefined {
  if (!parts.has('year')) return 'it has no year: write yyyy';
  const isOrdinal = parts.has('day of the year');
  if (isOrdinal && (parts.has('month') || parts.has('day'))) {
    return 'it has the day of the year beside a month or a day of the month: write one or the other';
  }
  if (!isOrdinal && !parts.has('month')) {
    return parts.has('minute')
      ? 'it has no month: write MM (mm is the minute)'
      : 'it has no month: write MM, or the format year where a row has only a year';
  }
  if (!isOrdinal && !parts.has('day')) {
    return 'it has no day: write dd, or the format year_month where a row has only a month';
  }
  const { hour = '' } = Object.fromEntries(parts);
  const isHalf = hour.startsWith('h');
  if (isHalf && !parts.has('half of the day')) {
    return `${hour} is an hour from 1 to 12: write ${hour.toUpperCase()} for 0 to 23, or a for am and pm`;
  }
  if (!isHalf && parts.has('half of the day')) return 'a stands beside h or hh: write hh for HH';
  if (parts.has('minute') && hour === '') return 'it has minutes without an hour: write HH';
  if (parts.has('second') && !parts.has('minute'))
    return 'it has seconds without minutes: write mm';
  if (parts.has('fraction') && !parts.has('second')) {
    return 'it has fractions of a second without seconds: write ss';
  }
  return undefined;
}

const DIGIT_FIELD = /^(?:y|yyyy|[MLdHhms]{1,2}|D|DDD|S+)$/;
const VARIABLE_FIELD = /^[MLdHhmsD]$/;

/** Fields of variable width directly beside other digits: 2025111 has two readings as yyyyMd. */
function adjacentDigits(pattern: string): string | undefined {
  const pieces = [...pattern.matchAll(PIECES)].map(([piece]) => piece);
  const isDigits = (at: number): boolean => DIGIT_FIELD.test(pieces[at] ?? '');
  const unclear = pieces.filter(
    (piece, at) => VARIABLE_FIELD.test(piece) && (isDigits(at - 1) || isDigits(at + 1)),
  );
  if (unclear.length === 0) return undefined;
  const fixed = unclear.map((field) => (field === 'D' ? 'DDD' : field + field));
  return `the width of ${unclear.join(' and ')} is not certain beside other digits: write ${fixed.join(' and ')}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

/** Reads a pattern of digits alone; a tenth of the time that Luxon takes. */
function numericParser(fields: readonly Field[], source: string): DayPattern['parse'] {
  const written = new RegExp(`^${source}$`);
  const groupOf = (part: Part): number => fields.findIndex((field) => field.part === part) + 1;
  const [year, month, day, ordinal] = [
    groupOf('year'),
    groupOf('month'),
    groupOf('day'),
    groupOf('day of the year'),
  ];
  const [hour, minute, second, fraction, offset] = [
    groupOf('hour'),
    groupOf('minute'),
    groupOf('second'),
    groupOf('fraction'),
    groupOf('offset'),
  ];
  return (text) => {
    const match = text.length > MOST_TEXT ? null : written.exec(text);
    if (match === null) return undefined;
    const at = (group: number): string => (group === 0 ? '' : (match[group] ?? ''));
    const date =
      ordinal === 0 ? ofMonth(at(year), at(month), at(day)) : ofYear(at(year), Number(at(ordinal)));
    if (date === undefined) return undefined;
    const [hours, minutes, seconds] = [Number(at(hour)), Number(at(minute)), Number(at(second))];
    if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
    const microseconds =
      ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 +
      Number(at(fraction).padEnd(6, '0').slice(0, 6));
    const offsetMinutes = offset === 0 ? null : readOffset(at(offset));
    if (offsetMinutes === undefined) return undefined;
    return { day: date, hasTime: hour > 0, microseconds, offsetMinutes };
  };
}

function ofMonth(year: string, month: string, day: string): CalendarDay | undefined {
  return parseCalendarDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

function ofYear(year: string, ordinal: number): CalendarDay | undefined {
  const first = parseCalendarDay(`${year}-01-01`);
  if (first === undefined || ordinal < 1 || ordinal > 366) return undefined;
  const isLast = ordinal === 366 && ofMonth(year, '2', '29') === undefined;
  return isLast ? undefined : addDays(first, ordinal - 1);
}

/** Minutes of `Z`, `+08`, `+0800` or `+08:00`; undefined where they are none. */
export function readOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(text[3] === ':' ? 4 : 3));
  if (hours > 23 || minutes > 59) return undefined;
  const offset = hours * 60 + minutes;
  // Not -0.
  return text.startsWith('-') ? 0 - offset : offset;
}

function luxonFormat(tokens: readonly Token[]): string {
  const quote = (literal: string): string =>
    literal
      .split("'")
      .map((text) => (text === '' ? '' : `'${text}'`))
      .join("''");
  return tokens.map((token) => ('literal' in token ? quote(token.literal) : token.luxon)).join('');
}

const ENGLISH = { locale: 'en-US', numberingSystem: 'latn' } as const;

/** Reads a pattern with names of months, weekdays or halves of the day. */
function namesParser(
  tokens: readonly Token[],
  fields: readonly Field[],
  source: string,
): DayPattern['parse'] {
  const parser = DateTime.buildFormatParser(luxonFormat(tokens), ENGLISH);
  const has = (one: Part): boolean => fields.some(({ part }) => part === one);
  const [hasTime, hasOffset] = [has('hour'), has('offset')];
  // Luxon reads `13 pm` as well.
  const written = new RegExp(`^${source}$`, 'i');
  return (text) => {
    if (text.length > MOST_TEXT || !written.test(text)) return undefined;
    const time = DateTime.fromFormatParser(text, parser, {
      ...ENGLISH,
      zone: 'utc',
      setZone: true,
    });
    const day = time.isValid ? parseCalendarDay(time.toFormat('yyyy-MM-dd')) : undefined;
    if (day === undefined) return undefined;
    const seconds = (time.hour * 60 + time.minute) * 60 + time.second;
    return {
      day,
      hasTime,
      microseconds: (seconds * 1_000 + time.millisecond) * 1_000,
      offsetMinutes: hasOffset ? time.offset : null,
    };
  };
}
