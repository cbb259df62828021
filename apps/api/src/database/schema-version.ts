import { sql, type Kysely } from 'kysely';
import {
  DEFAULT_MIGRATION_LOCK_TABLE,
  DEFAULT_MIGRATION_TABLE,
  Migrator,
  type MigrationProvider,
} from 'kysely/migration';
import type { Schema } from './schema.js';

/** A newer version of the program has migrated the database. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  /** @param unknown the migrations that this version does not have */
  constructor(readonly unknown: readonly string[]) {
    super(`expected a database of this version or an older one, and it has ${unknown.join(', ')}`);
  }
}

/** The migrations of builds before the first release: this version can't migrate their tables. */
const RETIRED: ReadonlySet<string> = new Set([
  '0001_initial',
  '0001_lanes',
  '0002_never_lose_a_day',
  '0003_identity',
  '0004_lookups',
  '0005_row_ids',
  '0006_nodes',
  '0007_schedules',
  '0008_notices',
]);

/** A build from before the first release has migrated the database. */
export class RetiredDatabaseError extends Error {
  override readonly name = 'RetiredDatabaseError';
  /** @param retired the migrations of such a build */
  constructor(readonly retired: readonly string[]) {
    super(`expected a database of a release, and it has ${retired.join(', ')} of a build before`);
  }
}

/** The tables in which Kysely keeps what was migrated. */
export interface MigrationTables {
  readonly done: string;
  readonly lock: string;
}

/** In a database that is Daysync's alone. */
export const OWN_MIGRATIONS: MigrationTables = {
  done: DEFAULT_MIGRATION_TABLE,
  lock: DEFAULT_MIGRATION_LOCK_TABLE,
};

/**
 * Migrates a PostgreSQL to the schema of this version. Of several processes one does it, and the others wait.
 * @throws {NewerDatabaseError | RetiredDatabaseError} and changes nothing
 */
export async function migratePostgres(
  db: Kysely<Schema>,
  provider: MigrationProvider,
  tables = OWN_MIGRATIONS,
): Promise<void> {
  refuseUnknown(await doneInPostgres(db, tables), Object.keys(await provider.getMigrations()));
  await migrateToLatest(db, provider, tables);
}

/**
 * Refuses a database with unknown migrations.
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export function refuseUnknown(done: readonly string[], known: readonly string[]): void {
  const unknown = done.filter((name) => !known.includes(name));
  const retired = unknown.filter((name) => RETIRED.has(name));
  if (retired.length > 0) throw new RetiredDatabaseError(retired);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}

export async function doneInPostgres(
  db: Kysely<Schema>,
  { done }: MigrationTables,
): Promise<readonly string[]> {
  const present = await sql`
    select from information_schema.tables
    where table_schema = current_schema() and table_name = ${done}
  `.execute(db);
  if (present.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(done)} order by name
  `.execute(db);
  return rows.map(({ name }) => name);
}

/** Runs the pending migrations. */
export async function migrateToLatest(
  db: Kysely<Schema>,
  provider: MigrationProvider,
  { done, lock }: MigrationTables,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider,
    migrationTableName: done,
    migrationLockTableName: lock,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw error instanceof Error ? error : new Error(JSON.stringify(error));
}

/** A schema of its own, so that no target table can have the same name. */
export const MOVE_SCHEMA = 'daysync_move';
/** The progress of a move from SQLite: this table exists from the first row of a move to its end. */
export const MOVE_TABLE = `${MOVE_SCHEMA}.move`;

/** Whether a move from SQLite has not ended: the database is incomplete. */
export async function hasUnfinishedMove(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass(${MOVE_TABLE}) is not null as present
  `.execute(db);
  return rows[0]?.present === true;
}
