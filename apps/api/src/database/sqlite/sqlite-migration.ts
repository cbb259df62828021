import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import {
  migrateToLatest,
  OWN_MIGRATIONS,
  refuseUnknown,
  type MigrationTables,
} from '../schema-version.js';
import type { Schema } from '../schema.js';
import { copyDatabase, isWhole } from './database-copy.js';

/** How much of two copies is compared at a time. */
const COMPARED_BYTES = 65_536;

/** One open database, for SQL and for Kysely. */
interface OpenedDatabase {
  readonly file: string;
  readonly handle: DatabaseSync;
  readonly db: Kysely<Schema>;
}

/**
 * Migrates a database to the schema of this version. An existing one is first copied to a file beside it, named `…-before-`
 * and the first migration; with a number, if an earlier try has left such a copy.
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
  // Kysely runs them without a transaction: an aborted one would leave tables at which the next start fails.
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
 * The pending migrations of a SQLite database, in their order.
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
 * Copies a database, even if there is a copy: the database may have changed since. A damaged copy is replaced. A copy that
 * equals the last one is deleted again, so that a start that fails repeatedly does not fill the disk.
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
