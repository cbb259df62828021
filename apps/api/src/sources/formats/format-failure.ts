import { SourceError } from '../day-source.js';
import { MOST_LEVELS } from '../rows/row-bounds.js';

/** A body that is not in its format; the message names the place. */
export function unreadable(message: string, row?: number, cause?: unknown): SourceError {
  return new SourceError('lasting', 'SOURCE_UNREADABLE', message, at(row), because(cause));
}

/** Bytes that are not in the encoding; whoever reads the rows adds the row. */
export class EncodingError extends SourceError {}

/** A body that ends early: the next attempt may get all of it. */
export function cutOff(message: string, row?: number, cause?: unknown): SourceError {
  return new SourceError('passing', 'SOURCE_CUT_OFF', message, at(row), because(cause));
}

/** A row, or a value outside the rows, that is too large for the memory. */
export function rowTooLarge(most: number, row: number): SourceError {
  return new SourceError(
    'lasting',
    'SOURCE_ROW_TOO_LARGE',
    `row ${row}: expected at most ${most} bytes, got more`,
    at(row),
  );
}

/** JSON around the rows that is nested too deeply. */
export function aroundTooDeep(byte: number): SourceError {
  return new SourceError(
    'lasting',
    'SOURCE_TOO_DEEP',
    `expected at most ${MOST_LEVELS} levels around the rows, got more at byte ${byte}: nest the JSON less deeply`,
  );
}

/** A row that is JSON but not an object. */
export function rowInvalid(received: string, row: number): SourceError {
  return new SourceError(
    'lasting',
    'SOURCE_ROW_INVALID',
    `row ${row}: expected an object of columns and values, got ${received}`,
    at(row),
  );
}

function at(row = 0): { readonly row?: number } {
  return row === 0 ? {} : { row };
}

function because(cause: unknown): ErrorOptions {
  return cause === undefined ? {} : { cause };
}
