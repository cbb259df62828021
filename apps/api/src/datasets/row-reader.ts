import { describeReceived } from '../config/received.js';
import {
  convertValue,
  SQLITE_CONVERTERS,
  type ColumnConverters,
  type TargetValue,
} from './column-value.js';
import type { TargetColumn } from './dataset.js';
import { SourceError, type SourceRow } from './day-source.js';

/** Turns a source's row into the target's values, in the order of the columns. */
export type RowReader = (row: SourceRow) => TargetValue[];

/**
 * The reader for a dataset's columns.
 *
 * It throws a {@link SourceError}: `SOURCE_COLUMN_MISSING` (source-wide) where the row has no such column,
 * `VALUE_INVALID` (lasting) where a value doesn't fit its column.
 */
export function createRowReader(
  columns: readonly TargetColumn[],
  converters: ColumnConverters = SQLITE_CONVERTERS,
): RowReader {
  return ({ row, values, typed = false }) =>
    columns.map((column) => {
      const { name, from } = column;
      if (!Object.hasOwn(values, from)) {
        throw new SourceError(
          'source_wide',
          'SOURCE_COLUMN_MISSING',
          `row ${row}: expected a column ${JSON.stringify(from)} for ${name}, got ${listColumns(Object.keys(values))}`,
          { row, column: from },
        );
      }
      const received = values[from];
      const conversion = convertValue(column, received, { converters, typed });
      if (conversion.ok) return conversion.value;
      throw new SourceError(
        'lasting',
        'VALUE_INVALID',
        `row ${row}, column ${name}: expected ${conversion.expected}, got ${describeReceived(received)}`,
        { row, column: name },
      );
    });
}

const MOST_COLUMNS_SHOWN = 50;

/** Names the columns that a source has, for an error. */
export function listColumns(names: readonly string[]): string {
  if (names.length === 0) return 'no columns';
  const shown = names.slice(0, MOST_COLUMNS_SHOWN).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return `the columns ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
