import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import { Pool } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { scratchFolder } from '../../../../test/scratch.js';
import { applyChanges } from '../changes/apply-changes.js';
import { readRange } from '../batches/range-state.js';
import { AT, D1, D2, D3, makeDataset } from '../sync/sync.fixture.js';
import type { Database, Dialect } from './database.js';
import { migrationsOf } from './migrations.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import type { Schema } from './schema.js';
import { migrateToLatest, OWN_MIGRATIONS } from './schema-version.js';
import { SqliteConnection } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite/sqlite-database.js';

const scratch = scratchDatabases();
let database: Database | undefined;
afterEach(async () => {
  await database?.close();
  database = undefined;
});

/** The migrations up to one. */
function upTo(dialect: Dialect, last: string): MigrationProvider {
  return {
    getMigrations: async () => {
      const all = Object.entries(await migrationsOf(dialect).getMigrations());
      return Object.fromEntries(all.filter(([name]) => name <= last));
    },
  };
}

/** What a version has written: a target as it made it, two synced days, and one that failed. */
async function writeOld(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  await migrateToLatest(db, upTo(dialect, '0001_batches'), OWN_MIGRATIONS);
  const run = (text: string): Promise<unknown> => sql.raw(text).execute(db);
  if (dialect === 'sqlite') {
    await run('create table readings (sync_day text not null, value integer not null) strict');
    await run('create index readings_sync_day on readings (sync_day)');
  } else {
    await run('create table readings (sync_day date not null, value bigint not null)');
    await run('create index on readings (sync_day)');
  }
  await run(`insert into readings values ('${D1}', 1), ('${D2}', 2)`);
  for (const [day, status, succeeded] of [
    [D1, 'success', `'${AT}'`],
    [D2, 'success', `'${AT}'`],
    [D3, 'failed', 'null'],
  ] as const) {
    await run(`insert into sync_record
      (dataset, day, status, attempts, last_batch_id, last_tried_at, last_success_at)
      values ('readings', '${day}', '${status}', 1, 'one', '${AT}', ${succeeded})`);
  }
}

async function openOld(dialect: Dialect): Promise<Database> {
  const url = await scratch(dialect);
  if (url === null) {
    const file = path.join(await scratchFolder(), 'daysync.db');
    const handle = new DatabaseSync(file);
    const old = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: new SqliteConnection(handle) }),
    });
    await writeOld(old, dialect);
    await old.destroy();
    const opened = await SqliteDatabase.open(file);
    expect(existsSync(`${file}-before-0002_targets`)).toBe(true);
    return opened;
  }
  const old = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }),
  });
  await writeOld(old, dialect);
  await old.destroy();
  return PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
}

describe.each(DIALECTS)(
  'a database of the version before targets had versions, on %s',
  (dialect) => {
    it.each([
      ['readings', 0],
      ['readings_v2', 2],
    ])('with the target %s: %i of its synced days are missing', async (table, missing) => {
      database = await openOld(dialect);
      const { target } = makeDataset();
      const dataset = makeDataset({ target: { ...target, table } });
      const { differences, statements, warnings } = await applyChanges(database, [dataset]);
      expect(differences).toEqual([]);
      expect(statements).toHaveLength(table === 'readings' ? 0 : 1);
      expect(warnings).toEqual(
        missing === 0
          ? []
          : ['dataset readings: `readings_v2` is new: 2 synced days are missing from it'],
      );
      const { recorded } = await readRange(
        { db: database.read, dialect },
        { ...{ dataset: 'readings', start: D1, end: D3, target: dataset.target }, expected: null },
      );
      expect(recorded.elsewhere.size).toBe(missing);
      expect([...recorded.lastTries.values()]).toEqual(['success', 'success', 'failed']);
    });
  },
);
