import { sql, type CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../../test/postgres.js';
import { PostgresProxy } from '../../../../../test/postgres-proxy.js';
import type { FaultPoint } from '../fault-points.js';
import { PostgresDatabase } from './postgres-database.js';
import { orUndo } from './postgres-pipeline.js';

const PATIENCE_MS = 3_000;

const make = scratchPostgres();
let proxy: PostgresProxy;
let database: PostgresDatabase;
let reached: (point: FaultPoint) => void;

describeWithPostgres('a transaction whose statements are sent at once', () => {
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
    await database.write('targets', ({ db }) =>
      sql`create table t (n integer primary key, changed integer)`.execute(db),
    );
  });
  afterEach(() => database.close());

  const statement = (text: ReturnType<typeof sql<{ n: number }>>): CompiledQuery<{ n: number }> =>
    text.compile(database.read);
  const insert = (n: number): CompiledQuery<{ n: number }> =>
    statement(sql`insert into t values (${n}, 0) returning n`);
  const change = (n: number): CompiledQuery<{ n: number }> =>
    statement(sql`update t set changed = changed + 1 where n = ${n}`);
  const lock = (n: number): CompiledQuery<{ n: number }> =>
    statement(sql`select n from t where n = ${n} for update nowait`);

  async function values(): Promise<readonly number[]> {
    const { rows } = await sql<{ n: number }>`select n from t order by n`.execute(database.read);
    return rows.map(({ n }) => n);
  }

  const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => expect.unreachable('it was to fail'),
      (error: unknown) => error,
    );

  it('takes one round trip, whatever it writes', async () => {
    const write = (first: number): Promise<unknown> =>
      database.writePipelined('step', [insert(first), insert(first + 1), change(first)]);
    // The first one finds its connection.
    await write(1);
    for (const first of [3, 5]) {
      const before = proxy.roundTrips;
      await write(first);
      expect(proxy.roundTrips - before).toBe(1);
    }
    expect(await values()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('gives the rows of each statement, once they are durable', async () => {
    const points: FaultPoint[] = [];
    const before = database.advances;
    reached = (point) => points.push(point);
    const rows = await database.writePipelined('step', [insert(7), change(7), change(8)]);
    expect(rows).toEqual([[{ n: 7 }], [], []]);
    expect(points).toEqual(['step:before_commit', 'step:after_commit']);
    expect(database.advances - before).toBe(1);
  });

  it('is undone by a statement that finds nothing where it has to, in one round trip as well', async () => {
    await database.writePipelined('step', [insert(1)]);
    const [trips, advances] = [proxy.roundTrips, database.advances];
    const found = statement(sql`select n from t where n = ${1} for update`);
    const missing = statement(sql`update t set changed = 1 where n = ${9} returning n`);
    expect(
      await database.writePipelined('step', [insert(2), orUndo(missing), insert(3)]),
    ).toBeNull();
    expect(proxy.roundTrips - trips).toBe(1);
    expect(database.advances).toBe(advances);
    expect(await database.writePipelined('step', [orUndo(found), insert(4)])).not.toBeNull();
    expect(await values()).toEqual([1, 4]);
  });

  it('leaves nothing if a statement fails, throws its error, and the connection is used again', async () => {
    const pid = statement(sql`select pg_backend_pid() as n`);
    const pidOf = (): Promise<unknown> => database.writePipelined('step', [pid]);
    const before = await pidOf();
    // Twice, as the second time its statements are known to the connection.
    for (let times = 0; times < 2; times += 1) {
      const failure = await failureOf(
        database.writePipelined('step', [insert(1), insert(1), change(1)]),
      );
      expect(failure).toMatchObject({ code: '23505', table: 't' });
    }
    expect(await values()).toEqual([]);
    expect(await pidOf()).toEqual(before);
    // With all that else runs on it.
    const ids = { sql: 'select generate_series(1, 3) as id', parameters: [] };
    expect([...(await database.rowIds(ids, new AbortController().signal))]).toEqual([1, 2, 3]);
  });

  it('leaves nothing where a fault before it throws', async () => {
    reached = () => {
      throw Object.assign(new Error('full'), { code: '53100' });
    };
    const full = await failureOf(database.writePipelined('step', [insert(1)]));
    expect(full).toMatchObject({ what: 'disk', isUnsure: false });
    expect(await values()).toEqual([]);
  });

  it('gives way where another holds a lock, or both wait for each other', async () => {
    await database.writePipelined('step', [insert(1), insert(2)]);
    const locked = await database.write('control', async ({ db }) => {
      await sql`select from t where n = 1 for update`.execute(db);
      return database.writePipelined('step', [insert(3), lock(1)]);
    });
    expect(locked).toBeNull();
    const refuse = statement(sql`do $$ begin raise exception 'x' using errcode = '40P01'; end $$`);
    expect(await database.writePipelined('step', [insert(3), refuse])).toBeNull();
    expect(await values()).toEqual([1, 2]);
  });

  it('gives way where that is found at its commit', async () => {
    await database.write('targets', async ({ db }) => {
      await sql`create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'too late' using errcode = '40001'; end $$`.execute(db);
      await sql`create constraint trigger late after insert on t deferrable initially deferred
        for each row execute function refuse()`.execute(db);
    });
    expect(await database.writePipelined('step', [insert(1)])).toBeNull();
    expect(await values()).toEqual([]);
  });

  it('gives way where what is prepared is of no use any more, and goes well then', async () => {
    const first = (): Promise<unknown> =>
      database.writePipelined('step', [statement(sql`select * from t where n = ${1}`)]);
    expect(await first()).toEqual([[]]);
    await database.write('targets', ({ db }) => sql`alter table t add m integer`.execute(db));
    expect(await first()).toBeNull();
    expect(await first()).toEqual([[]]);
  });

  it('is not waited for where the network has fallen silent, and may be written then', async () => {
    await database.writePipelined('step', [insert(1)]);
    proxy.fallSilent();
    const failure = await failureOf(database.writePipelined('step', [insert(2)]));
    expect(failure).toMatchObject({ name: 'DatabaseUnavailableError', isUnsure: true });
    proxy.speak();
    expect(await values()).toEqual([1]);
  });
});
