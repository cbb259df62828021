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

/** The tables of migrations in an app's database. The app may use Kysely's default names for its own migrations. */
export const SHARED_MIGRATIONS: MigrationTables = {
  done: 'daysync_migration',
  lock: 'daysync_migration_lock',
};

/** A column of every target table: a table without it belongs to the app. */
const TARGET_COLUMN = 'sync_day';

/** Names that Daysync needs and that the app already uses. */
export interface NameConflicts {
  /** Tables, views and indices with the name of one of Daysync's. */
  readonly own: readonly string[];
  /** Tables with the name of a target that are not targets. */
  readonly targets: readonly string[];
  /** Other schemas of the database with a Daysync: they would share one queue. */
  readonly schemas: readonly string[];
}

/**
 * Finds name conflicts in a SQLite file, without writing to it.
 * @param targets the names of the target tables
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export async function conflictsInSqlite(
  file: string,
  targets: readonly string[],
  provider = migrationsOf('sqlite'),
): Promise<NameConflicts> {
  const handle = new DatabaseSync(file, { readOnly: true });
  try {
    const done = doneMigrations(handle, SHARED_MIGRATIONS);
    const present = handle.prepare('select lower(name) as name from sqlite_master').all();
    const marked = handle.prepare('select 1 from pragma_table_info(?) where name = ?');
    return conflictsOf(
      await missingNames(done, provider),
      present.map(({ name }) => String(name)),
      targets.filter((table) => marked.get(table, TARGET_COLUMN) === undefined),
    );
  } finally {
    handle.close();
  }
}

/**
 * Finds name conflicts in a PostgreSQL database, in its current schema.
 * @throws {NewerDatabaseError | RetiredDatabaseError}
 */
export async function conflictsInPostgres(
  read: Kysely<Schema>,
  targets: readonly string[],
): Promise<NameConflicts> {
  const present = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
  `.execute(read);
  const marked = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and column_name = ${TARGET_COLUMN}
  `.execute(read);
  // Read last: tables that another process creates meanwhile are Daysync's.
  const done = await doneInPostgres(read, SHARED_MIGRATIONS);
  const targetTables = marked.rows.map(({ name }) => name);
  const elsewhere = await sql<{ name: string }>`
    select table_schema as name from information_schema.tables
    where table_schema <> current_schema() and table_name in ('batch', 'lane', 'sync_record')
    group by table_schema having count(*) = 3 order by table_schema
  `.execute(read);
  return {
    ...conflictsOf(
      await missingNames(done, migrationsOf('sqlite')),
      present.rows.map(({ name }) => name),
      targets.filter((table) => !targetTables.includes(table)),
    ),
    schemas: elsewhere.rows.map(({ name }) => name),
  };
}

function conflictsOf(
  missing: readonly string[],
  present: readonly string[],
  unmarked: readonly string[],
): NameConflicts {
  return {
    own: missing.filter((name) => present.includes(name)),
    targets: unmarked.filter((name) => present.includes(name)),
    schemas: [],
  };
}

/** The names that the missing migrations will create. SQLite's migrations create the same names as PostgreSQL's. */
async function missingNames(
  done: readonly string[],
  provider: MigrationProvider,
): Promise<readonly string[]> {
  refuseUnknown(done, Object.keys(await provider.getMigrations()));
  const all = await namesAfter(provider);
  const before = done.length === 0 ? [] : await namesAfter(upTo(provider, done));
  // In PostgreSQL an interrupted start leaves them empty.
  const ours: readonly string[] = Object.values(SHARED_MIGRATIONS);
  return all.filter((name) => !before.includes(name) && !ours.includes(name));
}

function upTo(provider: MigrationProvider, done: readonly string[]): MigrationProvider {
  return {
    getMigrations: async () => {
      const entries = Object.entries(await provider.getMigrations());
      return Object.fromEntries(entries.filter(([name]) => done.includes(name)));
    },
  };
}

/** Every name in a new database after these migrations. */
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
