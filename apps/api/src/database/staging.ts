import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPrivate } from './private-files.js';
import { CHUNK_ROWS, RowChunks, type RowRange } from './row-chunks.js';
import { classifyFailure } from './unavailable.js';

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

/**
 * A file beside the database, for the rows of large days while they are fetched. Nothing in it outlives the process: it is
 * written on a connection of its own, without waiting for the disk.
 */
export class Staging {
  private readonly handle: DatabaseSync;
  private tables = 0;
  /** The tables that are not dropped. */
  private used = 0;
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
    // For a database without a name, SQLite uses a temporary file.
    this.handle = new DatabaseSync(file ?? '');
    this.handle.exec('pragma journal_mode = wal; pragma synchronous = off');
  }

  create(columns: number): StagingTable {
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
      append(rows) {
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
        await dropTable(handle, name, chunks.ranges);
        this.used -= 1;
        if (this.used === 0 && handle.isOpen) this.shrinkSoon();
      },
    };
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
    if (this.used > 0 || !this.handle.isOpen) return;
    try {
      this.handle.exec('vacuum; pragma wal_checkpoint(truncate)');
    } catch {
      // As above: only disk space is lost.
    }
  }

  close(): void {
    clearTimeout(this.shrinking);
    this.handle.close();
    if (this.file !== null) remove(this.file);
  }
}

/**
 * Frees the pages of a table. `drop table` alone reads each page of each large value: 270 ms in one statement for 480 MB.
 */
async function dropTable(
  handle: DatabaseSync,
  table: string,
  chunks: readonly RowRange[],
): Promise<void> {
  let kept = 0;
  try {
    for (const { first, count } of chunks) {
      if (!handle.isOpen) return;
      if (count === CHUNK_ROWS && kept < MOST_DROPPED_CHUNKS) {
        kept += 1;
        continue;
      }
      handle.exec(`delete from ${table} where rowid between ${first + 1} and ${first + count}`);
      await nextTurn();
    }
    if (handle.isOpen) handle.exec(`drop table if exists ${table}`);
  } catch {
    // It stays until the next start empties the file: only disk space is lost.
  }
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
