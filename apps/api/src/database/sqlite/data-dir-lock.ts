import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from '../unavailable.js';

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
 * Makes this process the one owner of a data folder until it ends, however it ends.
 * @returns a function that gives the folder back
 * @throws {DataDirInUseError} at once, if it has an owner
 */
export function lockDataDir(dataDir: string): () => void {
  const lock = path.join(dataDir, 'lock');
  return takeLock(lock, (owner) => new DataDirInUseError(dataDir, owner));
}

/**
 * The same for a file that is not in a folder of ours.
 * @param lock what the lock is called, beside the file
 * @throws {FileInUseError} at once, if it has an owner
 */
export function lockFile(lock: string): () => void {
  return takeLock(lock, (owner) => new FileInUseError(owner));
}

/** The lock is an exclusive transaction on an empty database, which the system frees with the process. */
function takeLock(file: string, inUse: (owner: string) => Error): () => void {
  const ownerFile = `${file}.json`;
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw inUse(readOwner(ownerFile));
  }
  writeFileSync(ownerFile, JSON.stringify({ host: hostname(), pid: process.pid }));
  return () => {
    lock.close();
  };
}

function readOwner(ownerFile: string): string {
  try {
    const { host, pid } = JSON.parse(readFileSync(ownerFile, 'utf8')) as Record<string, unknown>;
    return `process ${String(pid)} on ${String(host)}`;
  } catch {
    // It is written a moment after the lock is taken.
    return 'another process';
  }
}
