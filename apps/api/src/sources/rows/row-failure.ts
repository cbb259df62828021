import { describeReceived } from '../../config/received.js';
import { isWrittenNumber } from '../../targets/exact-number.js';
import { SourceError } from '../day-source.js';
import { listColumns, type NeededColumn } from './source-columns.js';

/** A row lacks a column. */
export function columnMissing(
  { from, name }: NeededColumn,
  values: Readonly<Record<string, unknown>>,
  row: number,
): SourceError {
  return new SourceError(
    'source_wide',
    'SOURCE_COLUMN_MISSING',
    `row ${row}: expected a column ${JSON.stringify(from)} for ${name}, got ${listColumns(Object.keys(values))}`,
    { row, column: from },
  );
}

/** What stands in the way of a pointer is no missing value: a NULL in its place would lose it unseen. */
export function pointerBlocked(
  row: number,
  column: string,
  pointer: string | undefined,
  by: unknown,
): SourceError {
  const expected = `a mapping or a list on the way to ${JSON.stringify(pointer)}`;
  return valueInvalid(row, column, expected, by);
}

/** @param hint what to do, as the end of the text */
export function valueInvalid(
  row: number,
  column: string,
  expected: string,
  received: unknown,
  hint = '',
): SourceError {
  const text = `row ${row}, column ${column}: expected ${expected}, got ${describeValue(received)}${hint}`;
  return new SourceError('lasting', 'VALUE_INVALID', text, { row, column });
}

/** A value of the user's own code may throw from a getter, a proxy or a method. */
export function valueUnreadable(
  row: number,
  column: string,
  expected: string,
  cause: unknown,
): SourceError {
  const text = `row ${row}, column ${column}: expected ${expected}, got a value that can’t be read`;
  return new SourceError('lasting', 'VALUE_INVALID', text, { row, column }, { cause });
}

function describeValue(received: unknown): string {
  return isWrittenNumber(received)
    ? `${received.rawJSON.slice(0, 80)} (number)`
    : describeReceived(received);
}
