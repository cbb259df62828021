/** SQLite's result codes for a database that can't be written for now, and may be later. */
const BUSY = 5;
const MAY_PASS = new Map([
  [BUSY, 'another program holds it'],
  [6, 'a table of it is locked'],
  [8, 'it is read-only'],
  [10, 'the disk does not read or write'],
  [13, 'the disk is full'],
  [14, 'it can not be opened'],
]);

/** The database can't be written now. Nothing was written; the same may be tried again later. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** What a failure of `node:sqlite` means; anything but a database that is away stays as it is. */
export function classifyFailure(error: unknown): unknown {
  const reason = MAY_PASS.get(primaryCode(error) ?? -1);
  if (reason === undefined) return error;
  return new DatabaseUnavailableError(`the database can't be written: ${reason}`, { cause: error });
}

/** The low byte of SQLite's (extended) result code. */
function primaryCode(error: unknown): number | undefined {
  const known = typeof error === 'object' && error !== null && 'errcode' in error;
  return known && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
