import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { migratedPostgres, openMigrated } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
import { scratchFolder } from '../../../../test/scratch.js';
import type { Database, WriteTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import type { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import { BossLaneQueue } from '../runner/cluster/boss-lane-queue.js';
import { LEASE_MS, type AcquiredLane, type LaneId, type LaneQueue } from './lane-queue.js';
import { LocalLaneQueue } from '../runner/local/local-lane-queue.js';

const LANE: LaneId = { batchId: 'a', number: 0 };
const MINUTE_MS = 60_000;
/** On the busiest machine too. */
const PATIENCE = { timeout: MINUTE_MS };

/** A queue, and what a spec does around it. */
class Bench {
  constructor(
    private readonly database: Database,
    readonly queue: LaneQueue,
    /** The same queue in another process, if there can be one. */
    readonly other: LaneQueue,
    /** So many milliseconds pass. */
    readonly pass: (ms: number) => Promise<unknown>,
  ) {}

  transact<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return this.database.write('step', work);
  }

  enqueue(lanes: readonly LaneId[] = [LANE], delayMs = 0): Promise<void> {
    return this.transact((transaction) => this.queue.enqueue(transaction, lanes, delayMs));
  }

  release(lane: AcquiredLane, delayMs: number | null, by = this.queue): Promise<boolean> {
    return this.transact((transaction) => by.release(transaction, lane, delayMs));
  }

  clear(lanes: readonly LaneId[] = [LANE]): Promise<void> {
    return this.transact((transaction) => this.queue.clear(transaction, lanes));
  }

  /** In a transaction that is undone. */
  async undo(work: (transaction: WriteTransaction) => Promise<unknown>): Promise<void> {
    const undone = new Error('undone');
    const undoing = this.transact(async (transaction) => {
      await work(transaction);
      throw undone;
    });
    await expect(undoing).rejects.toBe(undone);
  }

  async acquired(by = this.queue): Promise<AcquiredLane> {
    const lane = await by.acquire();
    if (lane === null) throw new Error('expected a lane, got none');
    return lane;
  }

  /** Acquires every lane that is free now, and gives their names in the order in which they came. */
  async drain(): Promise<readonly string[]> {
    const names: string[] = [];
    for (;;) {
      const lane = await this.queue.acquire();
      if (lane === null) return names;
      names.push(`${lane.batchId}/${lane.number}`);
    }
  }
}

/** What holds of every queue. */
function contract(current: () => Bench): void {
  let bench: Bench;
  beforeEach(() => {
    bench = current();
  });

  it('has each lane once, whether it is free or acquired', async () => {
    await bench.enqueue([LANE, { ...LANE, number: 1 }]);
    await bench.enqueue([LANE, LANE]);
    const lane = await bench.acquired();
    expect(lane).toMatchObject({ batchId: 'a' });
    await bench.enqueue([lane]);
    expect(await bench.drain()).toEqual([`a/${1 - lane.number}`]);
    expect(await bench.other.acquire()).toBeNull();
  });

  it('gives a lane to one of those who acquire at once', async () => {
    const lanes = Array.from({ length: 5 }, (_, number) => ({ batchId: 'a', number }));
    await bench.enqueue(lanes);
    const acquired = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? bench.queue : bench.other).acquire(),
      ),
    );
    const numbers = acquired.flatMap((lane) => lane?.number ?? []);
    expect(numbers.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives the lane first that has been free for longest, and of equals the first enqueued', async () => {
    await bench.enqueue([{ batchId: 'late', number: 0 }], MINUTE_MS);
    await bench.enqueue([{ batchId: 'b', number: 0 }]);
    await bench.enqueue([{ batchId: 'a', number: 0 }]);
    await bench.pass(MINUTE_MS - 1_000);
    await bench.enqueue([{ batchId: 'c', number: 0 }]);
    await bench.pass(2_000);
    await bench.enqueue([{ batchId: 'd', number: 0 }]);
    expect(await bench.drain()).toEqual(['b/0', 'a/0', 'c/0', 'late/0', 'd/0']);
  });

  it('brings a delayed lane forward, and none back', async () => {
    await bench.enqueue([LANE], 60 * MINUTE_MS);
    await bench.enqueue([LANE], MINUTE_MS);
    await bench.enqueue([LANE], 2 * MINUTE_MS);
    expect(await bench.queue.acquire()).toBeNull();
    await bench.pass(MINUTE_MS);
    const lane = await bench.acquired();
    await bench.release(lane, 60 * MINUTE_MS);
    // With others, those that have no job included.
    await bench.enqueue([{ ...LANE, number: 1 }, LANE]);
    await bench.enqueue([LANE], MINUTE_MS);
    expect(new Set(await bench.drain())).toEqual(new Set(['a/0', 'a/1']));
  });

  it('has a lane that was brought forward wait behind those that were free before', async () => {
    await bench.enqueue([LANE], 60 * MINUTE_MS);
    await bench.enqueue([{ batchId: 'b', number: 0 }]);
    await bench.enqueue([LANE]);
    expect(await bench.drain()).toEqual(['b/0', 'a/0']);
  });

  it('takes a released lane back at once, later, or not until it is enqueued', async () => {
    await bench.enqueue();
    const first = await bench.acquired();
    expect(await bench.release(first, 0)).toBe(true);
    const next = await bench.acquired(bench.other);
    // Each acquisition has another fence or job.
    expect(next).not.toEqual(first);
    expect(await bench.release(next, MINUTE_MS, bench.other)).toBe(true);
    await bench.pass(MINUTE_MS - 10_000);
    expect(await bench.queue.acquire()).toBeNull();
    await bench.pass(10_000);
    expect(await bench.release(await bench.acquired(), null)).toBe(true);
    await bench.pass(60 * MINUTE_MS);
    expect(await bench.queue.acquire()).toBeNull();
    await bench.enqueue();
    expect(await bench.acquired()).toMatchObject(LANE);
  });

  it('leaves an acquired lane as it is, whatever is enqueued', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    await bench.enqueue();
    expect(await bench.queue.renew([lane])).toEqual([lane]);
    await bench.release(lane, null);
    // To be enqueued while it was acquired has changed nothing.
    expect(await bench.queue.acquire()).toBeNull();
  });

  it('takes free lanes out, delayed ones included, and leaves the acquired and all others', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    const next = { ...LANE, number: 1 };
    const delayed = { ...LANE, number: 2 };
    await bench.enqueue([next]);
    await bench.enqueue([delayed], MINUTE_MS);
    await bench.enqueue([{ batchId: 'b', number: 0 }]);
    await bench.clear([LANE, next, delayed]);
    await bench.pass(MINUTE_MS);
    expect(await bench.drain()).toEqual(['b/0']);
    expect(await bench.queue.renew([lane])).toEqual([lane]);
    expect(await bench.release(lane, 0)).toBe(true);
    expect(await bench.acquired()).toMatchObject(LANE);
  });

  it('enqueues nothing in a transaction that is undone', async () => {
    await bench.undo((transaction) => bench.queue.enqueue(transaction, [LANE], 0));
    expect(await bench.queue.acquire()).toBeNull();
    await bench.enqueue([LANE], MINUTE_MS);
    await bench.undo((transaction) => bench.queue.enqueue(transaction, [LANE], 0));
    expect(await bench.queue.acquire()).toBeNull();
  });

  it('releases and clears nothing in a transaction that is undone', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    await bench.undo((transaction) => bench.queue.release(transaction, lane, 0));
    expect(await bench.queue.acquire()).toBeNull();
    await bench.undo((transaction) => bench.queue.release(transaction, lane, null));
    await bench.enqueue();
    expect(await bench.queue.acquire()).toBeNull();
    expect(await bench.queue.renew([lane])).toEqual([lane]);
    expect(await bench.release(lane, 0)).toBe(true);
    await bench.undo((transaction) => bench.queue.clear(transaction, [LANE]));
    expect(await bench.acquired()).toMatchObject(LANE);
  });

  it('holds what one transaction says one after another', async () => {
    await bench.enqueue([LANE, { ...LANE, number: 1 }]);
    const lane = await bench.acquired();
    await bench.transact(async (transaction) => {
      await bench.queue.clear(transaction, [LANE, { ...LANE, number: 1 }]);
      await bench.queue.release(transaction, lane, null);
      await bench.queue.enqueue(transaction, [{ ...LANE, number: 7 }, lane], 0);
    });
    expect(new Set(await bench.drain())).toEqual(new Set(['a/7', `a/${lane.number}`]));
  });

  it('is content with nothing to do', async () => {
    await bench.enqueue([]);
    await bench.clear([]);
    await bench.clear([{ batchId: 'none', number: 0 }]);
    await bench.queue.reapExpired();
    expect(await bench.queue.renew([])).toEqual([]);
    expect(await bench.queue.acquire()).toBeNull();
  });
}

