const BUSY = 5;
const CONSTRAINT = 19;
/** SQLite's result codes for errors that pass. */
const MAY_PASS = new Map<number, { readonly what: UnavailablePart; readonly reason: string }>([
  [BUSY, { what: 'database', reason: 'another program locks it' }],
  [6, { what: 'database', reason: 'a table of it is locked' }],
  [8, { what: 'disk', reason: 'it is read-only' }],
  [10, { what: 'disk', reason: 'the disk does not read or write' }],
  [13, { what: 'disk', reason: 'the disk is full' }],
  [14, { what: 'disk', reason: 'it can not be opened' }],
]);

/** What is unavailable: the disk of the database, or the database itself. */
export type UnavailablePart = 'disk' | 'database';

/**
 * The database, or its staging file, can't be written for now. Nothing was written, unless `isUnsure`. The same can be tried
 * again later.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  constructor(
    readonly what: UnavailablePart,
    message: string,
    options?: ErrorOptions,
    /** The connection broke during a commit: it may have been written. */
    readonly isUnsure = false,
  ) {
    super(message, options);
  }
}

/** Whether another connection has the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** Whether a table rejected a row: by a constraint, a type, a trigger. */
export function isConstraint(error: unknown): boolean {
  return primaryCode(error) === CONSTRAINT;
}

/** Turns an error of an unavailable database into a {@link DatabaseUnavailableError}; others stay as they are. */
export function classifyFailure(error: unknown): unknown {
  const known = MAY_PASS.get(primaryCode(error) ?? -1);
  if (known === undefined) return error;
  const message = `the database can't be written: ${known.reason}`;
  return new DatabaseUnavailableError(known.what, message, { cause: error });
}

/** The low byte of SQLite's (extended) result code. */
function primaryCode(error: unknown): number | undefined {
  const known = typeof error === 'object' && error !== null && 'errcode' in error;
  return known && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
