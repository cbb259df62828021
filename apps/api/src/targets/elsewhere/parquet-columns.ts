import type { SchemaElement } from 'hyparquet';
import { dayOfText, dayText, InstantReader } from '../../parquet/instant-text.js';
import type { ParquetValue } from '../../parquet/parquet-file.js';
import {
  COLUMN_TYPES,
  type ColumnType,
  type StoredValue,
  type TargetValue,
} from '../column-types.js';
import { writeJson } from '../exact-json.js';
import type { TargetColumn } from '../target.js';

/** A value as the writer of Parquet files takes it. */
export type FileValue = string | number | bigint | boolean | null;

/** Converts a value; undefined for one that the column can't hold. */
type ToFile = (value: string | number | bigint) => FileValue | undefined;

interface ParquetColumnType {
  /** The element of the schema, without its name. */
  readonly element: Omit<SchemaElement, 'name' | 'repetition_type'>;
  /** What else the footer says: the writer would write it in another way if it knew. */
  readonly footer?: Omit<SchemaElement, 'name'>;
  /** The converter of one file: it remembers the latest day. */
  readonly toFile: () => ToFile;
  /** Reals are never in a dictionary, which takes -0 for 0. */
  readonly isPlain?: boolean;
  /** Whether the footer has bounds of the values, of 16 bytes at most. */
  readonly hasBounds: boolean;
}

const LEAST_INTEGER = -(2n ** 63n);
const MOST_INTEGER = 2n ** 63n - 1n;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const text: ToFile = (value) => (typeof value === 'string' ? value : undefined);

/** How each type of column is stored. */
const TYPES: Readonly<Record<ColumnType, ParquetColumnType>> = {
  text: {
    element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
    toFile: () => text,
    hasBounds: true,
  },
  integer: {
    element: { type: 'INT64' },
    toFile: () => toInteger,
    hasBounds: true,
  },
  real: {
    element: { type: 'DOUBLE' },
    toFile: () => toReal,
    isPlain: true,
    hasBounds: true,
  },
  // As it is written: a DECIMAL of Parquet has one number of digits for all values, and 38 of them in other programs.
  decimal: {
    element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
    toFile: () => String,
    // By the order of texts, 9 is more than 10.
    hasBounds: false,
  },
  boolean: {
    element: { type: 'BOOLEAN' },
    toFile: () => toBoolean,
    hasBounds: true,
  },
  date: {
    element: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
    toFile: () => toDay,
    hasBounds: true,
  },
  timestamp: {
    element: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MICROS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    },
    toFile: instantConverter,
    hasBounds: true,
  },
  json: {
    // By its older name, the writer would write the text as JSON once more.
    element: { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } },
    footer: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
    toFile: () => text,
    hasBounds: false,
  },
};

function toInteger(value: string | number | bigint): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'bigint') return undefined;
  return value >= LEAST_INTEGER && value <= MOST_INTEGER ? value : undefined;
}

function toReal(value: string | number | bigint): number | undefined {
  return typeof value === 'string' ? undefined : Number(value);
}

function toBoolean(value: string | number | bigint): boolean | undefined {
  switch (value) {
    case 1:
    case 1n:
      return true;
    case 0:
    case 0n:
      return false;
    default:
      return undefined;
  }
}

function toDay(value: string | number | bigint): number | undefined {
  if (typeof value !== 'string' || !DATE.test(value)) return undefined;
  const day = dayOfText(value);
  return dayText(day) === value ? day : undefined;
}

function instantConverter(): ToFile {
  const reader = new InstantReader();
  return (value) =>
    typeof value === 'string' && TIMESTAMP.test(value) ? reader.read(value) : undefined;
}

/** A column of a day file. */
export interface FileColumn {
  readonly name: string;
  readonly isNullable: boolean;
  readonly isPlain: boolean;
  readonly hasBounds: boolean;
  readonly element: SchemaElement;
  /** As the footer has it. */
  readonly footer: SchemaElement;
  /** Converts a value. @throws what `refuse` makes of a value that the column can't hold */
  readonly convert: (value: TargetValue, refuse: (why: string) => Error) => FileValue;
}

/** The columns of a file; they convert the values of one file after another. */
export function fileColumns(columns: readonly TargetColumn[]): readonly FileColumn[] {
  return columns.map(({ name, type, nullable }) => {
    const { element, footer = element, toFile, isPlain = false, hasBounds } = TYPES[type];
    const toFileValue = toFile();
    const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
    return {
      ...{ name, isNullable: nullable, isPlain, hasBounds },
      element: { name, repetition_type, ...element },
      footer: { name, repetition_type, ...footer },
      convert: (value, refuse) => {
        if (value === null) {
          if (nullable) return null;
          throw refuse(`expected a value in column ${name}, got NULL`);
        }
        const converted = toFileValue(value);
        if (converted !== undefined) return converted;
        const { expected } = COLUMN_TYPES[type];
        throw refuse(`expected ${expected} in column ${name}, got ${shown(value)}`);
      },
    };
  });
}

const MOST_SHOWN = 100;

function shown(value: string | number | bigint): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, MOST_SHOWN)) : String(value);
}

/** Reads a value of a file as the target's value. */
export type FromFile = (value: ParquetValue) => StoredValue;

/** A file that was written by hand may have values of any type: those that are no numbers are texts then. */
export function readerOf(type: ColumnType): FromFile {
  switch (type) {
    case 'integer':
    case 'real':
      return (value) => (typeof value === 'number' ? value : asText(value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? Number(value) : asText(value));
    case 'text':
    case 'decimal':
    case 'date':
    case 'timestamp':
    case 'json':
      return asText;
  }
}

function asText(value: ParquetValue): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value === 'object') return writeJson(value) ?? null;
  return String(value);
}
