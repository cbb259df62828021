import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { Migrator, type MigrationProvider } from 'kysely/migration';
import { copyDatabase } from './database-copy.js';
import type { Schema } from './schema.js';

/** A newer version of the program has used the database, and this one does not know what it made of it. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  /** @param unknown the migrations that this version does not have */
  constructor(readonly unknown: readonly string[]) {
    super(`expected a database of this version or an older one, and it has ${unknown.join(', ')}`);
  }
}

/** One database, by its two faces. */
export interface OpenedDatabase {
  readonly file: string;
  readonly handle: DatabaseSync;
  readonly db: Kysely<Schema>;
}

/**
 * Brings a database up to the schema of this version. One that has a schema already is copied first, beside itself as
 * `…-before-` and the name of the first migration, unless that copy is there from an earlier try.
 * @throws {NewerDatabaseError} and changes nothing
 */
export async function migrate(
  { file, handle, db }: OpenedDatabase,
  provider: MigrationProvider,
): Promise<void> {
  const known = Object.keys(await provider.getMigrations());
  const done = migrationsOf(handle);
  const unknown = done.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  const [next] = known.filter((name) => !done.includes(name)).sort();
  if (next === undefined) return;
  if (done.length > 0) {
    const copy = `${file}-before-${next}`;
    if (!existsSync(copy)) copyDatabase(handle, copy);
  }
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  throw error instanceof Error ? error : new Error(JSON.stringify(error));
}

/** The names of the migrations that a database has had. */
function migrationsOf(handle: DatabaseSync): string[] {
  const table = 'kysely_migration';
  const exists = handle.prepare('select 1 from sqlite_master where name = ?').get(table);
  if (exists === undefined) return [];
  const rows = handle.prepare(`select name from ${table} order by name`).all();
  return rows.map((row) => String(row['name']));
}
