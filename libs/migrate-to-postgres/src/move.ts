import { createHash } from 'node:crypto';
import {
  BootError,
  DATABASE_OF_URL,
  openDatabase,
  FIX_DATA_DIR,
  FIX_DATABASE_URL,
  acquireDataDir,
} from '../../../apps/api/src/app/boot.js';
import { CONFIG_EXIT_CODE } from '../../../apps/api/src/config/boot-error.js';
import type { AppConfig } from '../../../apps/api/src/config/environment.js';
import type { FaultPoints } from '../../../apps/api/src/database/fault-points.js';
import { hasUnfinishedMove } from '../../../apps/api/src/database/schema-version.js';
import { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { Dataset } from '../../../apps/api/src/datasets/file/dataset.js';
import { createMoved, differenceLines } from '../../../apps/api/src/targets/target-table.js';
import { BossLaneQueue } from '../../../apps/api/src/runner/cluster/boss-lane-queue.js';
import { type CheckPorts, Differences } from './difference.js';
import { beginMove, finishMove, readMove, undoMove, type MoveState } from './move-state.js';
import { MOVE_NAME, MoveConnection } from './move-connection.js';
import { MoveRefusedError, type ReportMove } from './move-progress.js';
import type { MovedTable } from './moved-table.js';
import { checkOwnRows } from './own-rows-check.js';
import { databaseIn, SqliteInstallation } from './sqlite-installation.js';
import { copyTable } from './table-copy.js';
import { checkTargetRows } from './target-rows-check.js';

/** One for transactions, one for reads. */
const CONNECTIONS = 2;

export interface MoveOptions {
  readonly config: Pick<AppConfig, 'dataDir'>;
  /** The PostgreSQL to move to. */
  readonly url: string;
  readonly datasets: readonly Dataset[];
  /** Discards what an earlier try has copied. */
  readonly anew: boolean;
  readonly faults: FaultPoints;
  /** Aborting stops the move between two chunks. */
  readonly signal: AbortSignal;
  readonly report: ReportMove;
}

export type MoveResult =
  /** Everything is copied, and equal. */
  | {
      readonly kind: 'moved';
      readonly file: string;
      readonly rows: number;
      /** The tables that were not moved: those of former datasets, and of other programs. */
      readonly left: readonly string[];
    }
  /** Everything is copied, and something differs: the move has not ended. */
  | { readonly kind: 'differs'; readonly differences: Differences }
  | { readonly kind: 'stopped' };

/**
 * Moves an installation from SQLite to PostgreSQL: it copies all rows, compares all rows, and finishes. After an
 * interruption the next call goes on where this one stopped. SQLite's file is not changed.
 * @throws {BootError} {@link MoveRefusedError}, and {@link DatabaseUnavailableError} if PostgreSQL goes away
 */
export async function move(options: MoveOptions): Promise<MoveResult> {
  const { dataDir } = options.config;
  databaseIn(dataDir);
  const release = acquireDataDir(dataDir);
  try {
    const sqlite = await openSqlite(dataDir);
    try {
      return await moveTo(sqlite, options);
    } finally {
      await sqlite.close();
    }
  } catch (error) {
    if (options.signal.aborted && error === options.signal.reason) return { kind: 'stopped' };
    throw error;
  } finally {
    release();
  }
}

async function openSqlite(dataDir: string): Promise<SqliteInstallation> {
  try {
    return await SqliteInstallation.open(dataDir);
  } catch (error) {
    if (error instanceof MoveRefusedError) throw error;
    return openDatabase(databaseIn(dataDir), FIX_DATA_DIR, () => Promise.reject(error as Error));
  }
}

async function moveTo(sqlite: SqliteInstallation, asked: MoveOptions): Promise<MoveResult> {
  // A target elsewhere stays where it is.
  const datasets = asked.datasets.filter(({ target }) => target.place === undefined);
  const options = { ...asked, datasets };
  const { url, faults } = options;
  const tables = await sqlite.tables(datasets);
  const connection = await inPostgres(() => MoveConnection.open(url));
  try {
    await connection.lock();
    // Before anything is written: the database may belong to another program.
    if (!(await connection.hasMove())) await connection.checkEmpty(tables);
    const database = await inPostgres(() =>
      PostgresDatabase.open({
        address: url,
        connections: CONNECTIONS,
        applicationName: MOVE_NAME,
        faults,
      }),
    );
    try {
      return await moveAll(options, { sqlite, connection, database, tables });
    } finally {
      await database.close();
    }
  } finally {
    await connection.close();
  }
}

function inPostgres<T>(open: () => Promise<T>): Promise<T> {
  return openDatabase(DATABASE_OF_URL, FIX_DATABASE_URL, open);
}

interface Sides {
  readonly sqlite: SqliteInstallation;
  readonly connection: MoveConnection;
  readonly database: PostgresDatabase;
  readonly tables: readonly MovedTable[];
}

async function moveAll(options: MoveOptions, sides: Sides): Promise<MoveResult> {
  const { signal, report, url } = options;
  const { sqlite, database, tables } = sides;
  const state = await prepare(options, sides);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const copied = tables.reduce((sum, { name }) => sum + (state.tables.get(name)?.rows ?? 0), 0);
  report({ type: 'begun', rows, copied });
  for (const table of tables) {
    const begun = state.tables.get(table.name) ?? { lastRowid: null, rows: 0, done: false };
    const { name, rows: all } = table;
    report({ type: 'table_begun', step: 'copy', table: name, rows: all, done: begun.rows });
    await copyTable({ sqlite, database, signal, report }, table, begun);
    report({ type: 'table_done', step: 'copy', table: name });
  }
  const differences = await verify({ ...sides, signal, report }, tables);
  if (differences.count > 0) return { kind: 'differs', differences };
  signal.throwIfAborted();
  const queue = await BossLaneQueue.open({
    address: url,
    nodeName: MOVE_NAME,
    onError: () => undefined,
  });
  try {
    await finishMove(database, queue, { lastSeq: sqlite.lastSeq() });
  } finally {
    await queue.close();
  }
  return { kind: 'moved', file: sqlite.file, rows, left: sqlite.leftTables(tables) };
}

/** Creates the tables, or goes on with those of an earlier try. @returns their progress */
async function prepare(
  { datasets, anew, report }: MoveOptions,
  { sqlite, database, tables }: Sides,
): Promise<MoveState> {
  const source = sourceOf(sqlite, tables);
  const begun = (await hasUnfinishedMove(database.read)) ? await readMove(database.read) : null;
  if (begun?.source === source && !anew) return begun;
  if (begun !== null) report({ type: 'begun_anew' });
  return database.write('move', async (transaction) => {
    await transaction.lockExclusive('boot');
    if (begun !== null) await undoMove(transaction.db, begun);
    const differences = [];
    for (const { target } of datasets) {
      const key = await sqlite.keyOf(target);
      differences.push(...(await createMoved(transaction, target, key)));
    }
    if (differences.length > 0) throw new BootError(differenceLines(differences), CONFIG_EXIT_CODE);
    return beginMove(transaction.db, source, tables);
  });
}

/** Changes with the database, and with the tables that are moved. */
function sourceOf(sqlite: SqliteInstallation, tables: readonly MovedTable[]): string {
  const hash = createHash('sha256').update(JSON.stringify(tables)).digest('base64');
  return `${sqlite.state} ${hash}`;
}

async function verify(ports: CheckPorts, tables: readonly MovedTable[]): Promise<Differences> {
  const differences = new Differences();
  for (const table of tables) {
    const { name, rows } = table;
    ports.report({ type: 'table_begun', step: 'verify', table: name, rows, done: 0 });
    switch (table.kind) {
      case 'own':
        await checkOwnRows(ports, table, differences);
        break;
      case 'target':
        await checkTargetRows(ports, table, differences);
        break;
    }
    ports.report({ type: 'table_done', step: 'verify', table: name });
  }
  return differences;
}
