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
