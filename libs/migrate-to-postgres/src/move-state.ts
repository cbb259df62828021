import { sql, type Kysely, type Transaction } from 'kysely';
import { MOVE_SCHEMA, MOVE_TABLE } from '../../../apps/api/src/database/schema-version.js';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { quote } from '../../../apps/api/src/targets/target-dialect.js';
import type { LaneQueue } from '../../../apps/api/src/batches/lane-queue.js';
import type { MovedTable } from './moved-table.js';

/** How far a table has come. */
export interface TableState {
  /** The last row that was copied; null for none. */
  readonly lastRowid: bigint | null;
  /** How many were copied. */
  readonly rows: number;
  /** Whether that is all. */
  readonly done: boolean;
}

export interface MoveState {
  /** What is moved, and in which state it was when the move began. */
  readonly source: string;
  /** By the names of the tables. */
  readonly tables: ReadonlyMap<string, TableState>;
}

const MARK = sql.raw(MOVE_TABLE);

/** Nothing is copied yet. */
const BEGINNING: TableState = { lastRowid: null, rows: 0, done: false };

/** The state of the move that was begun. */
export async function readMove(db: Kysely<Schema>): Promise<MoveState> {
  const { rows } = await sql<{
    source: string;
    table_name: string;
    last_rowid: string | null;
    rows: number;
    done: boolean;
  }>`select source, table_name, last_rowid::text, rows, done from ${MARK}`.execute(db);
  const tables = rows.map(({ table_name, last_rowid, rows: copied, done }) => {
    const lastRowid = last_rowid === null ? null : BigInt(last_rowid);
    return [table_name, { lastRowid, rows: copied, done }] as const;
  });
  return { source: rows[0]?.source ?? '', tables: new Map(tables) };
}

/** Begins a move: from here on what is in the tables is no installation's, until the move ends. */
export async function beginMove(
  db: Transaction<Schema>,
  source: string,
  tables: readonly MovedTable[],
): Promise<MoveState> {
  await sql`create schema ${sql.id(MOVE_SCHEMA)}`.execute(db);
  await sql`
    create table ${MARK} (
      table_name text primary key,
      source text not null,
      last_rowid bigint,
      rows bigint not null,
      done boolean not null
    )
  `.execute(db);
  for (const { name } of tables) {
    await sql`insert into ${MARK} values (${name}, ${source}, null, 0, false)`.execute(db);
  }
  return { source, tables: new Map(tables.map(({ name }) => [name, BEGINNING])) };
}

/** Keeps how far a table has come, with the rows themselves. */
export async function keepState(
  db: Transaction<Schema>,
  table: string,
  { lastRowid, rows, done }: TableState,
): Promise<void> {
  await sql`
    update ${MARK} set last_rowid = ${lastRowid === null ? null : String(lastRowid)}, rows = ${rows}, done = ${done}
    where table_name = ${table}
  `.execute(db);
}

/** Takes away all that a move has brought, and the move. */
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

/** The move has ended: what is in the tables is an installation. */
async function endMove(db: Transaction<Schema>): Promise<void> {
  await sql`drop schema ${sql.id(MOVE_SCHEMA)} cascade`.execute(db);
}

interface HandOver {
  /** The highest `batch.seq` that was ever given out; 0 where none was. */
  readonly lastSeq: bigint;
}

/**
 * Makes an installation of what was copied, in one transaction: the next batch has the next number, the lanes of
 * batches that were running are free, and the move has ended.
 */
export async function handOver(
  database: PostgresDatabase,
  queue: LaneQueue,
  { lastSeq }: HandOver,
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
