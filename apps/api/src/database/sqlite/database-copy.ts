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
import { OWNER_ONLY } from '../private-files.js';

/** The file exists, and is not overwritten. */
export class CopyExistsError extends Error {
  override readonly name = 'CopyExistsError';
  constructor(file: string) {
    super(`expected a new file, and ${file} exists`);
  }
}

/** The copy is damaged, and was deleted. */
class CopyDamagedError extends Error {
  override readonly name = 'CopyDamagedError';
  constructor(problem: string) {
    super(`expected the copy to be whole, and its integrity_check says: ${problem}`);
  }
}

/** The errors of file systems without hard links. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Copies one committed state of a database, while others go on writing, and checks the copy. The file is complete and on
 * the disk, or not there at all; a killed process leaves at most a `….part`. Sessions are not copied: those that have ended
 * since would be valid again. It blocks the thread.
 * @returns the size of the copy in bytes
 * @throws {CopyExistsError} {@link CopyDamagedError}, and errors of the file system and SQLite
 */
export function copyDatabase(source: DatabaseSync, file: string): number {
  if (existsSync(file)) throw new CopyExistsError(file);
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  closeSync(openSync(part, 'wx', OWNER_ONLY));
  try {
    // One read transaction: a writer does not make it start over, and the copy has no free pages.
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

/** Whether a file is an undamaged database. */
export function isWhole(file: string): boolean {
  if (statSync(file).size === 0) return false;
  try {
    check(file);
    return true;
  } catch {
    // Not a database, or one that SQLite can't read.
    return false;
  }
}

function endSessions(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    // An older database has no sessions, but an app may have a table of that name.
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

/** Renames the file, unless the name has been taken meanwhile. */
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

/** Flushes the names of its files to the disk; Windows has nothing like that. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
