import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Migration } from 'kysely/migration';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeWithPostgres, startPostgres } from '../../../test/postgres.js';
import { scratchFolder } from '../../../test/scratch.js';
import { NO_FAULTS } from '../../../apps/api/src/database/fault-points.js';
import { migrationsOf } from '../../../apps/api/src/database/migrations.js';
import { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import { NewerDatabaseError } from '../../../apps/api/src/database/schema-version.js';
import { SHARED_MIGRATIONS, conflictsInPostgres, conflictsInSqlite } from './shared-database.js';
import { SqliteDatabase } from '../../../apps/api/src/database/sqlite/sqlite-database.js';

let file: string;
beforeEach(async () => {
  file = path.join(await scratchFolder(), 'app.db');
});

function app(statements: string): void {
  const handle = new DatabaseSync(file);
  handle.exec(statements);
  handle.close();
}

async function install(): Promise<void> {
  const names = { staging: `${file}-daysync-staging`, migrations: SHARED_MIGRATIONS };
  await (await SqliteDatabase.open(file, NO_FAULTS, names)).close();
}

describe('conflictsInSqlite', () => {
  it('refuses a database of a newer version', async () => {
    await install();
    app(`insert into ${SHARED_MIGRATIONS.done} values ('9999_later', '')`);
    await expect(conflictsInSqlite(file, [])).rejects.toThrow(NewerDatabaseError);
  });

  it('finds conflicts with tables that only a later migration creates', async () => {
    await install();
    app('create table later (km integer)');
    const known = await migrationsOf('sqlite').getMigrations();
    const later: Migration = {
      up: (db) => db.schema.createTable('later').addColumn('n', 'integer').execute(),
    };
    const conflicts = await conflictsInSqlite(file, [], {
      getMigrations: () => Promise.resolve({ ...known, '9999_later': later }),
    });
    expect(conflicts.own).toEqual(['later']);
  });
});

describeWithPostgres('conflictsInPostgres', () => {
  it('searches the current schema, whatever its name', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await server.execute(
      `create schema "My App"; alter database ${name} set search_path to "My App"`,
      url,
    );
    await server.execute('create table session (id bigint); create table sums (n bigint)', url);
    let found: unknown;
    const refused = PostgresDatabase.open({
      ...{ address: url, connections: 1, applicationName: 'spec', migrations: SHARED_MIGRATIONS },
      check: async (read) => {
        found = await conflictsInPostgres(read, ['sums', 'other']);
        throw new Error('checked');
      },
    });
    await expect(refused).rejects.toThrow('checked');
    expect(found).toEqual({ own: ['session'], targets: ['sums'], schemas: [] });
  });
});
