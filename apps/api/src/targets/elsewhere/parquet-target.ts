import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CalendarDay } from '@daysync/progress';
import { bulkhead } from 'cockatiel';
import { ParquetFile } from '../../parquet/parquet-file.js';
import type { StoredValue } from '../column-types.js';
import {
  StaleWriteError,
  type DayTarget,
  type DayWrite,
  type PreparedPlace,
  type RowsPage,
  type TakeRows,
} from '../day-target.js';
import { rowSlices } from '../row-slices.js';
import { FoundRows, type ExpectedDay, type TargetDay } from '../target-fingerprint.js';
import { DAY_COLUMN } from '../target-dialect.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import type { TargetColumn } from '../target.js';
import { readerOf } from './parquet-columns.js';
import { DAY_FILE, DayFiles, hasRowsOfDay, KEY_NOTE, TOKEN_NOTE } from './parquet-day-files.js';
import { DayFileWriter } from './parquet-day-writer.js';
import { DayFencing } from './parquet-fencing.js';
import { makeFolder } from './parquet-folders.js';
import {
  compareManifest,
  createManifest,
  MANIFEST,
  readManifest,
  replaceManifest,
} from './parquet-manifest.js';
import { codeOf, fileFailure, unlessMissing } from './parquet-target-failure.js';

export interface ParquetTargetOptions {
  /** Of the folder: absolute. */
  readonly path: string;
  /** As shown to users. */
  readonly writtenPath: string;
  readonly columns: readonly TargetColumn[];
}

/** The most days that are written at a time, each with a row group in memory. */
const MOST_WRITES = 4;

type Row = readonly StoredValue[];

/** A folder of Parquet files in the layout of Hive: `FOLDER/sync_day=YYYY-MM-DD/day.parquet`. */
export class ParquetTarget implements DayTarget {
  private readonly writes = bulkhead(MOST_WRITES, Infinity);

  constructor(private readonly options: ParquetTargetOptions) {}

  prepare(): Promise<PreparedPlace> {
    return this.orFailure(async () => {
      const { path: folder, writtenPath, columns } = this.options;
      const changes: string[] = [];
      if (await makeFolder(folder)) changes.push(`created the folder ${writtenPath}`);
      let manifest = await readManifest(folder, writtenPath);
      if (manifest === null) {
        await this.refuseOthersDays();
        if (await createManifest(folder, columns))
          changes.push(`created ${writtenPath}/${MANIFEST}`);
        manifest = await readManifest(folder, writtenPath);
      }
      if (manifest === null) throw new TargetChangedError(writtenPath);
      const { missing, differences } = compareManifest(manifest, columns, writtenPath);
      if (differences.length > 0) return { key: null, differences, changes: [] };
      if (missing.length > 0) {
        await replaceManifest(folder, { ...manifest, columns: [...manifest.columns, ...missing] });
        for (const { name } of missing) {
          changes.push(`added the column ${name} to ${writtenPath}/${MANIFEST}`);
        }
      }
      return { key: manifest.key, differences, changes };
    });
  }

  /**
   * Days without a manifest are those of another program, or their manifest is lost. A write would remove their files.
   * @throws {TargetRefusedError}
   */
  private async refuseOthersDays(): Promise<void> {
    const { path: folder, writtenPath } = this.options;
    const day = await findDay(folder);
    // Another process may have made the manifest since, and written this day.
    if (day === null || (await readManifest(folder, writtenPath)) !== null) return;
    const why = `${day} with files; to fix it: choose another folder, restore ${MANIFEST}, or move all days away`;
    throw new TargetRefusedError(writtenPath, why, undefined, `have a ${MANIFEST} or no days`);
  }

  readKey(): Promise<string | null> {
    return this.orFailure(async () => {
      const { path: folder, writtenPath } = this.options;
      const manifest = await readManifest(folder, writtenPath);
      if (manifest === null) await this.expectParent();
      return manifest?.key ?? null;
    });
  }

  async replaceDay(write: DayWrite, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.writes.execute(() => this.writeDay(write, signal));
  }

  private async writeDay(write: DayWrite, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { day, token, key } = write;
    const files = this.filesOf(day, key);
    try {
      await this.orFailure(async () => {
        await this.expectKey(key);
        await makeFolder(files.folder);
        const later = await new DayFencing(files).write(token, {
          writeRows: (name) => this.writeRows(files.at(name), write, signal),
          expectKey: () => {
            signal.throwIfAborted();
            return this.expectKey(key);
          },
        });
        if (later !== null) throw new StaleWriteError(this.options.writtenPath, day, token, later);
        await files.removeForeign();
        await files.sync();
      });
    } catch (error) {
      // What is missing may be the whole folder.
      if (error instanceof Error && codeOf(error.cause) === 'ENOENT') await this.expectKey(key);
      throw error;
    }
  }

  /** Writes all rows into a new file, which no reader takes for one of the day. */
  private async writeRows(
    at: string,
    { rows, token, key }: DayWrite,
    signal: AbortSignal,
  ): Promise<void> {
    const { columns, writtenPath } = this.options;
    const notes = { [TOKEN_NOTE]: String(token), [KEY_NOTE]: key };
    const refuse = (row: number, why: string): Error =>
      new TargetRefusedError(writtenPath, `row ${row}: ${why}`, undefined);
    const writer = await this.orFailure(() => DayFileWriter.create(at, { columns, notes, refuse }));
    try {
      for await (const slice of rowSlices(rows, signal)) {
        await this.orFailure(() => writer.add(slice));
      }
      await this.orFailure(() => writer.finish());
    } finally {
      await this.orFailure(() => writer.close());
    }
  }

