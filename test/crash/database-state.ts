// Reads the durable state from the database file.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  batchOf,
  dayOf,
  quarantineOf,
  type recordOf,
  recordsOf,
  SELECT_QUARANTINE,
  selectBatches,
  targetOf,
} from './database-rows.js';

export type StoredBatch = Readonly<ReturnType<typeof batchOf>>;
export type StoredDay = Readonly<ReturnType<typeof dayOf>>;

export interface DatabaseState {
  readonly batches: readonly StoredBatch[];
  /** The days of the last batch, in the batch's order. */
  readonly days: readonly StoredDay[];
  /** The number of rows of `batch_day` without a batch: there must not be any. */
  readonly strayDays: number;
  readonly records: ReadonlyMap<string, Readonly<ReturnType<typeof recordOf>>>;
  /** The rows of each day of the target as text, sorted. */
  readonly target: ReadonlyMap<string, string>;
  /** The numbers of the rows that each day has in quarantine; a day without any has none. */
  readonly quarantine: ReadonlyMap<string, string>;
}

export const EMPTY_DATABASE: DatabaseState = {
  batches: [],
  days: [],
  strayDays: 0,
  records: new Map(),
  target: new Map(),
  quarantine: new Map(),
};

const OUTCOMES: ReadonlySet<string> = new Set(['success', 'failed', 'skipped']);
const TERMINAL: ReadonlySet<string> = new Set(['completed', 'cancelled', 'failed']);

export function hasOutcome({ state }: StoredDay): boolean {
  return OUTCOMES.has(state);
}

export function isTerminal({ status }: StoredBatch): boolean {
  return TERMINAL.has(status);
}

/**
 * Reads the state that a killed process left, from a copy: SQLite recovers the files when they are opened, and the
 * next start of the program must do that.
 */
export function readLeftBehind(file: string, table: string): DatabaseState {
  if (!existsSync(file)) return EMPTY_DATABASE;
  const folder = mkdtempSync(path.join(path.dirname(file), '..', 'left-'));
  try {
    const copy = path.join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) {
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    }
    return readDatabase(copy, table);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function readDatabase(file: string, table: string): DatabaseState {
  return reading(file, (database) => {
    const tables = new Set(
      database
        .prepare('SELECT name FROM sqlite_schema')
        .all()
        .map((row) => row['name']),
    );
    if (!tables.has('batch')) return EMPTY_DATABASE;
    const batches = database.prepare(selectBatches()).all().map(batchOf);
    return {
      batches,
      days: readDays(database, batches.at(-1)?.taskId ?? ''),
      strayDays: count(
        database,
        'SELECT count(*) AS n FROM batch_day WHERE batch_id NOT IN (SELECT batch_id FROM batch)',
      ),
      records: recordsOf(database.prepare('SELECT * FROM sync_record').all()),
      target: tables.has(table)
        ? targetOf(database.prepare(`SELECT * FROM "${table}"`).all())
        : new Map(),
      quarantine: quarantineOf(database.prepare(SELECT_QUARANTINE).all()),
    };
  });
}

export function readBatchDays(file: string, taskId: string): StoredDay[] {
  return reading(file, (database) => readDays(database, taskId));
}

/** The days in flight of the last batch; undefined without a batch, or if the database can't be read now. */
export function readInFlight(
  file: string,
  taskId: string,
): { readonly rev: number; readonly days: readonly string[] } | undefined {
  try {
    return reading(file, (database) => {
      const batch = database.prepare(selectBatches('where batch.batch_id = ?')).get(taskId);
      if (batch === undefined) return undefined;
      const days = database
        .prepare("SELECT day FROM batch_day WHERE batch_id = ? AND state = 'running'")
        .all(taskId)
        .map((row) => String(row['day']));
      return { rev: Number(batch['rev']), days };
    });
  } catch (error) {
    // SQLITE_BUSY: the program was halted while it recovers the file with an exclusive lock.
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined;
    throw error;
  }
}

function reading<T>(file: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    // In one transaction, because the program may commit meanwhile.
    database.exec('BEGIN');
    const result = read(database);
    database.exec('COMMIT');
    return result;
  } finally {
    database.close();
  }
}

function readDays(database: DatabaseSync, taskId: string): StoredDay[] {
  return database
    .prepare('SELECT * FROM batch_day WHERE batch_id = ? ORDER BY position')
    .all(taskId)
    .map(dayOf);
}

function count(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.['n']);
}
