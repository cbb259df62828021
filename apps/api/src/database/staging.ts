import { rmSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPrivate } from './private-files.js';
import { CHUNK_ROWS, RowChunks, type RowRange } from './row-chunks.js';
import { classifyFailure, DatabaseUnavailableError } from './unavailable.js';

/** Chunks of small rows that a `drop table` may free at once: some 40 ms. */
const MOST_DROPPED_CHUNKS = 250;

type StagedValue = string | number | bigint | null;

/** The rows of a day that is too large for memory, in a table of their own. */
export interface StagedRows {
  readonly count: number;
  /** Its name on the database's connection. The columns are `c0`, `c1`, …, and `rowid` counts from 1. */
  readonly table: string;
  /** All rows, in parts that may be written before the event loop gets a turn. */
  readonly chunks: readonly RowRange[];
  /**
   * Reads `count` rows from `first` on, counted from 0. Whole numbers may come as bigints.
   * @throws {DatabaseUnavailableError} if they can't be read
   */
  read(first: number, count: number): readonly (readonly StagedValue[])[];
  /** Frees the rows; the event loop gets turns meanwhile. It never fails. */
  drop(): Promise<void>;
}

export interface StagingTable extends StagedRows {
  /** @throws {DatabaseUnavailableError} if the disk is full: none of these rows is kept */
  append(rows: readonly (readonly StagedValue[])[]): void;
}

/** The name of the staging file on the database's connection. */
export const STAGING = 'staging';

/** How long after its last table the file shrinks. */
const SHRINK_MS = 1_000;

/** What is left free on the disk: a drop writes to the log before it frees anything. Of a small disk, a part is enough. */
const RESERVED_BYTES = 67_108_864;
const RESERVED_PART = 0.05;

/** A table with its chunks. */
interface DroppedTable {
  readonly name: string;
  readonly chunks: readonly RowRange[];
}

/**
 * A file beside the database, for the rows of large days while they are fetched. Nothing in it outlives the process: it is
 * written on a connection of its own, without waiting for the disk.
 */
export class Staging {
  private handle: DatabaseSync;
  private tables = 0;
  /** The tables that exist. */
  private used = 0;
  /** Those of them whose drop has failed. */
  private readonly left = new Set<DroppedTable>();
  private isRetrying = false;
  private shrinking: NodeJS.Timeout | undefined;

  /**
   * Starts with an empty file.
   * @param file its path; null for a temporary file that the system deletes with the process
   */
  constructor(readonly file: string | null) {
    if (file !== null) {
      remove(file);
      createPrivate(file);
    }
    this.handle = open(file);
  }

  /** @throws {DatabaseUnavailableError} if the disk is full */
  create(columns: number): StagingTable {
    if (this.left.size > 0) {
      if (this.used === this.left.size) this.shrink();
      else void this.retryDrops();
    }
    this.requireRoom();
    const { handle } = this;
    this.tables += 1;
    const name = `day_${this.tables}`;
    const names = Array.from({ length: columns }, (_, index) => `c${index}`);
    unlessAway(() => {
      // Without types each value stays as it is.
      handle.exec(`create table ${name} (${names.join(', ')})`);
    });
    this.used += 1;
    clearTimeout(this.shrinking);
    let isDropped = false;
    const params = names.map(() => '?').join(', ');
    const insert = handle.prepare(`insert into ${name} values (${params})`);
    const chunks = new RowChunks();
    let count = 0;
    let select: StatementSync | undefined;
    return {
      table: this.file === null ? name : `${STAGING}.${name}`,
      get count() {
        return count;
      },
      get chunks() {
        return chunks.ranges;
      },
      append: (rows) => {
        this.requireRoom();
        unlessAway(() => {
          handle.exec('begin');
          try {
            for (const row of rows) insert.run(...row);
            handle.exec('commit');
          } catch (error) {
            if (handle.isTransaction) handle.exec('rollback');
            throw error;
          }
        });
        for (const row of rows) chunks.add(row);
        count += rows.length;
      },
      read(first, most) {
        return unlessAway(() => {
          select ??= readerOf(handle, name);
          return select.all(first + 1, first + most) as unknown as StagedValue[][];
        });
      },
      drop: async () => {
        if (isDropped) return;
        isDropped = true;
        const table = { name, chunks: chunks.ranges };
        if (await dropTable(handle, table)) this.used -= 1;
        else this.left.add(table);
        if (this.used === this.left.size && handle.isOpen) this.shrinkSoon();
      },
    };
  }

