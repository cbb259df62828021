import { setTimeout as sleep } from 'node:timers/promises';
import { finished } from 'node:stream/promises';
import { sql } from 'kysely';
import { from } from 'pg-copy-streams';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../../test/postgres.js';
import { PostgresProxy } from '../../../../../test/postgres-proxy.js';
import type { FaultPoint } from '../fault-points.js';
import { PostgresDatabase } from './postgres-database.js';
import { DatabaseUnavailableError } from '../unavailable.js';

const PATIENCE_MS = 1_000;

const make = scratchPostgres();
let proxy: PostgresProxy;
let database: PostgresDatabase;
let reached: (point: FaultPoint) => void;

/** For what a silence has to be noticed first. */
const WAIT = { timeout: 120_000 };

describeWithPostgres('a PostgreSQL that has fallen silent', () => {
  beforeEach(async () => {
    proxy = await PostgresProxy.start(await make());
    reached = () => undefined;
    database = await PostgresDatabase.open({
      ...{ address: proxy.url, connections: 2, applicationName: 'spec' },
      patience: { reads: PATIENCE_MS, writes: PATIENCE_MS, changesOfTables: 60_000 },
      faults: {
        reach: (point) => {
          reached(point);
        },
      },
    });
    await database.write('targets', ({ db }) => sql`create table t (n integer)`.execute(db));
  });
  afterEach(() => database.close());

  const insert = (before?: () => void): Promise<unknown> =>
    database.write('step', ({ db }) => {
      before?.();
      return sql`insert into t values (1)`.execute(db);
    });

  const count = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(database.read);
    return rows[0]?.n ?? -1;
  };

  const silence = (): void => {
    proxy.fallSilent();
  };

  it('is not waited for by who reads, and is read again once it speaks', async () => {
    await count();
    silence();
    const failure = await count().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(String(failure)).toContain('it does not answer');
    proxy.speak();
    expect(await count()).toBe(0);
  });

  it('is not waited for by who writes, and has nothing of it', async () => {
    const failure = await insert(silence).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ isUnsure: false });
    proxy.speak();
    await insert();
    expect(await count()).toBe(1);
  });

  it('does not block a commit, which is then unsure', async () => {
    reached = silence;
    const failure = await insert().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ isUnsure: true });
  });

  it('is waited for as long as rows come in, and until they have been read', async () => {
    const before = performance.now();
    await database.write('step', async ({ client }) => {
      const copy = client.query(from('copy t from stdin'));
      const ended = finished(copy);
      for (let row = 0; row < 10; row += 1) {
        copy.write(`${row}\n`);
        await sleep(PATIENCE_MS / 5);
      }
      copy.end();
      await ended;
    });
    expect(performance.now() - before).toBeGreaterThan(PATIENCE_MS);
    expect(await count()).toBe(10);
    // Some 10,000 rows at a time, each of them before the next is due.
    const slow = `select n as id from generate_series(1, 40000) as n,
      lateral (select case n % 10000 when 0 then pg_sleep(${PATIENCE_MS / 2_000}) end) as slept`;
    const ids = await database.rowIds({ sql: slow, parameters: [] }, new AbortController().signal);
    expect(ids).toHaveLength(40_000);
  });

  it('is waited for by who changes tables', async () => {
    await database.write('targets', ({ db }) =>
      sql`select pg_sleep(${(2 * PATIENCE_MS) / 1_000})`.execute(db),
    );
  });

  it('is none without a statement', async () => {
    const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`;
    const before = await pid.execute(database.read);
    await sleep(3 * PATIENCE_MS);
    expect((await pid.execute(database.read)).rows).toEqual(before.rows);
  });

  it('is not listened to any more, but to a new connection', async () => {
    const heard: string[] = [];
    const { events } = database;
    events.onConnected(() => Promise.resolve(void heard.push('connected')));
    events.onLost(() => heard.push('lost'));
    events.onEvent(({ kind }) => heard.push(kind));
    await events.start();
    silence();
    await vi.waitUntil(() => !events.isConnected, WAIT);
    proxy.speak();
    await vi.waitUntil(() => events.isConnected, WAIT);
    await database.write('step', ({ publish }) => publish({ kind: 'lanes_free' }));
    while (!heard.includes('lanes_free')) await sleep(5);
    expect([heard[0], heard[1], ...heard.slice(-3)]).toEqual([
      ...['connected', 'lost', 'connected', 'reconnected', 'lanes_free'],
    ]);
  });
});
