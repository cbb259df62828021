import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql, SqliteDialect } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import { migrationsOf } from '../../../apps/api/src/database/migrations.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import {
  doneInPostgres,
  migrateToLatest,
  refuseUnknown,
  type MigrationTables,
} from '../../../apps/api/src/database/schema-version.js';
import { doneMigrations } from '../../../apps/api/src/database/sqlite/sqlite-migration.js';
import { SqliteConnection } from '../../../apps/api/src/database/sqlite-connection.js';

/**
 * In a database that an app has for itself as well: Kysely's own names are the app's, whose migrations may be kept
 * under them.
 */
export const SHARED_MIGRATIONS: MigrationTables = {
  done: 'daysync_migration',
  lock: 'daysync_migration_lock',
};

/** Every target table has this column, and an app's table of the same name has not. */
const TARGET_MARK = 'sync_day';

/** What stands in an app's database where Daysync's own would have to. */
export interface TakenNames {
  /** Tables, views and indices that have a name of ours. */
  readonly own: readonly string[];
  /** Tables that have the name of a target, and are none. */
  readonly targets: readonly string[];
}

/**
 * Looks for names in a SQLite file that Daysync would need and the app has taken; changes nothing.
 * @param targets the names of the target tables
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export async function takenInSqlite(
  file: string,
  targets: readonly string[],
  provider = migrationsOf('sqlite'),
): Promise<TakenNames> {
  const handle = new DatabaseSync(file, { readOnly: true });
  try {
    const done = doneMigrations(handle, SHARED_MIGRATIONS);
    const present = handle.prepare('select lower(name) as name from sqlite_master').all();
    const marked = handle.prepare('select 1 from pragma_table_info(?) where name = ?');
    return taken(
      await namesToCome(done, provider),
      present.map(({ name }) => String(name)),
      targets.filter((table) => marked.get(table, TARGET_MARK) === undefined),
    );
  } finally {
    handle.close();
  }
}

/**
 * The same in a PostgreSQL, in the schema that tables are made in.
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export async function takenInPostgres(
  read: Kysely<Schema>,
  targets: readonly string[],
): Promise<TakenNames> {
  const present = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
  `.execute(read);
  const marked = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and column_name = ${TARGET_MARK}
  `.execute(read);
  // Last of all: what another process has made meanwhile is ours.
  const done = await doneInPostgres(read, SHARED_MIGRATIONS);
  const ours = marked.rows.map(({ name }) => name);
  return taken(
    await namesToCome(done, migrationsOf('sqlite')),
    present.rows.map(({ name }) => name),
    targets.filter((table) => !ours.includes(table)),
  );
}

function taken(
  toCome: readonly string[],
  present: readonly string[],
  unmarked: readonly string[],
): TakenNames {
  return {
    own: toCome.filter((name) => present.includes(name)),
    targets: unmarked.filter((name) => present.includes(name)),
  };
}

/**
 * What the migrations that are still to come will make: what there is after them, and not before. Those of PostgreSQL
 * give the same names.
 */
async function namesToCome(
  done: readonly string[],
  provider: MigrationProvider,
): Promise<readonly string[]> {
  refuseUnknown(done, Object.keys(await provider.getMigrations()));
  const all = await namesAfter(provider);
  const before = done.length === 0 ? [] : await namesAfter(upTo(provider, done));
  // In PostgreSQL a start that was cut short leaves them empty.
  const kept: readonly string[] = Object.values(SHARED_MIGRATIONS);
  return all.filter((name) => !before.includes(name) && !kept.includes(name));
}

function upTo(provider: MigrationProvider, done: readonly string[]): MigrationProvider {
  return {
    getMigrations: async () => {
      const entries = Object.entries(await provider.getMigrations());
      return Object.fromEntries(entries.filter(([name]) => done.includes(name)));
    },
  };
}

/** All names in a new database with these migrations. */
async function namesAfter(provider: MigrationProvider): Promise<readonly string[]> {
  const handle = new DatabaseSync(':memory:');
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: new SqliteConnection(handle) }),
  });
  try {
    await migrateToLatest(db, provider, SHARED_MIGRATIONS);
    const names = handle.prepare(`select name from sqlite_master where name not like 'sqlite_%'`);
    return names.all().map(({ name }) => String(name));
  } finally {
    await db.destroy();
  }
}
