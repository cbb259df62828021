import { calendarDay } from '@daysync/progress';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PostgresProxy } from '../../../../test/postgres-proxy.js';
import { migratedPostgres } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
import type { FetchedDay } from '../sources/day-source.js';
import { D1, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { ScratchInstallation } from './installation.fixture.js';

const LAST = calendarDay('2025-10-20');
const THOUSAND = rowsOf(...Array.from({ length: 1_000 }, (_, n) => n));

const make = migratedPostgres();

describeWithPostgres('how often a commit that claims the next day waits for PostgreSQL', () => {
  let proxy: PostgresProxy;
  let sync: ScratchInstallation;
  beforeAll(async () => {
    proxy = await PostgresProxy.start(await make());
    const datasets = [makeDataset({ concurrency: 2 })];
    sync = await ScratchInstallation.open(proxy.url, { datasets });
  });
  beforeEach(() => sync.reset());
  afterAll(() => sync.close());

  async function roundTripsOf(work: () => Promise<unknown>): Promise<number> {
    const before = proxy.roundTrips;
    await work();
    return proxy.roundTrips - before;
  }

  it.each<readonly [string, FetchedDay, number]>([
    ['a thousand rows', THOUSAND, 1],
    ['a few rows', rowsOf(1, 2), 1],
    // It is looked whether the target has some: that is no day to be emptied.
    ['no rows', rowsOf(), 2],
  ])('with %s', async (_, fetched, expected) => {
    await sync.startRunning(D1, LAST);
    // The first commit on a connection prepares its statements.
    const day = await sync.goOn(await sync.begin(), fetched);
    expect(await roundTripsOf(() => sync.goOn(day, fetched))).toBe(expected);
  });

  it('with the first day of a lane', async () => {
    await sync.startRunning(D1, LAST);
    await sync.begin();
    const lane = await sync.acquire();
    expect(await roundTripsOf(() => sync.step(lane))).toBe(1);
  });

  it('with planned skips before the next day', async () => {
    await sync.startRunning(D1, D1);
    await sync.runAll();
    const skipped = calendarDay('2025-10-03');
    await sync.startRunning(skipped, skipped);
    await sync.runAll();
    const { batch_id } = await sync.startRunning(D1, LAST);
    const day = await sync.begin();
    expect(await roundTripsOf(() => sync.goOn(day))).toBe(1);
    expect(await sync.progress(batch_id)).toMatchObject({ success: 1, skipped: 2, running: 1 });
  });

  it('does not have one lane wait for another, whose commit is under way', async () => {
    await sync.startRunning(D1, LAST);
    const [one, other] = [await sync.begin(), await sync.begin()];
    await sync.database.write('step', async (transaction) => {
      await transaction.db
        .selectFrom('lane')
        .selectAll()
        .where('number', '=', other.lane.number)
        .forUpdate()
        .execute();
      expect((await sync.goOn(one)).claim.attempt).toBe(1);
    });
  });

  it('takes the long way, the batch locked, where a day fails', async () => {
    await sync.startRunning(D1, LAST);
    const day = await sync.begin();
    const trips = await roundTripsOf(() => sync.goOn(day, failedWith('lasting')));
    expect(trips).toBeGreaterThan(5);
  });
});
