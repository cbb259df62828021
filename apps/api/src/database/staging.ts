import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { classifyFailure } from './unavailable.js';

/** What a row may have in a column while it waits. */
type StagedValue = string | number | bigint | null;

/** The rows of a day that are too many to be held in memory: they wait in a table of their own. */
export interface StagedRows {
  readonly count: number;
  /** As a statement on the database's connection names it. Its columns are `c0`, `c1`, … after the `rowid` from 1. */
  readonly table: string;
  /**
   * Some of them, as they were appended: `count` from `first` on, which is 0 for the first of all. Whole numbers may
   * come as bigints.
   * @throws {DatabaseUnavailableError} if they can't be read
   */
  read(first: number, count: number): readonly (readonly StagedValue[])[];
  /** Forgets them. */
  drop(): void;
}

/** What rows are gathered in. */
export interface StagingTable extends StagedRows {
  /** @throws {DatabaseUnavailableError} if there is no room for them; none of them is kept */
  append(rows: readonly (readonly StagedValue[])[]): void;
}

/** The name under which the database's connection knows the staging file. */
export const STAGING = 'staging';

/**
 * A file beside the database for the rows of days that are being fetched. Nothing in it outlives the process, so it
 * is written without waiting for the disk, on a connection of its own: it holds nobody up.
 */
export class Staging {
  private readonly handle: DatabaseSync;
  private tables = 0;

  /**
   * Begins with an empty file.
   * @param file where it is; null for one that nobody else finds, and that the system takes away with the process
   */
  constructor(readonly file: string | null) {
    if (file !== null) remove(file);
    // SQLite's own temporary file, as it makes for a database without a name.
    this.handle = new DatabaseSync(file ?? '');
    this.handle.exec('pragma journal_mode = wal; pragma synchronous = off');
  }

  /** An empty table for rows of so many columns. */
  create(columns: number): StagingTable {
    const { handle } = this;
    this.tables += 1;
    const name = `day_${this.tables}`;
    const names = Array.from({ length: columns }, (_, index) => `c${index}`);
    unlessAway(() => {
      // No types: each value stays as it is.
      handle.exec(`create table ${name} (${names.join(', ')})`);
    });
    const places = names.map(() => '?').join(', ');
    const insert = handle.prepare(`insert into ${name} values (${places})`);
    let count = 0;
    let select: StatementSync | undefined;
    return {
      table: this.file === null ? name : `${STAGING}.${name}`,
      get count() {
        return count;
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
        count += rows.length;
      },
      read(first, most) {
        return unlessAway(() => {
          select ??= readerOf(handle, name);
          return select.all(first + 1, first + most) as unknown as StagedValue[][];
        });
      },
      drop() {
        if (!handle.isOpen) return;
        try {
          handle.exec(`drop table if exists ${name}`);
        } catch {
          // It stays until the file is begun anew: nothing but room is lost.
        }
      },
    };
  }

  close(): void {
    this.handle.close();
    if (this.file !== null) remove(this.file);
  }
}

function readerOf(handle: DatabaseSync, table: string): StatementSync {
  const select = handle.prepare(`select * from ${table} where rowid between ? and ?`);
  // Of 64 bits a number would lose some.
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
