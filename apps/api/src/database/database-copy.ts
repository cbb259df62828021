import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** There is a file of this name already, and it is not overwritten. */
export class CopyExistsError extends Error {
  override readonly name = 'CopyExistsError';
  constructor(file: string) {
    super(`expected a new file, and ${file} exists`);
  }
}

/** The copy that was written is not a whole database; it is not kept. */
export class CopyDamagedError extends Error {
  override readonly name = 'CopyDamagedError';
  constructor(problem: string) {
    super(`expected the copy to be whole, and its integrity_check says: ${problem}`);
  }
}

/**
 * Copies a database as one committed state has it, while others go on writing, and checks the copy. The file is
 * there whole and on the disk, or not at all. Blocks while it does.
 * @returns the size of the copy in bytes
 * @throws {CopyExistsError} {@link CopyDamagedError}, and what the file system and SQLite throw
 */
export function copyDatabase(source: DatabaseSync, file: string): number {
  reserve(file);
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    // One read transaction, which no writer makes begin anew; the copy has no room that nothing is in.
    source.prepare('vacuum into ?').run(part);
    // Whoever may read the copy may read all of the data.
    chmodSync(part, 0o600);
    check(part);
    const handle = openSync(part, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    rmSync(file, { force: true });
    throw error;
  }
  return statSync(file).size;
}

/** Takes the name, so that nobody else does meanwhile. */
function reserve(file: string): void {
  try {
    closeSync(openSync(file, 'wx'));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
    if (code !== 'EEXIST') throw error;
    throw new CopyExistsError(file);
  }
}

function check(file: string): void {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const row = copy.prepare('pragma integrity_check(1)').get();
    const said = String(row?.['integrity_check']);
    if (said !== 'ok') throw new CopyDamagedError(said);
  } finally {
    copy.close();
  }
}
