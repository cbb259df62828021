import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './unavailable.js';

/** Another process works on the same folder. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  constructor(dataDir: string, owner: string) {
    super(
      `the data folder ${dataDir} is in use by ${owner}: stop that one, or set DATA_DIR to another folder`,
    );
  }
}

/**
 * Makes this process the one owner of a data folder until it ends, however it ends: the lock is an exclusive
 * transaction on an empty database, which the system frees with the process.
 * @returns a function that gives the folder back
 * @throws {DataDirInUseError} at once, if it has an owner
 */
export function lockDataDir(dataDir: string): () => void {
  const ownerFile = path.join(dataDir, 'lock.json');
  const lock = new DatabaseSync(path.join(dataDir, 'lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataDirInUseError(dataDir, readOwner(ownerFile));
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
