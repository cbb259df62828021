import { COLUMN_TYPES, type TargetValue } from '../../targets/column-types.js';
import { measureJson } from '../../targets/json-size.js';
import type { TargetColumn } from '../../targets/target.js';
import { createColumnConverter, literalValue } from '../values/column-values.js';
import { isSourceError, type SourceRow } from '../day-source.js';
import { ofFile } from '../several-files.js';
import { followPointer, parsePointer } from '../json-pointer.js';
import { boundFailure, MOST_LEVELS } from './row-bounds.js';
import { columnMissing, pointerBlocked, valueInvalid, valueUnreadable } from './row-failure.js';
import { createRowFilter, type RowTest } from './row-filter.js';
import { HintCache } from '../values/hint-cache.js';
import type { UnclearTimes } from '../values/time-format.js';
import type { ValueDialect } from '../values/value-dialect.js';
import { expectedValue, valueHint } from '../values/value-hints.js';

/** Turns a source's row into the target's values, in the order of the columns. */
export type RowReader = (row: SourceRow) => TargetValue[];

/**
 * Turns a source's row into one column's value.
 * @throws {SourceError} `SOURCE_COLUMN_MISSING` (source-wide) where the row has no such column, `VALUE_INVALID`
 * (lasting) where a value doesn't fit its column
 */
export type ColumnReader = (row: SourceRow) => TargetValue;

/**
 * The reader for a dataset's columns; it throws as a {@link ColumnReader} does, at the first column that it has to, and
 * the failure of a bad row.
 * @param dialect how the source writes its values; null where it has no keys for that
 * @param unclear counts the times of `timestamp` columns
 */
export function createRowReader(
  columns: readonly TargetColumn[],
  dialect: ValueDialect | null = null,
  unclear?: UnclearTimes,
): RowReader {
  const shared = { json: new RowJson(), hints: new HintCache(), unclear };
  const readers = columns.map((column) => createColumnReader(column, dialect, shared));
  return (row) => {
    if (row.converted !== undefined) return row.converted;
    try {
      if (row.bad !== undefined) throw row.bad.failure();
      return readers.map((read) => read(row));
    } catch (error) {
      throw row.file === undefined ? error : ofFile(error, row.file);
    }
  };
}

/** What decides how the rows of a dataset are read, and which. */
export interface RowReading {
  readonly columns: readonly TargetColumn[];
  readonly where: readonly RowTest[];
  /** As {@link createRowReader} has it. */
  readonly dialect: ValueDialect | null;
  /** Whether a day goes on after a row that doesn't fit. @default false */
  readonly goesOn?: boolean;
}

/** The same for the rows that the dataset's `where` keeps; undefined for each other row. */
export function createFilteredReader(
  { columns, where, dialect }: RowReading,
  unclear?: UnclearTimes,
): (row: SourceRow) => TargetValue[] | undefined {
  const read = createRowReader(columns, dialect, unclear);
  const isKept = createRowFilter(where);
  if (isKept === undefined) return read;
  // A bad row has no values that a test could see.
  return (row) => {
    const isTested = row.converted === undefined && row.bad === undefined;
    return isTested && !isKept(row) ? undefined : read(row);
  };
}

/**
 * The JSON in the texts of one row, measured before it is parsed. The formats do the same for rows that are JSON
 * themselves.
 */
class RowJson {
  private row = 0;
  private values = 0;

  /** @throws {SourceError} `SOURCE_TOO_DEEP`, `SOURCE_TOO_MANY_VALUES` */
  check(text: string, row: number, column: string): void {
    // A shorter one can't be nested too deeply, and counts for little.
    if (text.length <= MOST_LEVELS) return;
    if (row !== this.row) this.values = 0;
    this.row = row;
    const size = measureJson(text);
    this.values += size.values;
    const failure = boundFailure({ ...size, values: this.values }, row, column);
    if (failure !== undefined) throw failure;
  }
}

/** What the columns of a row share. */
interface RowState {
  readonly json?: RowJson;
  readonly hints?: HintCache;
  readonly unclear?: UnclearTimes | undefined;
}

/** The reader for one column. */
export function createColumnReader(
  column: TargetColumn,
  dialect: ValueDialect | null = null,
  { json = new RowJson(), hints = new HintCache(), unclear }: RowState = {},
): ColumnReader {
  const { name, from, pointer, type } = column;
  if (column.value !== undefined) {
    const constant = literalValue(column, column.value) ?? null;
    return () => constant;
  }
  const convert = createColumnConverter(column, dialect, unclear);
  const below = pointer === undefined ? [] : (parsePointer(pointer)?.slice(1) ?? []);
  let expected: string | undefined;
  const read: ColumnReader = ({ row, values, typed = false }) => {
    let received: unknown;
    // What every object inherits is no column.
    if (Object.hasOwn(values, from)) received = values[from];
    else if (column.default === undefined) throw columnMissing(column, values, row);
    if (below.length > 0) {
      const pointed = followPointer(received, below);
      if (pointed.kind === 'blocked') throw pointerBlocked(row, name, pointer, pointed.by);
      received = pointed.kind === 'value' ? pointed.value : undefined;
    }
    if (type === 'json' && typeof received === 'string') json.check(received, row, name);
    const value = convert(received, typed);
    if (value !== undefined) return value;
    const place = pointer === undefined ? '' : ` at ${JSON.stringify(pointer)}`;
    expected ??= `${expectedValue(column, dialect)}${place}`;
    const hint = hints.of(received, name, () => valueHint({ column, dialect, received, typed }));
    throw valueInvalid(row, name, expected, received, hint);
  };
  return (row) => {
    try {
      return read(row);
    } catch (error) {
      if (isSourceError(error)) throw error;
      throw valueUnreadable(row.row, name, COLUMN_TYPES[type].expected, error);
    }
  };
}
