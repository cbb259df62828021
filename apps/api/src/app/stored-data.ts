import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import type { AppConfig } from '../config/environment.js';
import type { Database } from '../database/database.js';
import { migrationsOf } from '../database/migrations.js';
import { connectionOf } from '../database/postgres/postgres-connection.js';
import { doneInPostgres, OWN_MIGRATIONS, refuseUnknown } from '../database/schema-version.js';
import type { Schema } from '../database/schema.js';
import { SqliteConnection } from '../database/sqlite-connection.js';
import { doneMigrations } from '../database/sqlite/sqlite-migration.js';

type Readable = Pick<Database, 'read' | 'dialect'>;

/** How long to wait for a lock of another process. */
const BUSY_TIMEOUT_MS = 5_000;

/** The name of the database file in a data folder. */
export const DATABASE_FILE = 'daysync.db';

/** A database that has nothing to compare with yet. */
export type NoStoredData = 'none' | 'older';

/**
 * Reads the database that a start would open, without changing it; a server may be running.
 * @returns the result of `work`; `none` if nothing is stored yet; `older` if the start migrates the schema first
 * @throws {NewerDatabaseError | RetiredDatabaseError} and errors of the database
 */
export async function readStoredData<T>(
  { dataDir, databaseUrl }: Pick<AppConfig, 'dataDir' | 'databaseUrl'>,
  work: (database: Readable) => Promise<T>,
): Promise<T | NoStoredData> {
  if (databaseUrl !== null) return readPostgres(databaseUrl, work);
  const file = path.join(dataDir, DATABASE_FILE);
  if (!existsSync(file)) return 'none';
  const handle = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const connection = new SqliteConnection(handle);
  try {
    const state = await stateOf('sqlite', doneMigrations(handle, OWN_MIGRATIONS));
    if (state !== 'current') return state;
    const read = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
    return await work({ read, dialect: 'sqlite' });
  } finally {
    connection.close();
  }
}

async function readPostgres<T>(
  url: string,
  work: (database: Readable) => Promise<T>,
): Promise<T | NoStoredData> {
  const pool = new Pool({ ...connectionOf(url, 'daysync datasets check'), max: 1 });
  pool.on('error', () => undefined);
  const read = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    const state = await stateOf('postgres', await doneInPostgres(read, OWN_MIGRATIONS));
    return state === 'current' ? await work({ read, dialect: 'postgres' }) : state;
  } finally {
    await read.destroy();
  }
}

async function stateOf(
  dialect: Database['dialect'],
  done: readonly string[],
): Promise<NoStoredData | 'current'> {
  const known = Object.keys(await migrationsOf(dialect).getMigrations());
  refuseUnknown(done, known);
  if (done.length === 0) return 'none';
  return done.length === known.length ? 'current' : 'older';
}
