import { isDate } from 'node:util/types';
import { addDays, parseCalendarDay } from '@daysync/progress';
import { sql, type RawBuilder } from 'kysely';
import type { Dialect } from '../database/database.js';
import { canonicalJson, isJson, showJson, writeJson } from './exact-json.js';
import {
  canonicalNumber,
  isWrittenNumber,
  writeInDigits,
  type WrittenNumber,
} from './exact-number.js';

/** A value as both databases store it in a column of a target. */
export type TargetValue = string | number | bigint | null;

/** A value as both databases return it, read by {@link ColumnSql.read}. */
export type StoredValue = string | number | null;

type Expression = RawBuilder<unknown>;

/** PostgreSQL writes `infinity` as nothing, and a year before the first one without its era: as they are, they stay apart. */
function unlessOutside(column: Expression, text: Expression): Expression {
  return sql`case when ${column} between '0001-01-01 00:00:00Z' and '9999-12-31 23:59:59.999999Z' then ${text} else (${column})::text end`;
}

/** How one database stores a column type. */
interface ColumnSql {
  /** The type as the database itself names it. */
  readonly type: string;
  /** Selects a column as a {@link StoredValue}, a text where the value may be long. */
  readonly read: (column: Expression) => Expression;
}

interface ColumnTypeRecord {
  /** What the type accepts, for the error about a value that it does not. */
  readonly expected: string;
  /**
   * Converts a source's value, which is neither null nor undefined, and `''` only for `text`.
   * @returns undefined where the value does not fit
   */
  readonly convert: (received: unknown) => TargetValue | undefined;
  /** The same for a number that is kept as its text. */
  readonly convertWritten: (number: WrittenNumber) => TargetValue | undefined;
  /** The value in an answer's JSON. */
  readonly show: (stored: string | number) => unknown;
  /** The same text for the same value of either database. */
  readonly canonical: (stored: string | number | bigint) => string;
  /** Whether a value may be so long that an answer cuts it. */
  readonly mayBeLong: boolean;
  /** Of several types that fit all values, the one with the lowest rank is inferred. */
  readonly inferenceRank: number;
  /** Values that fit and still are not inferred to be of this type. */
  readonly neverInferredFrom?: (received: unknown) => boolean;
  readonly sql: Readonly<Record<Dialect, ColumnSql>>;
}

const LEAST_INTEGER = -(2n ** 63n);
const MOST_INTEGER = 2n ** 63n - 1n;
const INTEGER_DIGITS = 19;
/** Every number with this many digits is exact in a float of 64 bits. */
const EXACT_DIGITS = 15;

// No two repetitions side by side take the same character: of a million digits and a letter, they would try every split.
const INTEGER = /^([+-]?)0*([1-9]\d*|0)$/;
const REAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;
const DECIMAL_LENGTH = 1_000;
const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)[t ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,6})0*)?(?:(z)|([+-])([01]\d|2[0-3]):?([0-5]\d))$/i;

const unchanged = <Value>(value: Value): Value => value;
const refused = (): undefined => undefined;
const asText = (column: Expression): Expression => sql`${column}::text`;

/**
 * Everything that depends on a column's type. `integer`, `real` and `boolean` (1 or 0) are stored as numbers, an
 * integer beyond 2^53 as a bigint, and all other values as text. PostgreSQL parses the same values by its own types.
 */
