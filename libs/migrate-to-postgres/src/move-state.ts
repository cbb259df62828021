import { sql, type Kysely, type Transaction } from 'kysely';
import { MOVE_SCHEMA, MOVE_TABLE } from '../../../apps/api/src/database/schema-version.js';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { quote } from '../../../apps/api/src/targets/target-dialect.js';
import type { LaneQueue } from '../../../apps/api/src/batches/lane-queue.js';
import type { MovedTable } from './moved-table.js';

/** The progress of a table. */
export interface TableState {
  /** Of the last copied row; null before the first. */
  readonly lastRowid: bigint | null;
  readonly rows: number;
  /** Whether all rows are copied. */
  readonly done: boolean;
}

export interface MoveState {
  /** Identifies the tables and their state at the beginning of the move. */
  readonly source: string;
  /** By the names of the tables. */
  readonly tables: ReadonlyMap<string, TableState>;
}

const MOVE = sql.raw(MOVE_TABLE);

const BEGINNING: TableState = { lastRowid: null, rows: 0, done: false };

export async function readMove(db: Kysely<Schema>): Promise<MoveState> {
  const { rows } = await sql<{
    source: string;
    table_name: string;
    last_rowid: string | null;
    rows: number;
    done: boolean;
  }>`select source, table_name, last_rowid::text, rows, done from ${MOVE}`.execute(db);
  const tables = rows.map(({ table_name, last_rowid, rows: copied, done }) => {
    const lastRowid = last_rowid === null ? null : BigInt(last_rowid);
    return [table_name, { lastRowid, rows: copied, done }] as const;
  });
  return { source: rows[0]?.source ?? '', tables: new Map(tables) };
}

/** Begins a move: until it ends, Daysync refuses to start on this database. */
export async function beginMove(
  db: Transaction<Schema>,
  source: string,
  tables: readonly MovedTable[],
): Promise<MoveState> {
  await sql`create schema ${sql.id(MOVE_SCHEMA)}`.execute(db);
  await sql`
    create table ${MOVE} (
      table_name text primary key,
      source text not null,
      last_rowid bigint,
      rows bigint not null,
      done boolean not null
    )
  `.execute(db);
  for (const { name } of tables) {
    await sql`insert into ${MOVE} values (${name}, ${source}, null, 0, false)`.execute(db);
  }
  return { source, tables: new Map(tables.map(({ name }) => [name, BEGINNING])) };
}

/** Saves the progress of a table, in the transaction of the copied rows. */
export async function saveState(
  db: Transaction<Schema>,
  table: string,
  { lastRowid, rows, done }: TableState,
): Promise<void> {
  await sql`
    update ${MOVE} set last_rowid = ${lastRowid === null ? null : String(lastRowid)}, rows = ${rows}, done = ${done}
    where table_name = ${table}
  `.execute(db);
}

/** Deletes everything that a move has copied, and the move itself. */
export async function undoMove(db: Transaction<Schema>, { tables }: MoveState): Promise<void> {
  for (const name of tables.keys()) {
    // Its owner may have dropped it meanwhile.
    const { rows } = await sql<{ present: boolean }>`
      select to_regclass(${quote(name)}) is not null as present
    `.execute(db);
    if (rows[0]?.present === true) await sql`truncate ${sql.id(name)}`.execute(db);
  }
  await endMove(db);
}

async function endMove(db: Transaction<Schema>): Promise<void> {
  await sql`drop schema ${sql.id(MOVE_SCHEMA)} cascade`.execute(db);
}

interface FinishOptions {
  /** The highest `batch.seq` that was ever generated; 0 before the first. */
  readonly lastSeq: bigint;
}

/**
 * Finishes a move in one transaction: sets the sequence of `batch.seq`, enqueues the open lanes, and ends the move.
 */
export async function finishMove(
  database: PostgresDatabase,
  queue: LaneQueue,
  { lastSeq }: FinishOptions,
): Promise<void> {
  await database.write('move', async (transaction) => {
    const { db } = transaction;
    if (lastSeq > 0n) {
      await sql`
        select setval(pg_get_serial_sequence('batch', 'seq'), ${String(lastSeq)}::bigint)
      `.execute(db);
    }
    const open = await db
      .selectFrom('lane')
      .select(['batch_id as batchId', 'number'])
      .where('open', '=', 1)
      .execute();
    await queue.enqueue(transaction, open, 0);
    await endMove(db);
  });
}
