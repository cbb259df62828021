import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { sql, type Kysely } from 'kysely';
import {
  DEFAULT_MIGRATION_LOCK_TABLE,
  DEFAULT_MIGRATION_TABLE,
  Migrator,
  type MigrationProvider,
} from 'kysely/migration';
import { copyDatabase, isWhole } from './database-copy.js';
import type { Schema } from './schema.js';

/** A newer version of the program has used the database, and this one does not know what it made of it. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  /** @param unknown the migrations that this version does not have */
  constructor(readonly unknown: readonly string[]) {
    super(`expected a database of this version or an older one, and it has ${unknown.join(', ')}`);
  }
}

/** The migrations of builds before the first release, whose tables no migration of this one takes over. */
const RETIRED: ReadonlySet<string> = new Set([
  '0001_initial',
  '0002_never_lose_a_day',
  '0003_identity',
  '0004_lookups',
  '0005_row_ids',
  '0006_nodes',
  '0007_schedules',
  '0008_notices',
]);

/** A build from before the first release has used the database. */
export class RetiredDatabaseError extends Error {
  override readonly name = 'RetiredDatabaseError';
  /** @param retired the migrations of such a build that the database has had */
  constructor(readonly retired: readonly string[]) {
    super(`expected a database of a release, and it has ${retired.join(', ')} of a build before`);
  }
}

/** The tables that keep which migrations a database has had. */
export interface MigrationTables {
  readonly done: string;
  readonly lock: string;
}

/** In a database that is Daysync's alone. */
export const OWN_MIGRATIONS: MigrationTables = {
  done: DEFAULT_MIGRATION_TABLE,
  lock: DEFAULT_MIGRATION_LOCK_TABLE,
};

/** How much of two copies is compared at a time. */
const COMPARED_BYTES = 65_536;

/** One database, by its two faces. */
export interface OpenedDatabase {
  readonly file: string;
  readonly handle: DatabaseSync;
  readonly db: Kysely<Schema>;
}

/**
 * Brings a database up to the schema of this version. One that has a schema already is copied first, beside itself as
 * `…-before-` and the name of the first migration; where an earlier try has left such a copy, with a number behind it.
 * @throws {NewerDatabaseError | RetiredDatabaseError} and changes nothing
 */
export async function migrate(
  { file, handle, db }: OpenedDatabase,
  provider: MigrationProvider,
  tables = OWN_MIGRATIONS,
): Promise<void> {
  const [next] = await pendingMigrations(handle, provider, tables);
  if (next === undefined) return;
  if (doneMigrations(handle, tables).length > 0) copyBefore(handle, `${file}-before-${next}`);
  // Kysely makes them without a transaction: one that is cut short would leave tables that the next start trips over.
  handle.exec('begin immediate');
  try {
    await migrateToLatest(db, provider, tables);
    handle.exec('commit');
  } catch (error) {
    if (handle.isTransaction) handle.exec('rollback');
    throw error;
  }
}

/**
 * The names of the migrations that a SQLite database has not had, in their order: none, where its schema is that of
 * this version.
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export async function pendingMigrations(
  handle: DatabaseSync,
  provider: MigrationProvider,
  tables = OWN_MIGRATIONS,
): Promise<readonly string[]> {
  const known = Object.keys(await provider.getMigrations());
  const done = doneMigrations(handle, tables);
  refuseUnknown(done, known);
  return known.filter((name) => !done.includes(name)).sort();
}

/**
 * Brings a PostgreSQL up to the schema of this version, one process at a time: the others wait, and find it done.
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
 * Refuses a database that has had migrations which are not known.
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export function refuseUnknown(done: readonly string[], known: readonly string[]): void {
  const unknown = done.filter((name) => !known.includes(name));
  const retired = unknown.filter((name) => RETIRED.has(name));
  if (retired.length > 0) throw new RetiredDatabaseError(retired);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}

/** The names of the migrations that a PostgreSQL has had. */
export async function doneInPostgres(
  db: Kysely<Schema>,
  { done }: MigrationTables,
): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === done)) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(done)} order by name
  `.execute(db);
  return rows.map(({ name }) => name);
}

/** Runs the migrations that a database has not had. */
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

/**
 * Copies a database, and trusts no copy of before: the database may have changed since. What is not whole is replaced;
 * a copy that came out the same as the last one is not kept twice, so that a start which fails again and again does
 * not fill the disk.
 */
function copyBefore(handle: DatabaseSync, name: string): void {
  let copy = name;
  let last: string | undefined;
  for (let count = 2; existsSync(copy); count += 1) {
    if (!isWhole(copy)) {
      rmSync(copy);
      break;
    }
    last = copy;
    copy = `${name}-${count}`;
  }
  copyDatabase(handle, copy);
  if (last !== undefined && areSame(last, copy)) rmSync(copy);
}

function areSame(one: string, other: string): boolean {
  if (statSync(one).size !== statSync(other).size) return false;
  const handles = [openSync(one, 'r'), openSync(other, 'r')] as const;
  const [ours, theirs] = [Buffer.alloc(COMPARED_BYTES), Buffer.alloc(COMPARED_BYTES)];
  try {
    for (;;) {
      const read = readSync(handles[0], ours);
      readSync(handles[1], theirs);
      if (!ours.equals(theirs)) return false;
      if (read === 0) return true;
    }
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

/** The names of the migrations that a SQLite database has had. */
export function doneMigrations(handle: DatabaseSync, { done }: MigrationTables): string[] {
  const exists = handle.prepare('select 1 from sqlite_master where name = ?').get(done);
  if (exists === undefined) return [];
  const rows = handle.prepare(`select name from ${done} order by name`).all();
  return rows.map((row) => String(row['name']));
}