  /**
   * Refuses to write while the disk still has the room that a drop needs.
   * @throws {DatabaseUnavailableError}
   */
  private requireRoom(): void {
    if (this.file === null || hasRoom(this.file)) return;
    if (this.used === 0) this.shrink();
    if (hasRoom(this.file)) return;
    throw new DatabaseUnavailableError('disk', "staged rows can't be written: the disk is full");
  }

  /** Tries again what could not be dropped before. */
  private async retryDrops(): Promise<void> {
    if (this.isRetrying) return;
    this.isRetrying = true;
    for (const table of this.left) {
      if (!(await dropTable(this.handle, table))) break;
      // Unless a new file has replaced it meanwhile.
      if (this.left.delete(table)) this.used -= 1;
    }
    this.isRetrying = false;
    if (this.used === this.left.size && this.handle.isOpen) this.shrinkSoon();
  }

  /** Not at once: the next large day would only make the file grow again. */
  private shrinkSoon(): void {
    clearTimeout(this.shrinking);
    this.shrinking = setTimeout(() => {
      this.shrink();
    }, SHRINK_MS).unref();
  }

  /** Returns the room of dropped tables to the disk. Without a table there is nothing to copy, so this is quick. */
  private shrink(): void {
    if (this.used > this.left.size || !this.handle.isOpen) return;
    if (this.file === null) {
      // On a full disk SQLite can't even drop a table of its temporary file. The system deletes the file once it is closed.
      this.handle.close();
      this.handle = open(null);
      this.left.clear();
      this.used = 0;
      return;
    }
    if (this.left.size > 0) {
      void this.retryDrops();
      return;
    }
    try {
      this.handle.exec('vacuum; pragma wal_checkpoint(truncate)');
    } catch {
      this.shrinkSoon();
    }
  }

  close(): void {
    clearTimeout(this.shrinking);
    this.handle.close();
    if (this.file !== null) remove(this.file);
  }
}

function open(file: string | null): DatabaseSync {
  // For a database without a name, SQLite uses a temporary file.
  const handle = new DatabaseSync(file ?? '');
  handle.exec('pragma journal_mode = wal; pragma synchronous = off');
  return handle;
}

/**
 * Frees the pages of a table. `drop table` alone reads each page of each large value: 270 ms in one statement for 480 MB.
 * @returns false if that failed: the disk is full
 */
async function dropTable(handle: DatabaseSync, { name, chunks }: DroppedTable): Promise<boolean> {
  let kept = 0;
  try {
    for (const { first, count } of chunks) {
      if (!handle.isOpen) return true;
      if (count === CHUNK_ROWS && kept < MOST_DROPPED_CHUNKS) {
        kept += 1;
        continue;
      }
      handle.exec(`delete from ${name} where rowid between ${first + 1} and ${first + count}`);
      await nextTurn();
    }
    if (handle.isOpen) handle.exec(`drop table if exists ${name}`);
    return true;
  } catch {
    return false;
  }
}

/** Whether the disk has more free than is reserved on it, also once what is in the log is in the file as well. */
function hasRoom(file: string): boolean {
  const { bavail, blocks, bsize } = statfsSync(path.dirname(file));
  const reserved = Math.min(RESERVED_BYTES, RESERVED_PART * blocks * bsize);
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return bavail * bsize > reserved + (log?.size ?? 0);
}

function readerOf(handle: DatabaseSync, table: string): StatementSync {
  const select = handle.prepare(`select * from ${table} where rowid between ? and ?`);
  // A number would lose digits of 64 bits.
  select.setReadBigInts(true);
  select.setReturnArrays(true);
  return select;
}

function unlessAway<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw classifyFailure(error);
  }
}

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
