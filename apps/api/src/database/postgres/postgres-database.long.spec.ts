import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  describeWithPostgres,
  HAS_POSTGRES,
  type PostgresServer,
  startPostgres,
} from '../../../../../test/postgres.js';
import type { PostgresTransaction } from '../database.js';
import { migrationsOf } from '../migrations.js';
import { PostgresDatabase } from './postgres-database.js';
import { NewerDatabaseError, RetiredDatabaseError } from '../schema-version.js';
import { DatabaseUnavailableError } from '../unavailable.js';

let server: PostgresServer;
beforeAll(async () => {
  if (HAS_POSTGRES) server = await startPostgres();
});

let url: string;
let database: PostgresDatabase;
beforeEach(async () => {
  if (!HAS_POSTGRES) return;
  url = await server.createDatabase();
  database = await open();
  await database.write('targets', ({ db }) => sql`create table t (n bigint)`.execute(db));
});
afterEach(async () => {
  if (HAS_POSTGRES) await database.close();
});

function open(connections = 4): Promise<PostgresDatabase> {
  return PostgresDatabase.open({ address: url, connections, applicationName: 'daysync' });
}

const insert = (n: number): Promise<unknown> =>
  database.write('targets', ({ db }) => sql`insert into t values (${n})`.execute(db));

async function values(): Promise<unknown[]> {
  const { rows } = await sql<{ n: number }>`select n from t order by n`.execute(database.read);
  return rows.map(({ n }) => n);
}

/** The answer to `ask`, which has to fail. */
async function failureOf(ask: Promise<unknown>): Promise<unknown> {
  return ask.then(
    () => {
      throw new Error('expected a failure, got none');
    },
    (error: unknown) => error,
  );
}

describeWithPostgres('a database in PostgreSQL, opened', () => {
  it('is made by one of five that come at once, and is there for all of them', async () => {
    for (let round = 0; round < 3; round += 1) {
      url = await server.createDatabase();
      const opened = await Promise.all(Array.from({ length: 5 }, () => open(2)));
      for (const one of opened) {
        expect(await one.read.selectFrom('batch').selectAll().execute()).toEqual([]);
        await one.close();
      }
      const migrations = await server.execute('select name from kysely_migration', url);
      const known = await migrationsOf('postgres').getMigrations();
      expect(migrations).toHaveLength(Object.keys(known).length);
    }
  });

  it.each([
    ['9999_later', NewerDatabaseError],
    ['0001_initial', RetiredDatabaseError],
  ])('is refused where another version has used it, which has made %s', async (name, error) => {
    await server.execute(`insert into kysely_migration values ('${name}', '')`, url);
    const refused = await failureOf(open());
    expect(refused).toBeInstanceOf(error);
    expect(String(refused)).toContain(name);
  });

  it('says what the server says where there is no such database', async () => {
    url = url.replace(/[^/]+$/, 'absent');
    await expect(open()).rejects.toMatchObject({
      what: 'database',
      cause: { message: 'database "absent" does not exist' },
    });
  });
});

describeWithPostgres('a write transaction on PostgreSQL', () => {
  it('is seen as a whole once it is committed, and by what follows the commit', async () => {
    const after: unknown[] = [];
    await database.write('targets', async ({ db, afterCommit }) => {
      await sql`insert into t values (1)`.execute(db);
      expect(await values()).toEqual([]);
      await sql`insert into t values (9007199254740991)`.execute(db);
      afterCommit(() => after.push('first'));
      afterCommit(() => after.push(values()));
    });
    expect(after).toHaveLength(2);
    expect([after[0], await after[1]]).toEqual(['first', [1, Number.MAX_SAFE_INTEGER]]);
  });

  it('is undone by what it throws, and the next goes on', async () => {
    const before = database.advances;
    const failing = database.write('targets', async ({ db, afterCommit }) => {
      await sql`insert into t values (1)`.execute(db);
      afterCommit(() => expect.unreachable('it is undone'));
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await insert(2);
    expect(await values()).toEqual([2]);
    expect(database.advances - before).toBe(1);
  });

  it('goes on beside others, except those of its own name', async () => {
    const order: string[] = [];
    const leave = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const run = (name: 'start' | 'forget', what: string, until?: Promise<void>): Promise<void> =>
      database.write('targets', async ({ lockExclusive }) => {
        await lockExclusive(name);
        order.push(`${what} in`);
        inside.resolve();
        await until;
        order.push(`${what} out`);
      });
    const first = run('start', 'first', leave.promise);
    await inside.promise;
    const second = run('start', 'second');
    await run('forget', 'other');
    leave.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual([
      'first in',
      'other in',
      'other out',
      'first out',
      'second in',
      'second out',
    ]);
  });

  it('runs again where it and another wait for each other', async () => {
    await insert(1);
    await insert(2);
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    let commits = 0;
    const cross = (index: 0 | 1): Promise<void> =>
      database.write('targets', async ({ db, afterCommit }) => {
        runs += 1;
        afterCommit(() => (commits += 1));
        const add = (n: number): Promise<unknown> =>
          sql`update t set n = n + 10 where n % 10 = ${n}`.execute(db);
        await add(1 + index);
        both[index]?.resolve();
        await both[1 - index]?.promise;
        await add(2 - index);
      });
    await Promise.all([cross(0), cross(1)]);
    // The server may end both.
    expect(runs).toBeGreaterThan(2);
    expect(commits).toBe(2);
    expect(await values()).toEqual([21, 22]);
  });

  it('runs again where another has changed what it has read', async () => {
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const countUp = (index: 0 | 1): Promise<void> =>
      database.write('targets', async ({ db }) => {
        runs += 1;
        await sql`set transaction isolation level serializable`.execute(db);
        const { rows } = await sql<{ count: number }>`select count(*) as count from t`.execute(db);
        both[index]?.resolve();
        await both[1 - index]?.promise;
        await sql`insert into t values (${rows[0]?.count})`.execute(db);
      });
    await Promise.all([countUp(0), countUp(1)]);
    expect(runs).toBe(3);
    expect(await values()).toEqual([0, 1]);
  });

  it('runs again where that is found at its commit', async () => {
    await server.execute(
      `create sequence commits;
       create function refuse_first() returns trigger language plpgsql as $$
         begin
           if nextval('commits') = 1 then raise exception 'too late' using errcode = '40001'; end if;
           return null;
         end $$;
       create constraint trigger late after insert on t deferrable initially deferred
         for each row execute function refuse_first()`,
      url,
    );
    await insert(1);
    expect(await values()).toEqual([1]);
  });

  it('says so where others are always in its way', async () => {
    let runs = 0;
    const failure = await failureOf(
      database.write('targets', ({ db }) => {
        runs += 1;
        return sql`do $$ begin raise exception 'x' using errcode = '40001'; end $$`.execute(db);
      }),
    );
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ what: 'database' });
    expect(runs).toBe(20);
  });

  it('keeps its statements prepared, but none that is for many rows', async () => {
    await database.close();
    database = await open(1);
    await insert(1);
    await insert(2);
    const many = Array.from({ length: 101 }, (_, n) => sql`(${n})`);
    const insertMany = ({ db }: PostgresTransaction): Promise<unknown> =>
      sql`insert into t values ${sql.join(many)}`.execute(db);
    await database.write('targets', insertMany);
    const { rows } = await sql<{ statement: string }>`
      select statement from pg_prepared_statements
    `.execute(database.read);
    expect(rows).toEqual([{ statement: 'insert into t values ($1)' }]);
  });
});