const RECORDS = {
  text: {
    expected: 'well-formed text without a NUL character',
    convert: (received) =>
      // Half a surrogate pair would be stored as another character.
      typeof received === 'string' && !received.includes('\0') && received.isWellFormed()
        ? received
        : undefined,
    convertWritten: refused,
    show: unchanged,
    canonical: String,
    mayBeLong: true,
    inferenceRank: 7,
    sql: {
      sqlite: { type: 'text', read: unchanged },
      postgres: { type: 'text', read: unchanged },
    },
  },
  integer: {
    expected: 'an integer of 64 bits',
    convert: readInteger,
    convertWritten: (number) => readInteger(writeInteger(number)),
    neverInferredFrom: isCode,
    show: (stored) => {
      const number = Number(stored);
      return Number.isSafeInteger(number) ? number : String(stored);
    },
    canonical: String,
    mayBeLong: false,
    inferenceRank: 1,
    sql: {
      // SQLite's client refuses to return an integer beyond 2^53 as a number.
      sqlite: { type: 'integer', read: (column) => sql`cast(${column} as text)` },
      postgres: { type: 'bigint', read: asText },
    },
  },
  real: {
    expected: 'a finite number',
    convert: readReal,
    convertWritten: (number) => readReal(number.rawJSON),
    show: unchanged,
    canonical: (stored) => String(Number(stored) + 0),
    mayBeLong: false,
    inferenceRank: 3,
    neverInferredFrom: (received) => isCode(received) || losesDigits(received),
    sql: {
      sqlite: { type: 'real', read: unchanged },
      postgres: { type: 'double precision', read: unchanged },
    },
  },
  // As text in SQLite, so that no digit is lost.
  decimal: {
    expected: `a decimal number without an exponent, of at most ${DECIMAL_LENGTH} characters`,
    convert: readDecimal,
    convertWritten: (number) => readDecimal(writeInDigits(number)),
    neverInferredFrom: isCode,
    show: unchanged,
    canonical: (stored) => canonicalNumber(String(stored)),
    mayBeLong: true,
    inferenceRank: 4,
    sql: {
      sqlite: { type: 'text', read: unchanged },
      postgres: { type: 'numeric', read: asText },
    },
  },
  boolean: {
    expected: 'true, false, 1 or 0',
    convert: readBoolean,
    convertWritten: (number) => readBoolean(writeInteger(number)),
    show: (stored) => stored === 1,
    canonical: String,
    mayBeLong: false,
    inferenceRank: 2,
    sql: {
      sqlite: { type: 'integer', read: unchanged },
      postgres: { type: 'boolean', read: (column) => sql`${column}::integer` },
    },
  },
  date: {
    expected: 'a date written YYYY-MM-DD',
    convert: (received) => (typeof received === 'string' ? parseCalendarDay(received) : undefined),
    convertWritten: refused,
    show: unchanged,
    canonical: String,
    mayBeLong: false,
    inferenceRank: 5,
    sql: {
      sqlite: { type: 'text', read: unchanged },
      // Independent of the session's style of dates.
      postgres: {
        type: 'date',
        read: (column) => unlessOutside(column, sql`to_char(${column}::timestamp, 'YYYY-MM-DD')`),
      },
    },
  },
  // In UTC with six digits of fraction, so that the order of texts is the order of times.
  timestamp: {
    expected:
      'an ISO 8601 time with seconds, up to 6 digits of fraction, and Z or an offset, such as 2025-10-03T08:00:00+02:00',
    convert: (received) => {
      const text = isDate(received) ? writeInstant(received) : received;
      return typeof text === 'string' ? readTimestamp(text) : undefined;
    },
    convertWritten: refused,
    show: unchanged,
    canonical: String,
    mayBeLong: false,
    inferenceRank: 6,
    sql: {
      sqlite: { type: 'text', read: unchanged },
      // Independent of the session's time zone.
      postgres: {
        type: 'timestamp with time zone',
        read: (column) =>
          unlessOutside(
            column,
            sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
          ),
      },
    },
  },
  // As the source wrote it, where it wrote a text.
  json: {
    expected: 'valid JSON, or what JSON can say without loss',
    convert: (received) => {
      if (typeof received !== 'string') return writeJson(received);
      return isJson(received) ? received : undefined;
    },
    convertWritten: ({ rawJSON }) => rawJSON,
    show: (stored) => showJson(String(stored)),
    canonical: (stored) => canonicalJson(String(stored)),
    mayBeLong: true,
    inferenceRank: 8,
    // Each number and many a text is valid JSON: only lists and mappings are inferred to be JSON.
    neverInferredFrom: (received) => typeof received !== 'object' || isDate(received),
    sql: {
      sqlite: { type: 'text', read: unchanged },
      postgres: { type: 'jsonb', read: asText },
    },
  },
} as const satisfies Readonly<Record<string, ColumnTypeRecord>>;

