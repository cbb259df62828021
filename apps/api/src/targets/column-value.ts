import { isDate } from 'node:util/types';
import { addDays, parseCalendarDay } from '@daysync/progress';
import type { ColumnType, TargetColumn } from './target-column.js';
import { isWrittenNumber, writeInDigits, type WrittenNumber } from './exact-number.js';
import { isJson, writeJson } from './json-text.js';

/** What a target takes as the value of one column. */
export type TargetValue = string | number | bigint | null;

/** A source's value in the target's form, or what was expected instead. */
export type Conversion =
  | { readonly ok: true; readonly value: TargetValue }
  | { readonly ok: false; readonly expected: string };

/**
 * Converts what a source gave, never null or undefined, and `''` only in a text column. Blanks around a text have
 * been taken off, but not in a text column.
 */
export type ValueConverter = (received: unknown) => Conversion;

/** How one kind of database represents the column types; each database has such a table. */
export type ColumnConverters = Readonly<Record<ColumnType, ValueConverter>>;

const LEAST_INTEGER = -(2n ** 63n);
const MOST_INTEGER = 2n ** 63n - 1n;
const INTEGER_DIGITS = 19;
/** As many digits of an integer fit a number whatever they are. */
const EXACT_DIGITS = 15;

const INTEGER = /^([+-]?)0*(\d+)$/;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;
const DECIMAL_LENGTH = 1_000;
const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)[t ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,6})0*)?(?:(z)|([+-])([01]\d|2[0-3]):?([0-5]\d))$/i;

const EXPECTED: Readonly<Record<ColumnType, string>> = {
  text: 'well-formed text without a NUL character',
  integer: 'an integer of 64 bits',
  real: 'a finite number',
  decimal: `a decimal number without an exponent, of at most ${DECIMAL_LENGTH} characters`,
  boolean: 'true, false, 1 or 0',
  date: 'a date written YYYY-MM-DD',
  timestamp:
    'an ISO 8601 time with seconds, up to 6 digits of fraction, and Z or an offset, such as 2025-10-03T08:00:00+02:00',
  json: 'valid JSON, or what JSON can say without loss',
};

/**
 * SQLite's form: `integer`, `real` and `boolean` (1 or 0) as numbers, a bigint where a number would not be exact;
 * everything else as text. `decimal` and `json` texts stay as written, so that no digit is lost; a `timestamp`
 * becomes UTC with six digits of fraction, so that text order is time order.
 */
export const SQLITE_CONVERTERS: ColumnConverters = {
  text: (received) =>
    // Half a surrogate pair would be stored as another character.
    typeof received === 'string' && !received.includes('\0') && received.isWellFormed()
      ? is(received)
      : not('text'),
  integer: (received) => {
    const integer = readInteger(received);
    return integer === undefined ? not('integer') : is(integer);
  },
  real: (received) => {
    const isNumber =
      typeof received === 'bigint' || (typeof received === 'string' && REAL.test(received));
    const number = isNumber ? Number(received) : received;
    return typeof number === 'number' && Number.isFinite(number) ? is(number) : not('real');
  },
  decimal: (received) => {
    const text = readDecimal(received);
    return text === undefined ? not('decimal') : is(text);
  },
  boolean: (received) => {
    switch (typeof received === 'string' ? received.toLowerCase() : received) {
      case true:
      case 1:
      case 1n:
      case 'true':
      case '1':
        return is(1);
      case false:
      case 0:
      case 0n:
      case 'false':
      case '0':
        return is(0);
      default:
        return not('boolean');
    }
  },
  date: (received) => {
    const day = typeof received === 'string' ? parseCalendarDay(received) : undefined;
    return day === undefined ? not('date') : is(day);
  },
  timestamp: (received) => {
    const text = isDate(received) ? writeInstant(received) : received;
    const time = typeof text === 'string' ? readTimestamp(text) : undefined;
    return time === undefined ? not('timestamp') : is(time);
  },
  json: (received) => {
    if (typeof received === 'string') return isJson(received) ? is(received) : not('json');
    const text = writeJson(received);
    return text === undefined ? not('json') : is(text);
  },
};

interface ConvertOptions {
  /** @default SQLite's */
  readonly converters?: ColumnConverters;
  /**
   * Whether the source tells an empty text from nothing.
   * @default false
   */
  readonly typed?: boolean;
}

