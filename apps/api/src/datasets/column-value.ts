import { addDays, parseCalendarDay } from '@daysync/progress';
import type { ColumnType, TargetColumn } from './dataset.js';

/** What a target takes as the value of one column. */
export type TargetValue = string | number | bigint | null;

/** A source's value in the target's form, or what was expected instead. */
export type Conversion =
  | { readonly ok: true; readonly value: TargetValue }
  | { readonly ok: false; readonly expected: string };

/** Converts what a source gave, never null, undefined or `''`. Blanks around a text have been taken off. */
export type ValueConverter = (received: unknown) => Conversion;

/** How one kind of database represents the column types; each database has such a table. */
export type ColumnConverters = Readonly<Record<ColumnType, ValueConverter>>;

const LEAST_INTEGER = -(2n ** 63n);
const MOST_INTEGER = 2n ** 63n - 1n;
const INTEGER_DIGITS = 19;

const INTEGER = /^([+-]?)0*(\d+)$/;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const DECIMAL_LENGTH = 1_000;
const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)[t ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,6})0*)?(?:(z)|([+-])([01]\d|2[0-3]):?([0-5]\d))$/i;

const EXPECTED: Readonly<Record<ColumnType, string>> = {
  text: 'text without a NUL character',
  integer: 'an integer of 64 bits',
  real: 'a finite number',
  decimal: `a decimal number without an exponent, of at most ${DECIMAL_LENGTH} characters`,
  boolean: 'true, false, 1 or 0',
  date: 'a date written YYYY-MM-DD',
  timestamp:
    'an ISO 8601 time with seconds, up to 6 digits of fraction, and Z or an offset, such as 2025-10-03T08:00:00+02:00',
  json: 'valid JSON',
};

/**
 * SQLite's form: `integer`, `real` and `boolean` (1 or 0) as numbers, a bigint where a number would not be exact;
 * everything else as text. `decimal` and `json` texts stay as written, so that no digit is lost; a `timestamp`
 * becomes UTC with six digits of fraction, so that text order is time order.
 */
export const SQLITE_CONVERTERS: ColumnConverters = {
  text: (received) =>
    typeof received === 'string' && !received.includes('\0') ? is(received) : not('text'),
  integer: (received) => {
    const integer = readInteger(received);
    return integer === undefined ? not('integer') : is(integer);
  },
  real: (received) => {
    const number =
      typeof received === 'string' && REAL.test(received) ? Number(received) : received;
    return typeof number === 'number' && Number.isFinite(number) ? is(number) : not('real');
  },
  decimal: (received) => {
    const text =
      typeof received === 'number' || typeof received === 'bigint' ? String(received) : received;
    const fits = typeof text === 'string' && text.length <= DECIMAL_LENGTH && DECIMAL.test(text);
    return fits ? is(text) : not('decimal');
  },
  boolean: (received) => {
    switch (typeof received === 'string' ? received.toLowerCase() : received) {
      case true:
      case 1:
      case 'true':
      case '1':
        return is(1);
      case false:
      case 0:
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
    const time = typeof received === 'string' ? readTimestamp(received) : undefined;
    return time === undefined ? not('timestamp') : is(time);
  },
  json: (received) => {
    const text = typeof received === 'string' ? received : JSON.stringify(received);
    return isJson(text) ? is(text) : not('json');
  },
};

/**
 * Converts one value for its column.
 *
 * Nothing and an empty text are NULL where the column is nullable. Where it is not, an empty text stays `''` in a
 * `text` column, and everything else is refused. In columns other than `text`, blanks around a text don't count.
 */
export function convertValue(
  column: Pick<TargetColumn, 'type' | 'nullable'>,
  received: unknown,
  converters: ColumnConverters = SQLITE_CONVERTERS,
): Conversion {
  const { type, nullable } = column;
  const value = typeof received === 'string' && type !== 'text' ? received.trim() : received;
  if (value === undefined || value === null || value === '') {
    if (nullable) return is(null);
    return value === '' && type === 'text' ? is('') : not(type);
  }
  return converters[type](value);
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
    integer = BigInt(`${match?.[1] === '-' ? '-' : ''}${digits}`);
  } else return undefined;
  if (integer < LEAST_INTEGER || integer > MOST_INTEGER) return undefined;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
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

function isJson(text: string | undefined): text is string {
  if (text === undefined) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
