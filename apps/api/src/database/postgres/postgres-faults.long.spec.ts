import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../../../../../test/postgres.js';
import { PostgresDatabase } from './postgres-database.js';
import type { Schema } from '../schema.js';
import { DatabaseUnavailableError } from '../unavailable.js';

describeWithPostgres('a PostgreSQL that goes away', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });

  let url: string;
  let database: PostgresDatabase;
  beforeEach(async () => {
    url = await server.createDatabase();
    database = await PostgresDatabase.open({
      address: url,
      connections: 3,
      applicationName: 'daysync',
    });
    await database.write('targets', ({ db }) => sql`create table t (n integer)`.execute(db));
  });
  afterEach(() => database.close());

  const insert = (): Promise<unknown> =>
    database.write('targets', ({ db }) => sql`insert into t values (1)`.execute(db));

  const count = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(database.read);
    return rows[0]?.n ?? -1;
  };

  const pidOf = async (db: Kysely<Schema>): Promise<number> => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    return rows[0]?.pid ?? -1;
  };

  /** Cuts connections of ours, as a network or an operator does. */
  const cut = (which: string): Promise<unknown> =>
    server.execute(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'daysync' and ${which}`);

  const cuts = ['in the middle', 'before the commit'] as const;
  it.each(cuts)('says so where it is cut %s, keeps nothing, and goes on', async (when) => {
    const cutOff = database.write('targets', async ({ db }) => {
      await sql`insert into t values (1)`.execute(db);
      await cut(`pid = ${await pidOf(db)}`);
      if (when === 'in the middle') await sql`insert into t values (2)`.execute(db);
    });
    await expect(cutOff).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await insert();
    expect(await count()).toBe(1);
  });

  it('ends no process of ours that reads, or does nothing', async () => {
    await Promise.all([insert(), insert(), insert()]);
    const reading = sql`select pg_sleep(60)`.execute(database.read);
    const sleeping = { sql: 'select 1 as id from pg_sleep(60)', parameters: [] };
    const listing = database.rowIds(sleeping, new AbortController().signal);
    const failures = Promise.allSettled([reading, listing]);
    const asleep = `select count(*) as n from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and application_name = 'daysync'`;
    while ((await server.execute(asleep))[0]?.['n'] !== '2') await sleep(10);
    await cut('true');
    expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    // A statement on a connection whose loss was not detected yet fails as well.
    let counted: number | undefined;
    while (counted === undefined) counted = await count().catch(() => undefined);
    expect(counted).toBe(3);
  });

  it('says so while it is stopped, and is written again after its start', async () => {
    await insert();
    await server.stop();
    try {
      for (const tried of [insert(), database.probe()]) {
        const failure = await tried.catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(DatabaseUnavailableError);
        expect(failure).toMatchObject({ what: 'database' });
      }
    } finally {
      await server.start();
    }
    await database.probe();
    await insert();
    expect(await count()).toBe(2);
  });

  it('says so where it has no connection left for us', async () => {
    const name = new URL(url).pathname.slice(1);
    await database.close();
    await server.execute(`
      create role ours login password 'ours' connection limit 1;
      grant all on database ${name} to ours; alter database ${name} owner to ours`);
    const crowded = server.url('ours', 'ours', name);
    const options = { connections: 2, applicationName: 'crowded' };
    await server.execute(`grant all on all tables in schema public to ours`, url);
    database = await PostgresDatabase.open({ address: crowded, ...options });
    const failure = await database
      .write('targets', () => insert())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'DatabaseUnavailableError',
      message: "the database can't be written: it has too many connections",
    });
  });
});