describeWithPostgres('the probe of a PostgreSQL', () => {
  it('succeeds if it can be written, and fails if it is read-only', async () => {
    await database.probe();
    const name = new URL(url).pathname.slice(1);
    await server.execute(`alter database ${name} set default_transaction_read_only = on`);
    await database.close();
    database = await open();
    const failure = await failureOf(database.probe());
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ message: "the database can't be written: it only reads" });
    expect(await failureOf(insert(1))).toBeInstanceOf(DatabaseUnavailableError);
    expect(await values()).toEqual([]);
  });

  it('has a transaction written to the log', async () => {
    const next = 'select pg_snapshot_xmax(pg_current_snapshot()) as id';
    const [before] = await server.execute(next, url);
    await database.probe();
    const [after] = await server.execute(next, url);
    expect(Number(after?.['id'])).toBeGreaterThan(Number(before?.['id']));
  });
});

describeWithPostgres('the rowids of a query on PostgreSQL', () => {
  const going = (): AbortSignal => new AbortController().signal;
  const ROWS = 25_000;

  it('come in its order, all of them, and may be none', async () => {
    const numbers = `select n as id from generate_series(1::bigint, $1::bigint) as n`;
    const query = { sql: `${numbers} order by n desc`, parameters: [ROWS] };
    const ids = await database.rowIds(query, going());
    expect([...ids]).toEqual(Array.from({ length: ROWS }, (_, index) => ROWS - index));
    const none = await database.rowIds({ sql: numbers, parameters: [0] }, going());
    expect([...none]).toEqual([]);
  });

  it('are not waited for by who does not want them any more', async () => {
    const query = { sql: 'select n as id from generate_series(1, 100000) as n', parameters: [] };
    await expect(database.rowIds(query, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    const leaving = new AbortController();
    const ids = database.rowIds(query, leaving.signal);
    leaving.abort();
    await expect(ids).rejects.toMatchObject({ name: 'AbortError' });
    expect(await values()).toEqual([]);
  });

  it('do not come where the server refuses the query, and what it says does', async () => {
    const query = { sql: 'select n as id from absent', parameters: [] };
    await expect(database.rowIds(query, going())).rejects.toThrow(
      'relation "absent" does not exist',
    );
    expect(await values()).toEqual([]);
  });
});

describeWithPostgres('long reads on PostgreSQL', () => {
  it('have two connections of their own: commits and polls wait for none of them', async () => {
    const sleeping = Array.from({ length: 6 }, () =>
      sql`select pg_sleep(1) as long_read`.execute(database.longRead),
    );
    let ended = 0;
    for (const read of sleeping) void read.then(() => (ended += 1));
    const asleep = `select count(*) as n from pg_stat_activity where query like '%long_read%' and state = 'active' and application_name = 'daysync'`;
    while ((await server.execute(asleep))[0]?.['n'] !== '2') await sleep(10);
    await insert(1);
    expect(await values()).toEqual([1]);
    expect(ended).toBe(0);
    await Promise.all(sleeping);
  });
});