/**
 * Converts one value for its column.
 *
 * Nothing and an empty text are NULL where the column is nullable. Where it is not, an empty text stays `''` in a
 * `text` column, and everything else is refused. In columns other than `text`, blanks around a text don't count.
 * Where the source is `typed`, an empty text is a value of a `text` column, nullable or not.
 */
export function convertValue(
  column: Pick<TargetColumn, 'type' | 'nullable'>,
  received: unknown,
  { converters = SQLITE_CONVERTERS, typed = false }: ConvertOptions = {},
): Conversion {
  const { type, nullable } = column;
  const value = typeof received === 'string' && type !== 'text' ? received.trim() : received;
  if (value === undefined || value === null) return nullable ? is(null) : not(type);
  if (value === '' && !(typed && type === 'text')) {
    if (nullable) return is(null);
    return type === 'text' ? is('') : not(type);
  }
  return converters[type](isWrittenNumber(value) ? writtenFor(type, value) : value);
}

/** A number that is kept as its text, in the form that a column of numbers takes. No text column takes a number. */
function writtenFor(type: ColumnType, number: WrittenNumber): unknown {
  switch (type) {
    case 'integer':
    case 'boolean':
      // 7.0 and 7e0 are 7.
      return writeInDigits(number)?.replace(/\.0*$/, '');
    case 'decimal':
      return writeInDigits(number);
    case 'real':
    case 'json':
      return number.rawJSON;
    case 'text':
    case 'date':
    case 'timestamp':
      return Number(number.rawJSON);
  }
}

function is(value: TargetValue): Conversion {
  return { ok: true, value };
}

function not(type: ColumnType): Conversion {
  return { ok: false, expected: EXPECTED[type] };
}

function readInteger(received: unknown): number | bigint | undefined {
  let integer: bigint;
  if (typeof received === 'bigint') integer = received;
  else if (typeof received === 'number') {
    // Beyond 2^53 a number has lost digits already.
    return Number.isSafeInteger(received) ? received + 0 : undefined;
  } else if (typeof received === 'string') {
    const match = INTEGER.exec(received);
    const digits = match?.[2];
    // A million digits would take BigInt seconds.
    if (digits === undefined || digits.length > INTEGER_DIGITS) return undefined;
    // Most integers: a bigint on the way would double the time.
    if (digits.length <= EXACT_DIGITS) return Number(received) + 0;
    integer = BigInt(`${match?.[1] === '-' ? '-' : ''}${digits}`);
  } else return undefined;
  if (integer < LEAST_INTEGER || integer > MOST_INTEGER) return undefined;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

function readDecimal(received: unknown): string | undefined {
  let text: string;
  if (typeof received === 'number') text = writeDecimal(received);
  else if (typeof received === 'bigint') text = String(received);
  else if (typeof received === 'string') text = received;
  else return undefined;
  return text.length <= DECIMAL_LENGTH && DECIMAL.test(text) ? text : undefined;
}

/** A finite number in digits alone, without the exponent of the large and the small. */
function writeDecimal(number: number): string {
  const text = String(number);
  const [, sign = '', whole = '', fraction = '', exponent] = EXPONENT.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  const digits = whole + fraction;
  // A number is written with an exponent from 1e21 on, where all its digits stand before the point.
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - 1)}${digits}`
    : sign + digits.padEnd(shift + 1, '0');
}

/** Nothing for a Date that is no time. */
function writeInstant(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function readTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  const day = parseCalendarDay(match?.[1] ?? '');
  if (match === null || day === undefined) return undefined;
  const [, , hours, minutes, seconds = '', fraction = '', , sign, offsetHours, offsetMinutes] =
    match;
  const offset = Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0);
  const minute = Number(hours) * 60 + Number(minutes) - (sign === '-' ? -offset : offset);
  const dayCarry = Math.floor(minute / 1_440);
  const minuteOfDay = minute - dayCarry * 1_440;
  let utcDay: string;
  try {
    utcDay = dayCarry === 0 ? day : addDays(day, dayCarry);
  } catch (error) {
    // The first and the last day that a calendar day can be.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${utcDay}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}:${seconds}.${fraction.padEnd(6, '0')}Z`;
}
