import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Kysely, PostgresDialect, sql, SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import { describeWithPostgres, startPostgres } from '../../../test/postgres.js';
import { scratchFolder } from '../../../test/scratch.js';
import { SqliteConnection } from '../../../apps/api/src/database/sqlite-connection.js';
import type { DayProvider } from '../../../apps/api/src/sources/source-api.js';
import { openEmbedded, type EmbeddedInstallation } from './embedded-installation.js';
import type { DatabaseOptions, SyncOptions } from './sync-options.js';

let file: string;
let opened: EmbeddedInstallation | undefined;
beforeEach(async () => {
  file = path.join(await scratchFolder(), 'app.db');
});
afterEach(async () => {
  await opened?.release();
  opened = undefined;
});

/** A source that no test fetches from. */
const UNUSED_SOURCE: DayProvider = {
  fetchDay: () => {
    throw new Error('expected no fetch');
  },
};

function optionsOf(database: DatabaseOptions): SyncOptions {
  const source = { kind: 'provider', provider: UNUSED_SOURCE } as const;
  const target = { table: 'sums', columns: { n: 'integer' } } as const;
  const datasets = [{ name: 'sums', source, target }];
  return { database, datasets };
}

async function open(database: DatabaseOptions = { file }): Promise<EmbeddedInstallation> {
  opened = await openEmbedded(optionsOf(database));
  return opened;
}

/** Runs statements of the app on its own connection. */
function app(statements: string): void {
  const handle = new DatabaseSync(file);
  handle.exec(statements);
  handle.close();
}

function names(): unknown[] {
  const handle = new DatabaseSync(file, { readOnly: true });
  const rows = handle.prepare(`select name from sqlite_master where type = 'table'`).all();
  handle.close();
  return rows.map(({ name }) => name);
}

function kyselyOn(name: string): Kysely<object> {
  const database = new SqliteConnection(new DatabaseSync(name));
  return new Kysely({ dialect: new SqliteDialect({ database }) });
}

describe('an app’s own file', () => {
  it('gets Daysync’s tables, and the app’s tables stay as they are', async () => {
    app(`
      pragma user_version = 7;
      create table kysely_migration (name text); insert into kysely_migration values ('mine');
      create table orders (id integer); insert into orders values (1)`);
    const { installation } = await open();
    await installation.database.probe();
    await installation.database.probe();
    expect(names()).toEqual(
      expect.arrayContaining(['orders', 'kysely_migration', 'daysync_migration', 'batch', 'sums']),
    );
    const handle = new DatabaseSync(file, { readOnly: true });
    const values = [
      'pragma user_version',
      'select * from kysely_migration',
      'select * from orders',
    ];
    expect(values.map((sql) => Object.values(handle.prepare(sql).get() ?? {}))).toEqual([
      [7],
      ['mine'],
      [1],
    ]);
    handle.close();
  });

  it('can be opened again after it was closed, also through a link', async () => {
    await (await open()).release();
    const link = path.join(path.dirname(file), 'link.db');
    symlinkSync(file, link);
    await open({ file: link });
    await expect(openEmbedded(optionsOf({ file }))).rejects.toThrow(
      `database: expected a file that no other SyncModule of this process has open: import one per file, and close an app whose start failed, got ${file}, which this process has locked`,
    );
    const beside = readdirSync(path.dirname(file)).filter((name) => name.startsWith('link'));
    expect(beside).toEqual(['link.db']);
  });

  it.each([
    ['a table', 'create table Session (id integer)', 'session'],
    ['a view', 'create view batch as select 1', 'batch'],
    [
      'an index',
      'create table t (status text); create index batch_by_status on t (status)',
      'batch_by_status',
    ],
  ])('is not changed if %s has a name of Daysync’s', async (_what, statements, name) => {
    app(statements);
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow(
      `database: expected no table, view or index of the app with a name that Daysync needs, got ${name}: rename`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is not changed if a build from before the first release has used it', async () => {
    app(`
      create table daysync_migration (name text); create table batch (id integer);
      insert into daysync_migration values ('0001_initial')`);
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow(
      /^.*database: expected a database .* move it away.*, got .*app\.db, which a build from before .*0001_initial/s,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is not changed if the target is a table of the app', async () => {
    app('create table sums (n integer not null)');
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow(
      `datasets[0].target.table: expected a table that only this dataset writes to, got sums, which`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused if a target table differs from the options, and then unlocked', async () => {
    app('create table sums (sync_day text not null, n text not null)');
    await expect(open()).rejects.toThrow('datasets[0].target.columns.n: expected');
    app('drop table sums');
    await open();
  });

  it('is unlocked if a target can’t be created', async () => {
    await (await open()).release();
    opened = undefined;
    app(`drop table sums;
      create trigger no_versions before insert on target_version begin select raise(abort, 'no versions'); end`);
    await expect(open()).rejects.toThrow('no versions');
    app('drop trigger no_versions');
    await open();
  });

  it('has to be a database', async () => {
    const handle = new DatabaseSync(file);
    handle.close();
    await expect(open({ file: path.dirname(file) })).rejects.toThrow(
      /database: expected a database/,
    );
    await expect(open({ file: path.join(file, 'absent/app.db') })).rejects.toThrow(
      /database: expected a database that can be used, got .*ENOTDIR/,
    );
  });
});

describe('the file of a Kysely', () => {
  it('is the one that SQLite reports', async () => {
    const kysely = kyselyOn(file);
    await open({ kysely });
    expect(names()).toContain('batch');
    await kysely.destroy();
  });

  it('does not exist in memory', async () => {
    const kysely = kyselyOn(':memory:');
    await expect(open({ kysely })).rejects.toThrow(
      'database.kysely: expected a Kysely over a SQLite file; for PostgreSQL give { url } or the { pool } of the Kysely, got one over a database in memory',
    );
    await kysely.destroy();
  });
});

describeWithPostgres('a PostgreSQL of the app', () => {
  it('has no file, but a pool: in its schema the tables are created', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    await server.execute('create schema orders', url);
    const { hostname, port, username, password, pathname } = new URL(url);
    const pool = new Pool({
      host: hostname,
      port: Number(port),
      user: username,
      // Such as a token that ends.
      password: () => Promise.resolve(decodeURIComponent(password)),
      database: pathname.slice(1),
      options: '-c search_path=orders',
    });
    const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool }) });
    await expect(open({ kysely })).rejects.toThrow(
      /for PostgreSQL give \{ url \} or the \{ pool \} of the Kysely, got one that answers .*syntax error/,
    );
    const { installation } = await open({ pool });
    await installation.database.probe();
    await opened?.release();
    opened = undefined;
    await expect(open({ url })).rejects.toThrow(
      'database: expected a database with one Daysync, because its queue is the same for all schemas, got one in the schema orders',
    );
    // The pool is still the app's.
    const tables = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'orders'`.execute(
      kysely,
    );
    expect(tables.rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['batch', 'sums']));
    await kysely.destroy();
  });
});
