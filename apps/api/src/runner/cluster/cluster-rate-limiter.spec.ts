import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { migratedPostgres } from '../../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../../test/postgres.js';
import type { Clock } from '../../config/clock.js';
import { PostgresDatabase } from '../../database/postgres/postgres-database.js';
import { StoredRateLimit } from '../stored-rate-limit.js';
import { ClusterRateLimiter } from './cluster-rate-limiter.js';

const DAYS = StoredRateLimit.ofDays('weather', 100);
const REQUESTS = StoredRateLimit.ofRequests('weather', 100);
const NOW = 1_760_716_800_000;

const make = migratedPostgres();
let database: PostgresDatabase;
describeWithPostgres('what is begun evenly spaced', () => {
  beforeAll(async () => {
    const url = await make();
    database = await PostgresDatabase.open({
      address: url,
      connections: 6,
      applicationName: 'spec',
    });
  });
  beforeEach(() => database.read.deleteFrom('rate_limit').execute());
  afterAll(() => database.close());

  const reserve = (now: number, spacing = DAYS): Promise<number> =>
    database.write('step', ({ db }) => spacing.reserve(db, now));
  const wait = (now: number, spacing = DAYS): Promise<number> => spacing.waitMs(database.read, now);

  it('begins the first at once, and the next ones one spacing apart', async () => {
    expect(await wait(NOW)).toBe(0);
    expect(await reserve(NOW)).toBe(0);
    expect(await wait(NOW)).toBe(100);
    expect(await wait(NOW + 40)).toBe(60);
    expect([await reserve(NOW + 100), await reserve(NOW + 200)]).toEqual([0, 0]);
    expect(await wait(NOW + 200)).toBe(100);
  });

  it('waits no longer than for what was reserved since the clock was set back', async () => {
    await reserve(NOW);
    const before = NOW - 3_600_000;
    expect(await wait(before)).toBe(0);
    expect(await reserve(before)).toBe(0);
    expect(await wait(before)).toBe(100);
    expect(await wait(before + 100)).toBe(0);
  });

  it('has no two at one instant, however many ask at once', async () => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => reserve(NOW, REQUESTS)));
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits.map((_, index) => 100 * index));
  });

  it('goes on from the instant that was planned, where one comes late by less than a spacing', async () => {
    await reserve(NOW);
    expect(await reserve(NOW + 130)).toBe(0);
    expect(await wait(NOW + 130)).toBe(70);
  });

  it('has no burst after a pause', async () => {
    for (const spacing of [DAYS, REQUESTS]) {
      await reserve(NOW, spacing);
      expect(await reserve(NOW + 5_000, spacing)).toBe(0);
      expect(await reserve(NOW + 5_000, spacing)).toBe(100);
    }
  });

  it('is spaced by its own name: a dataset, its requests, another dataset', async () => {
    await reserve(NOW);
    expect(await wait(NOW, REQUESTS)).toBe(0);
    expect(await wait(NOW, StoredRateLimit.ofDays('other', 100))).toBe(0);
  });

  it('never waits without a spacing, and writes nothing', async () => {
    const free = StoredRateLimit.ofDays('weather', 0);
    await reserve(NOW);
    expect([await wait(NOW, free), await reserve(NOW, free)]).toEqual([0, 0]);
    expect(await database.read.selectFrom('rate_limit').selectAll().execute()).toHaveLength(1);
  });

  describe('the requests to a source', () => {
    const never = new AbortController().signal;
    const open = (spacingMs: number, clock: Pick<Clock, 'monotonic' | 'steady'>) =>
      new ClusterRateLimiter(
        StoredRateLimit.ofRequests('weather', spacingMs),
        database.read,
        clock,
      );

    it('go one spacing apart, over all limiters', async () => {
      const limiters = [1, 2].map(() => open(100, database.clock));
      const went: number[] = [];
      const begun = performance.now();
      const requests = limiters.flatMap((limiter) =>
        [1, 2, 3].map(async () => {
          await limiter.acquire(never);
          went.push(performance.now() - begun);
        }),
      );
      await Promise.all(requests);
      // A timer fires late as it likes, and early by less than its unit.
      for (const [index, at] of went.entries()) expect(at).toBeGreaterThan(100 * index - 1);
    });

    it('that give up waiting throw the reason, and leave a gap', async () => {
      const limiter = open(10_000, { monotonic: () => 7_000, steady: () => NOW });
      expect(limiter.waitMs()).toBe(0);
      await limiter.acquire(never);
      expect(limiter.waitMs()).toBe(10_000);
      const reason = new Error('enough');
      const leaving = new AbortController();
      const left = limiter.acquire(leaving.signal);
      await vi.waitFor(() => expect(limiter.waitMs()).toBe(20_000), 60_000);
      leaving.abort(reason);
      await expect(left).rejects.toBe(reason);
      await expect(limiter.acquire(leaving.signal)).rejects.toBe(reason);
      expect(limiter.waitMs()).toBe(20_000);
    });
  });
});