  fence(day: CalendarDay, token: number): Promise<number | null> {
    return this.orFailure(async () => {
      const key = await this.readKey();
      if (key === null) return null;
      const files = this.filesOf(day, key);
      try {
        await makeFolder(files.folder);
        const fencing = new DayFencing(files);
        await fencing.raise(token);
        await files.sync();
        const written = await files.token();
        // Rows of other files are none of that write.
        const isAlone = (await files.list()).filter(hasRowsOfDay).length === 1;
        return isAlone ? written : null;
      } catch (error) {
        // The folder was dropped.
        if (codeOf(error) === 'ENOENT' && (await this.readKey()) !== key) return null;
        throw error;
      }
    });
  }

  hasRows(day: CalendarDay): Promise<boolean> {
    const { signal } = new AbortController();
    return this.withFiles(day, signal, (files) =>
      Promise.resolve(files.some(({ file }) => file.rows > 0)),
    );
  }

  async fingerprint(
    day: CalendarDay,
    expected: ExpectedDay,
    signal: AbortSignal,
  ): Promise<TargetDay> {
    const found = new FoundRows(this.options.columns, expected);
    await this.read(day, (rows) => found.take(rows), signal);
    return found.day();
  }

  async read(day: CalendarDay, take: TakeRows, signal: AbortSignal): Promise<void> {
    await this.withFiles(day, signal, async (files) => {
      for (const file of files) {
        for await (const rows of this.rowsOf(file, {}, signal)) {
          await take(rows);
          signal.throwIfAborted();
        }
      }
    });
  }

  readPage(
    day: CalendarDay,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage> {
    const { signal } = new AbortController();
    return this.withFiles(day, signal, async (files) => {
      const page: Row[] = [];
      let total = 0;
      for (const opened of files) {
        const from = Math.max(offset - total, 0);
        const to = Math.max(offset + limit - total, 0);
        for await (const rows of this.rowsOf(opened, { from, to }, signal)) page.push(...rows);
        total += opened.file.rows;
      }
      return { total, rows: page };
    });
  }

  close(): Promise<void> {
    // Each file is open as long as it is read or written.
    return Promise.resolve();
  }

  private filesOf(day: CalendarDay, key: string): DayFiles {
    return new DayFiles(path.join(this.options.path, `${DAY_COLUMN}=${day}`), key);
  }

  /** @throws {TargetChangedError} if the folder has another key, or is gone */
  private async expectKey(key: string): Promise<void> {
    if ((await this.readKey()) !== key) throw new TargetChangedError(this.options.writtenPath);
  }

  /** @throws the error of Node if the folder that the target is in is away, such as a mount */
  private async expectParent(): Promise<void> {
    await access(path.dirname(this.options.path));
  }

  private async orFailure<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw fileFailure(error, this.options.writtenPath);
    }
  }

  /** Opens the files of a day, whose rows are then those of one moment; none for a day without a folder. */
  private async withFiles<Result>(
    day: CalendarDay,
    signal: AbortSignal,
    use: (files: readonly DayFile[]) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const files = this.filesOf(day, '');
    const opened: DayFile[] = [];
    try {
      const names = await this.orFailure(async () => {
        const found = (await files.list()).filter(hasRowsOfDay).toSorted(inOrder);
        if (found.length === 0) await this.expectParent();
        return found;
      });
      for (const name of names) {
        const place = `${this.options.writtenPath}/${DAY_COLUMN}=${day}/${name}`;
        try {
          const file = await unlessMissing(() => ParquetFile.open(files.at(name), signal), null);
          // A file of others, which a write has just removed.
          if (file !== null) opened.push({ file, place });
        } catch (error) {
          throw fileFailure(error, place);
        }
      }
      return await use(opened);
    } finally {
      for (const { file } of opened) await file.close();
    }
  }

  /** The rows of a file, as the target's values; a column that it lacks has none. */
  private async *rowsOf(
    { file, place }: DayFile,
    { from = 0, to = file.rows }: { readonly from?: number; readonly to?: number },
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    const columns = this.options.columns.map(({ name }) => file.column(name));
    const readers = this.options.columns.map(({ type }) => readerOf(type));
    try {
      for (const group of file.rowGroups) {
        const range = {
          from: Math.max(from - group.first, 0),
          to: Math.min(to - group.first, group.rows),
        };
        if (range.from >= range.to) continue;
        for await (const rows of file.read({ group, columns, ...range }, signal)) {
          yield rows.map((row) => readers.map((read, index) => read(row[index] ?? null)));
        }
      }
    } catch (error) {
      throw fileFailure(error, place);
    }
  }
}

/** A file of a day that is open. */
interface DayFile {
  readonly file: ParquetFile;
  readonly place: string;
}

/** Daysync's own file first. */
function inOrder(one: string, other: string): number {
  return Number(other === DAY_FILE) - Number(one === DAY_FILE) || (one < other ? -1 : 1);
}

/** The folder of a day that has files, such as `sync_day=2025-10-01`; null if there is none. */
async function findDay(folder: string): Promise<string | null> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${DAY_COLUMN}=`)) continue;
    const files = await unlessMissing(() => readdir(path.join(folder, name)), []);
    // A fence alone is what a write has left that lost its folder.
    if (files.some((its) => !its.startsWith('.'))) return name;
  }
  return null;
}
