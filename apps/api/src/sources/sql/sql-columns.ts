import { SourceError } from '../day-source.js';
import { missingColumn, valuesMaker, type NeededColumn } from '../rows/source-columns.js';

/**
 * The most bytes of a row that a query gives. The whole row is in memory, several times; it is the most that
 * `max_row_bytes` of an HTTP source may be.
 */
export const SQL_ROW_BYTES = 67_108_864;

/** @param row counted from 1; null where it is not known */
export function sqlRowTooLarge(row: number | null, cause?: unknown): SourceError {
  const where = row === null ? '' : `row ${row}: `;
  const message = `${where}expected rows and values of at most ${SQL_ROW_BYTES} bytes, got more: shorten them in the query`;
  const place = row === null ? {} : { row };
  return new SourceError('lasting', 'SOURCE_ROW_TOO_LARGE', message, place, { cause });
}

/**
 * A function that makes the mapping of a row from the list of its values.
 * @param names the columns of the query, in order
 * @throws {SourceError} source-wide: `SQL_QUERY_REFUSED` where there are none, `SOURCE_COLUMN_MISSING`, and
 * `SOURCE_COLUMN_DUPLICATE` where the dataset asks for a column that is there twice
 */
export function rowMaker(
  names: readonly string[],
  columns: readonly NeededColumn[],
): (values: readonly unknown[]) => Readonly<Record<string, unknown>> {
  if (names.length === 0) {
    const message = 'expected a query that gives rows, got a statement that gives none';
    throw new SourceError('source_wide', 'SQL_QUERY_REFUSED', message);
  }
  const missing = missingColumn(names, columns);
  if (missing !== undefined) throw missing;
  const found = columns.filter(({ from }) => names.includes(from));
  const wanted = found.map(({ from }) => {
    const index = names.indexOf(from);
    if (names.includes(from, index + 1)) {
      throw new SourceError(
        'source_wide',
        'SOURCE_COLUMN_DUPLICATE',
        `expected one column ${JSON.stringify(from)}, got several of that name; the query can rename them with "as"`,
        { column: from },
      );
    }
    return { name: from, index };
  });
  return valuesMaker(wanted);
}
