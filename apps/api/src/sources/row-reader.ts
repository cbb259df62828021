import { describeReceived } from '../config/received.js';
import { COLUMN_TYPES, createConverter, type TargetValue } from '../targets/column-types.js';
import type { TargetColumn } from '../targets/target.js';
import { isSourceError, SourceError, type SourceRow } from './day-source.js';
import { measureJson } from '../targets/json-size.js';
import { boundFailure, MOST_LEVELS } from './row-bounds.js';
import { isWrittenNumber } from '../targets/exact-number.js';
import { listColumns } from './source-columns.js';
import { followPointer, parsePointer } from './json-pointer.js';

/** Turns a source's row into the target's values, in the order of the columns. */
export type RowReader = (row: SourceRow) => TargetValue[];

/**
 * Turns a source's row into one column's value.
 * @throws {SourceError} `SOURCE_COLUMN_MISSING` (source-wide) where the row has no such column, `VALUE_INVALID`
 * (lasting) where a value doesn't fit its column
 */
export type ColumnReader = (row: SourceRow) => TargetValue;

/** The reader for a dataset's columns; it throws as a {@link ColumnReader} does, at the first column that it has to. */
export function createRowReader(columns: readonly TargetColumn[]): RowReader {
  const json = new RowJson();
  const readers = columns.map((column) => createColumnReader(column, json));
  return (row) => row.converted ?? readers.map((read) => read(row));
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

/** The reader for one column. */
export function createColumnReader(column: TargetColumn, json = new RowJson()): ColumnReader {
  const { name, from, pointer, type, nullable } = column;
  const convert = createConverter(type, nullable);
  const below = pointer === undefined ? [] : (parsePointer(pointer)?.slice(1) ?? []);
  const written = JSON.stringify(pointer);
  const read: ColumnReader = ({ row, values, typed = false }) => {
    if (!Object.hasOwn(values, from)) {
      throw new SourceError(
        'source_wide',
        'SOURCE_COLUMN_MISSING',
        `row ${row}: expected a column ${JSON.stringify(from)} for ${name}, got ${listColumns(Object.keys(values))}`,
        { row, column: from },
      );
    }
    let received = values[from];
    if (below.length > 0) {
      const pointed = followPointer(received, below);
      // What stands in the pointer's way is no missing value: a NULL in its place would lose it unseen.
      if (pointed.kind === 'blocked') {
        throw invalid(row, name, `a mapping or a list on the way to ${written}`, pointed.by);
      }
      received = pointed.kind === 'value' ? pointed.value : undefined;
    }
    if (type === 'json' && typeof received === 'string') json.check(received, row, name);
    const value = convert(received, typed);
    if (value !== undefined) return value;
    const place = pointer === undefined ? '' : ` at ${written}`;
    throw invalid(row, name, `${COLUMN_TYPES[type].expected}${place}`, received);
  };
  return (row) => {
    try {
      return read(row);
    } catch (error) {
      if (isSourceError(error)) throw error;
      // A value of the user's own code may throw from a getter, a proxy or a method.
      const text = `row ${row.row}, column ${name}: expected ${COLUMN_TYPES[type].expected}, got a value that can’t be read`;
      const at = { row: row.row, column: name };
      throw new SourceError('lasting', 'VALUE_INVALID', text, at, { cause: error });
    }
  };
}

function invalid(row: number, column: string, expected: string, received: unknown): SourceError {
  const text = `row ${row}, column ${column}: expected ${expected}, got ${describeValue(received)}`;
  return new SourceError('lasting', 'VALUE_INVALID', text, { row, column });
}

function describeValue(received: unknown): string {
  return isWrittenNumber(received)
    ? `${received.rawJSON.slice(0, 80)} (number)`
    : describeReceived(received);
}
