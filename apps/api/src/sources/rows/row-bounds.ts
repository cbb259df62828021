import type { JsonSize } from '../../targets/json-size.js';
import { SourceError, type SourceErrorKind } from '../day-source.js';

// Each of these costs time in one piece, in the parser or where a value is written, and a row of a megabyte can have
// hundreds of thousands of them. A row at its bounds takes about a tenth of a second.

/** The most columns of a CSV header, and keys of a row in JSON. PostgreSQL has at most 1,600 in a table. */
export const MOST_COLUMNS = 10_000;
/** The most levels of lists and mappings, the row included. SQLite's JSON functions take as many. */
export const MOST_LEVELS = 1_000;
/** The most values in the JSON of one row: texts, numbers, lists and mappings. */
const MOST_VALUES = 100_000;

export function tooManyColumns(
  received: number | string,
  place: { readonly row?: number },
  kind: SourceErrorKind = 'lasting',
): SourceError {
  const where = place.row === undefined ? 'the header' : `row ${place.row}`;
  return new SourceError(
    kind,
    'SOURCE_TOO_MANY_COLUMNS',
    `${where}: expected at most ${MOST_COLUMNS} columns, got ${received}: leave out those that no target needs, or turn them into rows`,
    place,
  );
}

/** Whether a row is within its bounds so far: cheap enough to be asked for each of its values. */
export function isWithinBounds({ levels, columns, values }: JsonSize): boolean {
  return levels <= MOST_LEVELS && columns <= MOST_COLUMNS && values <= MOST_VALUES;
}

/**
 * The error of a row, or of a value of a row, that exceeds a bound, if it does.
 * @param column where one column has the JSON; absent for the row itself
 */
export function boundFailure(
  { levels, columns, values }: JsonSize,
  row: number,
  column?: string,
): SourceError | undefined {
  const place = column === undefined ? { row } : { row, column };
  const where = `row ${row}${column === undefined ? '' : `, column ${column}`}`;
  if (levels > MOST_LEVELS) {
    return new SourceError(
      'lasting',
      'SOURCE_TOO_DEEP',
      `${where}: expected JSON of at most ${MOST_LEVELS} levels, got ${levels}: nest it less deeply, or store it as text`,
      place,
    );
  }
  if (column === undefined && columns > MOST_COLUMNS) return tooManyColumns(columns, { row });
  if (values > MOST_VALUES) {
    return new SourceError(
      'lasting',
      'SOURCE_TOO_MANY_VALUES',
      `${where}: expected at most ${MOST_VALUES} values in the JSON of a row, got ${values}: split it into several rows, or store it as text`,
      place,
    );
  }
  return undefined;
}
