import { readFileSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivate, OWNER_ONLY } from '../private-files.js';
import { isBusy } from '../unavailable.js';

/** Long enough for a look of {@link ownerOfDataDir} to end. */
const LOOK_MS = 100;

/** Another process works on the same folder. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  constructor(dataDir: string, owner: string) {
    super(
      `the data folder ${dataDir} is in use by ${owner}: stop that one, or set DATA_DIR to another folder`,
    );
  }
}

/** Another process works on the same file of an app. */
export class FileInUseError extends Error {
  override readonly name = 'FileInUseError';
  constructor(readonly owner: string) {
    super(`expected a file that no other process works on, and ${owner} does`);
  }
}

/**
 * Makes this process the one owner of a data folder, until it ends in whatever way.
 * @returns releases the folder
 * @throws {DataDirInUseError} at once, if it has an owner
 */
export function lockDataDir(dataDir: string): () => void {
  const lock = path.join(dataDir, 'lock');
  return acquireLock(lock, (owner) => new DataDirInUseError(dataDir, owner));
}

/**
 * The same for one file, whose folder belongs to others.
 * @param lock the file of the lock, beside that file
 * @throws {FileInUseError} at once, if it has an owner
 */
export function lockFile(lock: string): () => void {
  return acquireLock(lock, (owner) => new FileInUseError(owner));
}

/**
 * Says who owns a data folder, and changes nothing in it. It holds the lock for an instant; a start waits for that.
 * @returns the text of a refused start; undefined if nobody owns it
 */
export function ownerOfDataDir(dataDir: string): string | undefined {
  const file = path.join(dataDir, 'lock');
  if (!existsSync(file)) return undefined;
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return new DataDirInUseError(dataDir, readOwner(`${file}.json`)).message;
  } finally {
    lock.close();
  }
}

/** The owner in the error of a lock that this process has itself. */
export const THIS_PROCESS = 'this process';
const ownLocks = new Set<string>();

/** The lock is an exclusive transaction on an empty database: the system releases it with the process. */
function acquireLock(file: string, inUse: (owner: string) => Error): () => void {
  const ownerFile = `${file}.json`;
  createPrivate(file);
  const lock = new DatabaseSync(file, { timeout: LOOK_MS });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw inUse(ownLocks.has(file) ? THIS_PROCESS : readOwner(ownerFile));
  }
  writeFileSync(ownerFile, JSON.stringify({ host: hostname(), pid: process.pid }), {
    mode: OWNER_ONLY,
  });
  ownLocks.add(file);
  return () => {
    ownLocks.delete(file);
    lock.close();
  };
}

function readOwner(ownerFile: string): string {
  try {
    const { host, pid } = JSON.parse(readFileSync(ownerFile, 'utf8')) as Record<string, unknown>;
    return `process ${String(pid)} on ${String(host)}`;
  } catch {
    // It is written a moment after the lock is acquired.
    return 'another process';
  }
}

/**
 * A file beside the database. It exists while the program runs, until the program is asked to stop. It is not a row of
 * the database, because a stop is recorded even if the disk is full: deleting a file needs no room.
 */
export class CrashMarker {
  /** Whether the last process ended without being asked to stop. */
  readonly crashed: boolean;

  constructor(private readonly file: string) {
    this.crashed = existsSync(file);
  }

  /** From now on the end of the process is a crash. */
  set(): void {
    writeFileSync(this.file, '', { mode: OWNER_ONLY });
  }

  /** The program was asked to stop: its end is no crash. The stop goes on even if the file can't be deleted. */
  clear(): void {
    try {
      rmSync(this.file, { force: true });
    } catch {
      // The next start sees a crash: the days in flight run isolated once more.
    }
  }
}
