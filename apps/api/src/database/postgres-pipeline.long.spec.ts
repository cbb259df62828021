import { sql, type CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { PostgresProxy } from '../../../../test/postgres-proxy.js';
import type { FaultPoint } from './fault-points.js';
import { PostgresDatabase } from './postgres-database.js';
import { DatabaseUnavailableError } from './unavailable.js';

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
      ...{ url: proxy.url, connections: 2, applicationName: 'spec' },
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

  async function values(): Promise<readonly number[]> {
    const { rows } = await sql<{ n: number }>`select n from t order by n`.execute(database.read);
    return rows.map(({ n }) => n);
  }

  const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => expect.unreachable('it was to fail'),
      (error: unknown) => error,
    );

  const yes = (): true => true;

  it('takes two round trips, whatever it writes', async () => {
    const write = (first: number): Promise<unknown> =>
      database.writeAtOnce('step', [insert(first), insert(first + 1), change(first)], yes);
    // The first one finds its connection.
    await write(1);
    for (const first of [3, 5]) {
      const before = proxy.roundTrips;
      await write(first);
      expect(proxy.roundTrips - before).toBe(2);
    }
    expect(await values()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is decided by what its statements have come to, and is followed by what is to follow', async () => {
    const order: unknown[] = [];
    const before = database.advances;
    reached = (point) => order.push(point);
    const sum = await database.writeAtOnce(
      'step',
      [insert(7), change(7), change(8)],
      ([inserted, changed, missed]) => {
        order.push(inserted, changed, missed);
        return (inserted?.count ?? 0) + (changed?.count ?? 0);
      },
      [() => order.push('first'), () => order.push('second')],
    );
    expect(sum).toBe(2);
    expect(order).toEqual([
      ...[{ rows: [{ n: 7 }], count: 1 }],
      ...[
        { rows: [], count: 1 },
        { rows: [], count: 0 },
      ],
      ...['step:before_commit', 'step:after_commit', 'first', 'second'],
    ]);
    expect(database.advances - before).toBe(1);
  });

  it('leaves nothing where that is decided, in two round trips as well', async () => {
    await database.writeAtOnce('step', [insert(1)], yes);
    const [trips, advances] = [proxy.roundTrips, database.advances];
    const undone = database.writeAtOnce('step', [insert(2)], () => null, [
      () => expect.unreachable('it is undone'),
    ]);
    expect(await undone).toBeNull();
    expect(proxy.roundTrips - trips).toBe(2);
    expect(database.advances).toBe(advances);
    expect(await values()).toEqual([1]);
  });

  it('leaves nothing where a statement fails, which is told, and the connection is used again', async () => {
    const pid = statement(sql`select pg_backend_pid() as n`);
    const pidOf = (): Promise<unknown> =>
      database.writeAtOnce('step', [pid], ([answer]) => answer?.rows[0] ?? null);
    const before = await pidOf();
    // Twice, as the second time its statements are known to the connection.
    for (let times = 0; times < 2; times += 1) {
      const failure = await failureOf(
        database.writeAtOnce('step', [insert(1), insert(1), change(1)], yes),
      );
      expect(failure).toMatchObject({ code: '23505', table: 't' });
    }
    expect(await values()).toEqual([]);
    expect(await pidOf()).toEqual(before);
    // With all that else runs on it.
    const ids = { sql: 'select generate_series(1, 3) as id', parameters: [] };
    expect([...(await database.rowIds(ids, new AbortController().signal))]).toEqual([1, 2, 3]);
  });

  it('leaves nothing where `decide` or a fault before the commit throws', async () => {
    const broken = new Error('broken');
    const failing = database.writeAtOnce('step', [insert(1)], () => {
      throw broken;
    });
    expect(await failureOf(failing)).toBe(broken);
    reached = () => {
      throw Object.assign(new Error('full'), { code: '53100' });
    };
    const full = await failureOf(database.writeAtOnce('step', [insert(1)], yes));
    expect(full).toMatchObject({ what: 'disk', isUnsure: false });
    expect(await values()).toEqual([]);
  });

  it('gives way where another holds a lock, or both wait for each other', async () => {
    await database.writeAtOnce('step', [insert(1), insert(2)], yes);
    const locked = await database.write('control', async ({ db }) => {
      await sql`select from t where n = 1 for update`.execute(db);
      return database.writeAtOnce('step', [insert(3), change(1)], yes);
    });
    expect(locked).toBeNull();
    const refuse = statement(sql`do $$ begin raise exception 'x' using errcode = '40P01'; end $$`);
    expect(await database.writeAtOnce('step', [insert(3), refuse], yes)).toBeNull();
    expect(await values()).toEqual([1, 2]);
  });

  it('gives way where that is found at its commit', async () => {
    await database.write('targets', async ({ db }) => {
      await sql`create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'too late' using errcode = '40001'; end $$`.execute(db);
      await sql`create constraint trigger late after insert on t deferrable initially deferred
        for each row execute function refuse()`.execute(db);
    });
    expect(await database.writeAtOnce('step', [insert(1)], yes)).toBeNull();
    expect(await values()).toEqual([]);
  });

  it('gives way where what is prepared is of no use any more, and goes well then', async () => {
    const first = (): Promise<unknown> =>
      database.writeAtOnce('step', [statement(sql`select * from t where n = ${1}`)], yes);
    expect(await first()).toBe(true);
    await database.write('targets', ({ db }) => sql`alter table t add m integer`.execute(db));
    expect(await first()).toBeNull();
    expect(await first()).toBe(true);
  });

  it('is not waited for where the network has fallen silent, before the commit or in it', async () => {
    await database.writeAtOnce('step', [insert(1)], yes);
    proxy.fallSilent();
    const before = await failureOf(database.writeAtOnce('step', [insert(2)], yes));
    expect(before).toBeInstanceOf(DatabaseUnavailableError);
    expect(before).toMatchObject({ isUnsure: false });
    proxy.speak();
    reached = () => {
      proxy.fallSilent();
    };
    const during = await failureOf(database.writeAtOnce('step', [insert(3)], yes));
    expect(during).toMatchObject({ name: 'DatabaseUnavailableError', isUnsure: true });
    proxy.speak();
    expect(await values()).toEqual([1]);
  });
});
