import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './parquet-target-failure.js';

/** A file system without fsync of folders answers so; Windows with EPERM. */
const NO_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM']);

/** Makes a folder in one that is there, and waits until the disk has its name. @returns whether it was not there */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if ((await stat(folder)).isDirectory()) return false;
    throw error;
  }
  await syncFolder(path.dirname(folder));
  return true;
}

/** Waits until the disk has the names in a folder: a power cut would undo those that came or went just before. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!NO_SYNC.has(codeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
