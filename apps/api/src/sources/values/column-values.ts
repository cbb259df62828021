import { isDate } from 'node:util/types';
import {
  createConverter,
  type TargetValue,
  type ValueConverter,
} from '../../targets/column-types.js';
import { isWrittenNumber } from '../../targets/exact-number.js';
import type { TargetColumn } from '../../targets/target.js';
import { createTimeReader, type UnclearTimes } from './time-format.js';
import { createNumberRewriter, type ValueDialect } from './value-dialect.js';

/**
 * The converter of a column in a source whose values are written in a dialect. Without a key that asks for more it is
 * the plain one of the column's type.
 *
 * A value goes through `trim`, `map`, `nulls` and `default` in this order, and then to its type.
 * @param unclear counts the times of a `timestamp` column
 */
export function createColumnConverter(
  column: TargetColumn,
  dialect: ValueDialect | null,
  unclear?: UnclearTimes,
): ValueConverter {
  const { type, nullable, trim = false } = column;
  const convert = createConverter(type, nullable);
  const readOtherwise = valueReader(column, dialect, convert, unclear);
  const nulls = dialect?.nulls == null ? undefined : new Set(dialect.nulls);
  const map = column.map === undefined ? undefined : replacements(column, column.map);
  const { default: fallback } = column;
  if ([readOtherwise, nulls, map, fallback].every((part) => part === undefined) && !trim) {
    return convert;
  }

  const isText = type === 'text';
  const missing = fallback === undefined ? convert(null, true) : literalValue(column, fallback);
  const read = readOtherwise ?? ((value: unknown) => convert(value, true));
  return (received, typed) => {
    const value = typeof received === 'string' && (trim || !isText) ? received.trim() : received;
    const written = map === undefined && nulls === undefined ? undefined : writtenForm(value);
    if (written !== undefined) {
      const replaced = map?.get(written);
      if (replaced !== undefined) return replaced ?? missing;
      // An empty text always fits a text column.
      if (nulls?.has(written) === true) {
        return written === '' && isText && missing === undefined ? '' : missing;
      }
    }
    if (value === undefined || value === null) return missing;
    if (value !== '') return read(value);
    return isText && (typed || nulls !== undefined || missing === undefined) ? '' : missing;
  };
}

/**
 * A value that the datasets file has for a column, as the target stores it; undefined where it does not fit. Null is
 * the column's own missing value.
 */
export function literalValue(
  { type, nullable }: Pick<TargetColumn, 'type' | 'nullable'>,
  literal: unknown,
): TargetValue | undefined {
  return createConverter(type, nullable)(literal, true);
}

/**
 * A value as a text that keys of the datasets file can be compared with; undefined for lists, mappings and what else
 * has no such text.
 */
export function writtenForm(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (isWrittenNumber(value)) return value.rawJSON;
      return isDate(value) && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
  }
}

/** Reads a value that is there. */
type ValueReader = (value: unknown) => TargetValue | undefined;

/** Reads what is written otherwise than the type expects; undefined where nothing is. */
function valueReader(
  column: TargetColumn,
  dialect: ValueDialect | null,
  convert: ValueConverter,
  unclear: UnclearTimes | undefined,
): ValueReader | undefined {
  switch (column.type) {
    case 'integer':
    case 'real':
    case 'decimal': {
      const rewrite = dialect === null ? undefined : createNumberRewriter(dialect);
      if (rewrite === undefined) return undefined;
      return (value) => {
        const number = typeof value === 'string' ? rewrite(value) : value;
        return number === undefined ? undefined : convert(number, true);
      };
    }
    case 'boolean': {
      if (dialect?.booleans == null) return undefined;
      const words = new Map<string, 0 | 1>([
        ...dialect.booleans.true.map((word) => [word.toLowerCase(), 1] as const),
        ...dialect.booleans.false.map((word) => [word.toLowerCase(), 0] as const),
      ]);
      return (value) =>
        typeof value === 'boolean'
          ? convert(value, true)
          : words.get(writtenForm(value)?.toLowerCase() ?? '');
    }
    case 'date':
    case 'timestamp': {
      const { format, timeZone } = column;
      if (format === undefined || timeZone === undefined) return undefined;
      if (column.type === 'date') {
        const reader = createTimeReader({ format, timeZone });
        return (value) => reader.day(value);
      }
      const reader = createTimeReader({ format, timeZone }, unclear);
      return (value) => reader.timestamp(value);
    }
    case 'text':
    case 'json':
      return undefined;
  }
}

/** What `map` puts in the place of written values: null for a missing one. */
function replacements(
  column: TargetColumn,
  map: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, TargetValue> {
  return new Map(
    Object.entries(map).map(([written, literal]) => [
      written,
      literalValue(column, literal) ?? null,
    ]),
  );
}