export type ColumnType = keyof typeof RECORDS;
export const COLUMN_TYPES: Readonly<Record<ColumnType, ColumnTypeRecord>> = RECORDS;
export const COLUMN_TYPE_NAMES = Object.keys(RECORDS) as readonly ColumnType[];

/**
 * A source's value as the target stores it, undefined where it does not fit the column.
 * @param typed whether the source distinguishes an empty text from a missing value
 */
export type ValueConverter = (received: unknown, typed: boolean) => TargetValue | undefined;

/**
 * A missing value and an empty text are NULL where the column is nullable. Where it is not, an empty text stays `''` in
 * a `text` column, and any other column refuses both. Where the source is `typed`, an empty text is a value of a `text`
 * column, nullable or not. In columns other than `text`, blanks around a text don't count.
 */
export function createConverter(type: ColumnType, nullable: boolean): ValueConverter {
  const { convert, convertWritten } = COLUMN_TYPES[type];
  const isText = type === 'text';
  const missing = nullable ? null : undefined;
  return (received, typed) => {
    const value = typeof received === 'string' && !isText ? received.trim() : received;
    if (value === undefined || value === null) return missing;
    if (value === '') {
      if (isText && (typed || !nullable)) return '';
      return missing;
    }
    return isWrittenNumber(value) ? convertWritten(value) : convert(value);
  };
}

/** A value of a target as JSON: an integer beyond 2^53 as a text of its digits, a decimal as its text. */
export function showValue(type: ColumnType, stored: StoredValue): unknown {
  return stored === null ? null : COLUMN_TYPES[type].show(stored);
}

/** A stored value as a text that is the same for the same value of either database. */
export function canonicalText(type: ColumnType, stored: TargetValue): string | null {
  return stored === null ? null : COLUMN_TYPES[type].canonical(stored);
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
    // BigInt would take seconds for a million digits.
    if (digits === undefined || digits.length > INTEGER_DIGITS) return undefined;
    // Most integers: a bigint on the way would double the time.
    if (digits.length <= EXACT_DIGITS) return Number(received) + 0;
    integer = BigInt(`${match?.[1] === '-' ? '-' : ''}${digits}`);
  } else return undefined;
  if (integer < LEAST_INTEGER || integer > MOST_INTEGER) return undefined;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

/** The digits of a written number that is an integer: 7.0 and 7e0 are 7. */
function writeInteger(number: WrittenNumber): string | undefined {
  return writeInDigits(number)?.replace(/\.0*$/, '');
}

function readReal(received: unknown): number | undefined {
  const isNumber =
    typeof received === 'bigint' || (typeof received === 'string' && REAL.test(received));
  const number = isNumber ? Number(received) : received;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Whether a text of digits would be another one as a number, as `02134`, `+49 30` and `1E5` would. Programs write the
 * exponent of a number with a sign, as in `1e-05`, or after a fraction.
 */
function isCode(received: unknown): boolean {
  return typeof received === 'string' && /^\s*(?:[+-]?0\d|\+|[+-]?\d+e\d)/i.test(received);
}

/** Whether a number has more digits than a `real` keeps of every number. */
function losesDigits(received: unknown): boolean {
  if (typeof received !== 'string' && typeof received !== 'bigint') return false;
  const digits = String(received).replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length > EXACT_DIGITS;
}

function readDecimal(received: unknown): string | undefined {
  let text: string;
  if (typeof received === 'number') text = writeDecimal(received);
  else if (typeof received === 'bigint') text = String(received);
  else if (typeof received === 'string') text = received;
  else return undefined;
  return text.length <= DECIMAL_LENGTH && DECIMAL.test(text) ? text : undefined;
}

/** A finite number in digits alone, without the exponent that JavaScript writes for large and small ones. */
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

function readBoolean(received: unknown): 0 | 1 | undefined {
  switch (typeof received === 'string' ? received.toLowerCase() : received) {
    case true:
    case 1:
    case 1n:
    case 'true':
    case '1':
      return 1;
    case false:
    case 0:
    case 0n:
    case 'false':
    case '0':
      return 0;
    default:
      return undefined;
  }
}

/** Undefined for an invalid Date. */
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
    // UTC is before the first or after the last calendar day.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${utcDay}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}:${seconds}.${fraction.padEnd(6, '0')}Z`;
}