describe('lanes in memory', () => {
  let database: SqliteDatabase;
  beforeAll(async () => {
    database = await openMigrated(path.join(await scratchFolder(), 'daysync.db'));
  });
  afterAll(() => database.close());

  contract(() => {
    let now = 0;
    const queue = new LocalLaneQueue({ monotonic: () => now });
    return new Bench(database, queue, queue, (ms) => Promise.resolve((now += ms)));
  });
});

const make = migratedPostgres();
describeWithPostgres('lanes in pg-boss', () => {
  const errors: unknown[] = [];
  let database: PostgresDatabase;
  let bench: Bench;
  beforeAll(async () => {
    const address = await make();
    database = await PostgresDatabase.open({ address, connections: 6, applicationName: 'spec' });
    const onError = (error: unknown): void => {
      errors.push(error);
    };
    const open = (nodeName: string): Promise<BossLaneQueue> =>
      BossLaneQueue.open({ address, nodeName, onError });
    const [queue, other] = await Promise.all([open('one'), open('two')]);
    const pass = async (ms: number): Promise<void> => {
      await sql`update pgboss.job set start_after = start_after - passed.time,
          created_on = created_on - passed.time, heartbeat_on = heartbeat_on - passed.time
        from (select ${ms}::float8 * interval '1 millisecond' as time) as passed`.execute(
        database.read,
      );
      await sql`update pgboss.queue set monitor_claim_on = null, monitor_on = null`.execute(
        database.read,
      );
    };
    bench = new Bench(database, queue, other, pass);
  });
  afterAll(async () => {
    await Promise.all([bench.queue.close(), bench.other.close()]);
    await database.close();
  });
  beforeEach(() => sql`delete from pgboss.job`.execute(database.read));

  contract(() => bench);

  it('come free when they were not renewed for longer than a lease', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    await bench.pass(LEASE_MS - 2_000);
    await bench.other.reapExpired();
    expect(await bench.other.acquire()).toBeNull();
    await bench.pass(3_000);
    await bench.other.reapExpired();
    const next = await bench.acquired(bench.other);
    expect(next).toMatchObject(LANE);
    // The fence: what the former owner says counts no more.
    expect(await bench.queue.renew([lane])).toEqual([]);
    expect(await bench.release(lane, 0)).toBe(false);
    expect(await bench.other.renew([next])).toEqual([next]);
    expect(await bench.queue.acquire()).toBeNull();
    expect(await bench.release(next, null, bench.other)).toBe(true);
    expect(await bench.release(next, 0, bench.other)).toBe(false);
    expect(await bench.queue.acquire()).toBeNull();
  });

  it('stay with an owner who renews them, each by itself', async () => {
    await bench.enqueue([LANE, { ...LANE, number: 1 }]);
    const [kept, lost] = [await bench.acquired(), await bench.acquired()];
    await bench.pass(LEASE_MS - 1_000);
    expect(await bench.queue.renew([kept])).toEqual([kept]);
    await bench.pass(2_000);
    await bench.other.reapExpired();
    expect(await bench.queue.renew([lost, kept])).toEqual([kept]);
    expect(await bench.acquired(bench.other)).toMatchObject({ number: lost.number });
  });

  it('come back as often as their leases expire, and are still there once', async () => {
    await bench.enqueue();
    const fences = new Set<string>();
    for (let losses = 0; losses < 5; losses += 1) {
      const { job, fence } = await bench.acquired();
      fences.add(`${job} ${fence}`);
      await bench.pass(LEASE_MS + 1_000);
      await bench.queue.reapExpired();
    }
    await bench.enqueue();
    expect(fences.size).toBe(5);
    expect(await bench.drain()).toEqual(['a/0']);
  });

  it('are cleared also where their lease has expired', async () => {
    await bench.enqueue();
    await bench.acquired();
    await bench.pass(LEASE_MS + 1_000);
    await bench.queue.reapExpired();
    await bench.clear();
    expect(await bench.queue.acquire()).toBeNull();
  });

  it('are looked after once a second at most, over all processes', async () => {
    await bench.enqueue();
    await bench.acquired();
    await bench.pass(LEASE_MS - 2_000);
    await bench.queue.reapExpired();
    await sql`update pgboss.job set heartbeat_on = now() - interval '1 hour'`.execute(
      database.read,
    );
    await bench.other.reapExpired();
    expect(await bench.other.acquire()).toBeNull();
  });

  it('are not lost to an enqueueing that waits for the release', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    const { promise: released, resolve } = Promise.withResolvers<undefined>();
    const releasing = bench.transact(async (transaction) => {
      await bench.queue.release(transaction, lane, null);
      resolve(undefined);
      const waiting = sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      const count = async (): Promise<number> => (await waiting.execute(database.read)).rows.length;
      await expect.poll(count, PATIENCE).toBeGreaterThan(0);
    });
    await released;
    await Promise.all([releasing, bench.enqueue()]);
    expect(await bench.drain()).toEqual(['a/0']);
  });

  it('are delayed from when it is said, however long the transaction has lasted', async () => {
    await bench.transact(async (transaction) => {
      await sql`select pg_sleep(0.2)`.execute(transaction.db);
      await bench.queue.enqueue(transaction, [LANE], MINUTE_MS);
      const { rows } = await sql`select 1 from pgboss.job
        where start_after >= now() + interval '60.2 seconds'`.execute(transaction.db);
      expect(rows).toHaveLength(1);
    });
  });

  it('survive cut connections, which are reported', async () => {
    await bench.enqueue();
    const lane = await bench.acquired();
    const before = errors.length;
    // Both queues, as a database that restarts does.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where
      datname = current_database() and application_name like 'daysync % queue'`.execute(
      database.read,
    );
    await expect.poll(() => errors.length, PATIENCE).toBeGreaterThan(before);
    await expect.poll(() => bench.queue.renew([lane]), PATIENCE).toEqual([lane]);
  });

  it('do not wait for ever for a statement that hangs, nor does it acquire one later', async () => {
    await bench.enqueue();
    await bench.transact(async ({ db }) => {
      await sql`lock table pgboss.job in access exclusive mode`.execute(db);
      await expect(bench.queue.acquire()).rejects.toMatchObject({
        name: 'DatabaseUnavailableError',
      });
    });
    expect(await bench.acquired()).toMatchObject(LANE);
  });
});
