import { open, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { ParquetError, ParquetFile } from '../../parquet/parquet-file.js';
import { syncFolder } from './parquet-folders.js';
import { codeOf, unlessMissing } from './parquet-target-failure.js';

/** The file with a day's rows. */
export const DAY_FILE = 'day.parquet';
/** What a day file notes about its write. */
export const TOKEN_NOTE = 'daysync.token';
export const KEY_NOTE = 'daysync.key';

const SIGNAL = new AbortController().signal;

/** The files in the folder of a day. */
export class DayFiles {
  constructor(
    /** Of the folder. */
    readonly folder: string,
    /** The key of the target: files of another key count as foreign. */
    readonly key: string,
  ) {}

  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** The names of all files, hidden ones as well; none if there is no folder. Folders in it have no rows, whatever their names. */
  async list(): Promise<readonly string[]> {
    const entries = await unlessMissing(() => readdir(this.folder, { withFileTypes: true }), []);
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  }

  /** Makes an empty file; one that is there stays. */
  async make(name: string): Promise<void> {
    const handle = await open(this.at(name), 'a');
    await handle.close();
  }

  /** Removes a file; it may be gone already. */
  async remove(name: string): Promise<void> {
    await unlessMissing(() => unlink(this.at(name)), undefined);
  }

  /** Puts a file in the place of another one. @returns false if it is gone */
  async replace(by: string, name: string): Promise<boolean> {
    return unlessMissing(async () => {
      await rename(this.at(by), this.at(name));
      return true;
    }, false);
  }

  /**
   * The token of the write that the day file comes from. Null if there is none, and for a file that Daysync has not written
   * for this target, or that can't be read: the next write replaces it.
   */
  async token(): Promise<number | null> {
    try {
      const file = await ParquetFile.open(this.at(DAY_FILE), SIGNAL);
      await file.close();
      const token = Number(file.notes.get(TOKEN_NOTE));
      const isOurs = file.notes.get(KEY_NOTE) === this.key && Number.isSafeInteger(token);
      return isOurs ? token : null;
    } catch (error) {
      if (error instanceof ParquetError || codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Removes files with rows of the day that are not Daysync's. */
  async removeForeign(): Promise<void> {
    for (const name of await this.list()) {
      if (hasRowsOfDay(name) && name !== DAY_FILE) await this.remove(name);
    }
  }

  /** Waits until the disk has the names of the folder. */
  async sync(): Promise<void> {
    await syncFolder(this.folder);
  }
}

/** Whether a file in the folder of a day has rows of the day. */
export function hasRowsOfDay(name: string): boolean {
  return name.endsWith('.parquet') && !name.startsWith('.');
}
