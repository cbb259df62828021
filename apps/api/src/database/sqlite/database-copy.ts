import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** There is a file of this name already, and it is not overwritten. */
export class CopyExistsError extends Error {
  override readonly name = 'CopyExistsError';
  constructor(file: string) {
    super(`expected a new file, and ${file} exists`);
  }
}

/** The copy that was written is not a whole database; it is not kept. */
class CopyDamagedError extends Error {
  override readonly name = 'CopyDamagedError';
  constructor(problem: string) {
    super(`expected the copy to be whole, and its integrity_check says: ${problem}`);
  }
}

/** Whoever may read a database may read all of its data. */
export const OWNER_ONLY = 0o600;
/** What file systems without hard links say. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Copies a database as one committed state has it, while others go on writing, and checks the copy. The file is
 * there whole and on the disk, or not at all; a process that is killed meanwhile leaves a `….part` at most. Nobody is
 * logged in by a copy: sessions that have ended since would live again. Blocks while it does.
 * @returns the size of the copy in bytes
 * @throws {CopyExistsError} {@link CopyDamagedError}, and what the file system and SQLite throw
 */
export function copyDatabase(source: DatabaseSync, file: string): number {
  if (existsSync(file)) throw new CopyExistsError(file);
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  closeSync(openSync(part, 'wx', OWNER_ONLY));
  try {
    // One read transaction, which no writer makes begin anew; the copy has no room that nothing is in.
    source.prepare('vacuum into ?').run(part);
    endSessions(part);
    check(part);
    flush(part);
    giveName(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  flushFolder(path.dirname(file));
  return statSync(file).size;
}

/** Whether a copy of before is a whole database. */
export function isWhole(file: string): boolean {
  if (statSync(file).size === 0) return false;
  try {
    check(file);
    return true;
  } catch {
    // No database at all, or one that SQLite can't read.
    return false;
  }
}

function endSessions(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    // An older database has none, and perhaps a table of that name which is not ours.
    const ours = "select 1 from pragma_table_info('session') where name = 'secret_hash'";
    if (copy.prepare(ours).get() === undefined) return;
    copy.exec('pragma journal_mode = memory; pragma secure_delete = on; delete from session');
  } finally {
    copy.close();
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

/** Gives a file its name, unless another has that by now. */
function giveName(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw new CopyExistsError(file);
    if (!NO_LINKS.includes(code)) throw error;
    if (existsSync(file)) throw new CopyExistsError(file);
    renameSync(part, file);
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function flush(file: string): void {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** Brings the name of a file in it to the disk; Windows has no such thing. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
