import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HAS_POSTGRES, startPostgres, type PostgresServer } from '../../../../test/postgres.js';
import { classifyPostgresFailure, describeRefusal, isCollision } from './postgres-failure.js';
import { PostgresDatabase } from './postgres-database.js';
import type { Schema } from './schema.js';
import { DatabaseUnavailableError } from './unavailable.js';

/** As node-postgres throws what the server says. */
function told(code: string, fields: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error('told'), { code, ...fields });
}

describe('a failure of PostgreSQL', () => {
  it.each([
    ['53100', 'disk', 'its disk is full'],
    ['53200', 'database', 'it is out of resources'],
    ['53300', 'database', 'it has too many connections'],
    ['57P01', 'database', 'it has ended the connection'],
    ['57P02', 'database', 'it has ended the connection'],
    ['57P03', 'database', 'it is starting or stopping'],
    ['25P03', 'database', 'it has ended a transaction that stood still'],
    ['25006', 'database', 'it only reads'],
    ['58030', 'disk', 'its disk does not read or write'],
    ['08006', 'database', 'the connection broke'],
    ['55P03', 'database', 'another program holds a lock'],
    ['40001', 'database', 'other transactions are in its way'],
    ['40P01', 'database', 'other transactions are in its way'],
    ['ECONNREFUSED', 'database', 'it does not answer'],
    ['ENOTFOUND', 'database', 'it does not answer'],
  ])('of the code %s may pass: %s, %s', (code, what, reason) => {
    const failure = classifyPostgresFailure(told(code));
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ what, message: `the database can't be written: ${reason}` });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Cannot use a pool after calling end on the pool',
  ])('without a code may pass: %s', (message) => {
    expect(classifyPostgresFailure(new Error(message))).toMatchObject({
      what: 'database',
      message: "the database can't be written: it does not answer",
    });
  });

  it.each([told('23505'), told('42P01'), told('28P01'), new Error('other'), 'text', null])(
    'is left as it is: %p',
    (error) => {
      expect(classifyPostgresFailure(error)).toBe(error);
    },
  );

  it('is one to try again after a deadlock or a serialization failure alone', () => {
    const codes = ['40001', '40P01', '40002', '53300', ''];
    expect(codes.map((code) => isCollision(told(code)))).toEqual([true, true, false, false, false]);
    expect(isCollision(null)).toBe(false);
  });

  it.each([
    ['22003', {}, 'told'],
    ['23514', { where: 'COPY readings, line 7: "2025-10-01\t5"' }, 'told (row 7 of the day)'],
    [
      '22P02',
      { where: 'JSON data, line 1: x\nCOPY r, line 2, column c' },
      'told (row 2 of the day)',
    ],
    ['44000', {}, 'told'],
    ['54000', {}, 'told'],
    ['P0001', { where: 'PL/pgSQL function refuse() line 1 at RAISE' }, 'told'],
    ['42P01', {}, null],
    ['40001', {}, null],
  ])('of the code %s with %j is a refusal: %s', (code, fields, refusal) => {
    expect(describeRefusal(told(code, fields as Record<string, string>))).toBe(refusal);
  });
});

/** The package has no PostgreSQL for other machines. */
function describeWithServer(title: string, tests: () => void): void {
  if (HAS_POSTGRES) describe(title, tests);
}

describeWithServer('a PostgreSQL that goes away', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });

  let url: string;
  let database: PostgresDatabase;
  beforeEach(async () => {
    url = await server.createDatabase();
    database = await PostgresDatabase.open({ url, connections: 3, applicationName: 'daysync' });
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

  it('says so where the connection is cut in the middle, keeps nothing, and goes on', async () => {
    const cutInTheMiddle = database.write('targets', async ({ db }) => {
      await sql`insert into t values (1)`.execute(db);
      await cut(`pid = ${await pidOf(db)}`);
      await sql`insert into t values (2)`.execute(db);
    });
    await expect(cutInTheMiddle).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await insert();
    expect(await count()).toBe(1);
  });

  it('says so where it is cut before the commit', async () => {
    const cutAtTheEnd = database.write('targets', async ({ db }) => {
      await sql`insert into t values (1)`.execute(db);
      await cut(`pid = ${await pidOf(db)}`);
    });
    await expect(cutAtTheEnd).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(await count()).toBe(0);
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
    // Whoever is given a connection that nobody has missed yet is told so as well.
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
    database = await PostgresDatabase.open({ url: crowded, ...options });
    const failure = await database
      .write('targets', () => insert())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'DatabaseUnavailableError',
      message: "the database can't be written: it has too many connections",
    });
  });
});
