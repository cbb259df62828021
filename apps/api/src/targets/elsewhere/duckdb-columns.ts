import { parseCalendarDay, toEpochDay } from '@daysync/progress';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { describeReceived } from '../../config/received.js';
import {
  COLUMN_TYPES,
  type ColumnType,
  type StoredValue,
  type TargetValue,
} from '../column-types.js';
import { quote } from '../target-dialect.js';
import type { TargetColumn } from '../target.js';
import type { Duckdb } from './duckdb-package.js';

/** The type of the day that a row belongs to. */
export const DUCKDB_DAY_TYPE = 'DATE';

/** A type as DuckDB itself names it. */
export const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  real: 'DOUBLE',
  // DuckDB's own decimals have 38 digits, and all values of a column the same number of places.
  decimal: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  // As the source wrote it. DuckDB's functions of JSON accept it.
  json: 'VARCHAR',
};

const MS_OF_DAY = 86_400_000;
const MICROS_OF_MS = 1_000n;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** Where the microseconds begin in it, and end. */
const [MICROS_FROM, MICROS_TO] = [23, 26];
const [FIRST_MS, LAST_MS] = [Date.parse('0001-01-01'), Date.parse('9999-12-31T23:59:59.999Z')];

/** How values of a column type are written to DuckDB's vectors, and read from them. */
export interface DuckdbCodec {
  readonly vectorType: DuckDBType;
  /** A value for a vector, undefined where it does not fit. */
  readonly write: (value: string | number | bigint) => DuckDBValue | undefined;
  /** What is selected in place of the column. */
  readonly select: (column: string) => string;
  readonly read: (value: DuckDBValue) => StoredValue;
}

/**
 * Why a column can't hold a value.
 * @param row from 1
 */
export function describeUnfit(
  row: number,
  { name, type }: Pick<TargetColumn, 'name' | 'type'>,
  value: TargetValue,
): string {
  const expected = value === null ? 'a value' : COLUMN_TYPES[type].expected;
  return `row ${row} of the day, column ${name}: expected ${expected}, got ${describeReceived(value)}`;
}

/** The codecs of all column types. */
export function createCodecs(duckdb: Duckdb): Readonly<Record<ColumnType, DuckdbCodec>> {
  const { BIGINT, BOOLEAN, DATE, DOUBLE, TIMESTAMPTZ, VARCHAR } = duckdb;
  const { DuckDBBlobValue, DuckDBDateValue, DuckDBTimestampTZValue, DuckDBTimestampValue } = duckdb;
  const asIs = quote;
  const text: DuckdbCodec = {
    vectorType: VARCHAR,
    write: (value) => {
      const isText = typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
      return isText ? value : undefined;
    },
    // As bytes: of a text, the package drops a byte order mark at its beginning.
    select: (column) => `encode(${quote(column)})`,
    read: (value) => {
      if (!(value instanceof DuckDBBlobValue)) throw unexpected(value);
      const { buffer, byteOffset, byteLength } = value.bytes;
      return Buffer.from(buffer, byteOffset, byteLength).toString();
    },
  };
  return {
    text,
    json: text,
    decimal: { ...text, write: (value) => text.write(String(value)) },
    integer: {
      vectorType: BIGINT,
      write: (value) => {
        if (typeof value === 'number')
          return Number.isSafeInteger(value) ? BigInt(value) : undefined;
        const isInteger = typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
        return isInteger ? value : undefined;
      },
      select: asIs,
      read: (value) => {
        const number = Number(value);
        return Number.isSafeInteger(number) ? number : String(value);
      },
    },
    real: {
      vectorType: DOUBLE,
      write: (value) => (typeof value === 'string' ? undefined : Number(value)),
      select: asIs,
      read: (value) => {
        if (typeof value !== 'number') throw unexpected(value);
        return value;
      },
    },
    boolean: {
      vectorType: BOOLEAN,
      write: (value) => {
        const number = Number(value);
        return typeof value !== 'string' && (number === 0 || number === 1)
          ? number === 1
          : undefined;
      },
      select: asIs,
      read: (value) => (value === true ? 1 : 0),
    },
    date: {
      vectorType: DATE,
      write: (value) => {
        const day = typeof value === 'string' ? parseCalendarDay(value) : undefined;
        return day === undefined ? undefined : new DuckDBDateValue(toEpochDay(day));
      },
      select: asIs,
      read: (value) => {
        if (!(value instanceof DuckDBDateValue)) throw unexpected(value);
        const ms = value.days * MS_OF_DAY;
        return isShown(ms) ? new Date(ms).toISOString().slice(0, 10) : value.toString();
      },
    },
    timestamp: {
      vectorType: TIMESTAMPTZ,
      write: (value) => {
        const micros = typeof value === 'string' ? microsOf(value) : undefined;
        return micros === undefined ? undefined : new DuckDBTimestampTZValue(micros);
      },
      select: asIs,
      read: (value) => {
        if (!(value instanceof DuckDBTimestampTZValue)) throw unexpected(value);
        const { micros } = value;
        const ofMs = ((micros % MICROS_OF_MS) + MICROS_OF_MS) % MICROS_OF_MS;
        const ms = Number((micros - ofMs) / MICROS_OF_MS);
        if (!isShown(ms)) return new DuckDBTimestampValue(micros).toString();
        return `${new Date(ms).toISOString().slice(0, -1)}${String(ofMs).padStart(3, '0')}Z`;
      },
    },
  };
}

function microsOf(instant: string): bigint | undefined {
  if (!INSTANT.test(instant)) return undefined;
  const ms = Date.parse(`${instant.slice(0, MICROS_FROM)}Z`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * MICROS_OF_MS + BigInt(instant.slice(MICROS_FROM, MICROS_TO));
}

/** Whether an instant has a canonical text. What others have written, such as `infinity`, stays as DuckDB writes it. */
function isShown(ms: number): boolean {
  return ms >= FIRST_MS && ms <= LAST_MS;
}

function unexpected(value: DuckDBValue): TypeError {
  return new TypeError(`expected a value of the column's type, got ${describeReceived(value)}`);
}
