import { addDays, calendarDay, type CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import type { FetchedDay } from '../sources/day-source.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from './installation.fixture.js';
import { StaleClaimError } from './stale-claim.js';

const D4 = calendarDay('2025-10-04');
/** The lane has nothing to do any more. */
const RELEASED = { kind: 'released', freeInMs: null, hasSuspect: false };

const scratch = migratedDatabases();

describe.each(DIALECTS)('steps in lanes, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await open();
  });

  /** A batch that has run to its end. */
  async function synced(
    start: CalendarDay,
    end: CalendarDay,
    fetched?: (day: CalendarDay) => FetchedDay,
  ): Promise<string> {
    const { batch_id } = await sync.startRunning(start, end, { mode: 'all' });
    await sync.runAll(fetched);
    return batch_id;
  }

  async function target(): Promise<readonly string[]> {
    return (await sync.target()).map(({ day, value }) => `${day.slice(-2)}:${value}`);
  }

  async function withUniqueValues(test: () => Promise<void>): Promise<void> {
    const { database } = sync;
    await database.write('targets', ({ db }) =>
      sql`create unique index readings_value on readings (value)`.execute(db),
    );
    try {
      await test();
    } finally {
      await database.write('targets', ({ db }) => sql`drop index readings_value`.execute(db));
    }
  }

  async function begin(count: number): Promise<RunningLane[]> {
    const days: RunningLane[] = [];
    for (let n = 0; n < count; n++) days.push(await sync.begin());
    return days;
  }

  describe('one lane', () => {
    it('begins the first day, goes on with the next, and ends the batch with the last', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      let day = await sync.begin();
      expect(day.claim).toEqual({ day: D1, token: 1, attempt: 1, isolated: false });
      await sync.expectProgress(batch_id, { running: 1, current_date: D1 });
      day = await sync.goOn(day, rowsOf(7));
      expect(day.claim).toEqual({ day: D2, token: 2, attempt: 1, isolated: false });
      await sync.expectProgress(batch_id, {
        status: 'running',
        success: 1,
        finished: 1,
        running: 1,
        current_date: D2,
      });
      expect(await sync.finish(day, rowsOf(8, 9))).toEqual(RELEASED);
      expect(await sync.state(batch_id)).toMatchObject({
        batch: { status: 'completed', success: 2, current_day: D2, finished_at: AT, rev: 6 },
        lanes: [],
      });
      expect(await target()).toEqual(['01:7', '02:8', '02:9']);
      expect(await sync.queue.acquire()).toBeNull();
    });

    it.each([
      ['asc', [D1, D2, D3]],
      ['desc', [D3, D2, D1]],
    ] as const)('claims the days in the order %s', async (order, expected) => {
      await sync.startRunning(D1, D3, { order });
      const days: CalendarDay[] = [];
      await sync.runAll((day) => {
        days.push(day);
        return rowsOf(1);
      });
      expect(days).toEqual(expected);
    });

    it('takes planned skips with the day that follows, and the last ones with the end', async () => {
      await synced(D1, D1);
      await synced(D3, D3);
      const records = await sync.database.read.selectFrom('sync_record').selectAll().execute();
      const { batch_id } = await sync.startRunning(D1, D3);
      const day = await sync.begin();
      await sync.expectProgress(batch_id, { skipped: 1, running: 1, current: 2 });
      // They take no time: what is estimated leaves them out.
      expect((await sync.state(batch_id)).lanes).toMatchObject([{ skipped: 1, planned: 1 }]);
      // A planned skip is no try.
      expect(await sync.database.read.selectFrom('sync_record').selectAll().execute()).toEqual(
        records,
      );
      await sync.finish(day);
      await sync.expectProgress(batch_id, { status: 'completed', success: 1, skipped: 2 });
      const reasons = (await sync.days(batch_id)).map(({ state, reason }) => reason ?? state);
      expect(reasons).toEqual(['already_synced', 'success', 'already_synced']);
    });

    it('claims nothing where it may not, and is free for whoever may', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      const day = await sync.begin();
      expect(await sync.finish(day, rowsOf(1), { mayClaim: false })).toEqual({
        ...RELEASED,
        freeInMs: 0,
      });
      await sync.expectProgress(batch_id, { success: 1, running: 0 });
      expect((await sync.begin()).claim).toMatchObject({ day: D2, attempt: 1 });
    });

    it('is released, and begins nothing, once its batch is not there any more', async () => {
      await sync.startRunning(D1, D2);
      const lane = await sync.acquire();
      await sync.database.write('step', async ({ db }) => {
        for (const table of ['lane', 'batch_day', 'batch'] as const) {
          await db.deleteFrom(table).execute();
        }
      });
      expect(await sync.step(lane)).toEqual(RELEASED);
      expect(await sync.queue.acquire()).toBeNull();
    });
  });

  describe('several lanes', () => {
    beforeEach(async () => {
      sync = await open({ datasets: [makeDataset({ concurrency: 4 })] });
    });

    it('have as many days in flight as the dataset allows, and commit side by side: each commit counts', async () => {
      const { batch_id } = await sync.startRunning(D1, addDays(D1, 19));
      const days = await begin(4);
      expect(days.map(({ claim }) => claim.day)).toEqual([D1, D2, D3, D4]);
      expect(await sync.queue.acquire()).toBeNull();
      await sync.expectProgress(batch_id, { running: 4, current: 4 });
      const { rev } = await sync.progress(batch_id);
      const next = await Promise.all(days.map((day) => sync.goOn(day)));
      const begun = next.map(({ claim }) => claim.day).sort();
      expect(begun).toEqual([4, 5, 6, 7].map((n) => addDays(D1, n)));
      await sync.expectProgress(batch_id, { success: 4, running: 4, rev: rev + 4 });
    });

    it('end their batch once, however many last days end together', async () => {
      for (let n = 0; n < 5; n++) {
        const start = addDays(D1, 4 * n);
        const { batch_id } = await sync.startRunning(start, addDays(start, 3));
        const days = await begin(4);
        const results = await Promise.all(days.map((day) => sync.finish(day)));
        expect(results).toEqual(days.map(() => RELEASED));
        expect(await sync.state(batch_id)).toMatchObject({
          batch: { status: 'completed', success: 4 },
          lanes: [],
        });
      }
      expect(await target()).toHaveLength(20);
    });
  });

  describe('the rows of a day', () => {
    it('fail the day alone that the target does not take, and those that it had stay', async () => {
      await synced(D1, D1);
      await withUniqueValues(async () => {
        const batchId = await synced(D1, D3, (day) =>
          day === D1 ? rowsOf(5, 5) : rowsOf(day === D2 ? 6 : 7),
        );
        await sync.expectProgress(batchId, { status: 'completed', success: 2, failed: 1 });
        const [day] = await sync.days(batchId);
        expect(day).toMatchObject({ state: 'failed', rows: null, error_code: 'TARGET_REFUSED' });
        expect(day?.error_text).toMatch(/readings.*unique/i);
        expect(await target()).toEqual(['01:1', '02:6', '03:7']);
      });
    });

    it('stay through a failure, with the last success', async () => {
      await synced(D1, D1);
      const error = { code: 'VALUE_INVALID', text: 'no', row: 4, column: 'value' };
      const batchId = await synced(D1, D1, () => ({
        ...{ kind: 'error', error, errorKind: 'lasting', retryAfterMs: null },
      }));
      const records = await sync.database.read.selectFrom('sync_record').selectAll().execute();
      expect(records).toMatchObject([
        {
          ...{ status: 'failed', error_code: 'VALUE_INVALID', error_row: 4, error_column: 'value' },
          ...{ last_success_at: AT, last_batch_id: batchId },
        },
      ]);
      expect(await target()).toEqual(['01:1']);
    });

    it('are not emptied by a day that has none now, unless that is a success', async () => {
      await synced(D1, D1);
      const batchId = await synced(D1, D2, () => rowsOf());
      expect(await sync.days(batchId)).toMatchObject([
        { state: 'failed', error_code: 'EMPTY_DAY_HAD_ROWS' },
        { state: 'skipped', reason: 'no_data', rows: 0 },
      ]);
      expect(await target()).toEqual(['01:1']);
      sync = sync.another({ datasets: [makeDataset({ onEmpty: 'success' })] });
      const emptied = await synced(D1, D1, () => rowsOf());
      await sync.expectProgress(emptied, { success: 1 });
      expect(await target()).toEqual([]);
    });
  });

  describe('a process that was taken for lost', () => {
    it('is refused, and nothing of its day is written', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      const lost = await sync.begin();
      const next = await sync.restart();
      const expectRefused = async (): Promise<void> => {
        const before = [await sync.state(batch_id), await sync.days(batch_id)];
        for (const fetched of [
          rowsOf(666),
          rowsOf(),
          failedWith('passing'),
          failedWith('lasting'),
        ]) {
          await expect(sync.finish(lost, fetched)).rejects.toThrow(StaleClaimError);
          const claimsNothing = sync.finish(lost, fetched, { mayClaim: false });
          await expect(claimsNothing).rejects.toThrow(StaleClaimError);
        }
        await expect(sync.steps.requeue(lost.lane, lost.claim)).rejects.toThrow(StaleClaimError);
        expect([await sync.state(batch_id), await sync.days(batch_id)]).toEqual(before);
        expect(await sync.target()).toEqual([]);
        expect(await sync.database.read.selectFrom('sync_record').selectAll().execute()).toEqual(
          [],
        );
      };
      await expectRefused();
      const again = await next.begin();
      expect(again.claim).toMatchObject({ day: D1, attempt: 1 });
      await expectRefused();
      await next.finish(await next.goOn(again));
      // Its batch has ended.
      await expect(sync.finish(lost, rowsOf(666))).rejects.toThrow(StaleClaimError);
      await expect(sync.steps.requeue(lost.lane, lost.claim)).rejects.toThrow(StaleClaimError);
      expect(await sync.days(batch_id)).toMatchObject([
        { state: 'success', attempts: 1 },
        { state: 'success', attempts: 1 },
      ]);
      expect(await target()).toEqual(['01:1', '02:2']);
    });

    it('is refused by its token also where the target would not take its rows', async () => {
      await synced(D2, D2, () => rowsOf(5));
      await withUniqueValues(async () => {
        const { batch_id } = await sync.startRunning(D1, D1);
        const lost = await sync.begin();
        await sync.restart();
        await expect(sync.finish(lost, rowsOf(5))).rejects.toThrow(StaleClaimError);
        expect(await sync.days(batch_id)).toMatchObject([{ state: 'pending', error_code: null }]);
      });
    });
  });

  describe('a lane that is given back', () => {
    it('has its day run again, which costs no attempt', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      const { claim, lane } = await sync.begin();
      await sync.steps.requeue(lane, claim);
      expect(await sync.days(batch_id)).toMatchObject([
        { state: 'pending', attempts: 0, suspect: 0 },
        { state: 'pending' },
      ]);
      await sync.expectProgress(batch_id, { running: 0, finished: 0 });
      expect((await sync.begin()).claim).toMatchObject({ day: D1, attempt: 1, token: 3 });
    });

    it('is free for others when it was to be, and while a process leaves out its batch', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      await sync.steps.release(await sync.acquire(), 500);
      expect(await sync.queue.acquire()).toBeNull();
      await sync.pass(500);
      expect(await sync.queue.acquire([batch_id])).toBeNull();
      expect(await sync.queue.acquire(['another'])).toMatchObject({ batchId: batch_id });
    });

    it('does not begin a day while one is in flight that its process has left', async () => {
      await sync.startRunning(D1, D2);
      const { lane } = await sync.begin();
      expect(await sync.step(lane)).toEqual({ kind: 'lost_day' });
    });
  });

  describe('a lane that its dataset does not have any more', () => {
    const GONE: Readonly<Record<string, (day: RunningLane) => Promise<unknown>>> = {
      'is to be tried again': (day) => sync.finish(day, failedWith('passing')),
      'is requeued by a stop': ({ claim, lane }) => sync.steps.requeue(lane, claim),
    };

    it.each(Object.entries(GONE))('leaves a day that %s to an open one', async (_, leave) => {
      sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
      const { batch_id } = await sync.startRunning(D1, D2);
      const [first, second] = await begin(2);
      if (first === undefined || second === undefined) throw new Error('expected two lanes');
      const [own, closed] = first.lane.number === 0 ? [first, second] : [second, first];
      const fewer = sync.another({ datasets: [makeDataset({ concurrency: 1 })] });
      await fewer.admission.fitLanes();
      expect(await sync.finish(own)).toEqual(RELEASED);
      await leave(closed);
      await sync.pass(600_000);
      await sync.runAll();
      expect(await sync.batch(batch_id)).toMatchObject({ status: 'completed' });
      expect(await sync.queue.acquire()).toBeNull();
    });
  });

  describe('waits', () => {
    const MINUTELY = makeDataset({ throttle: { daysPerMinute: 60 }, concurrency: 2 });

    it('begin throttled days evenly, over all lanes', async () => {
      sync = await open({ datasets: [MINUTELY] });
      const { batch_id } = await sync.startRunning(D1, D3);
      const first = await sync.begin();
      const early = await sync.step(await sync.acquire());
      expect(early).toEqual({ ...RELEASED, freeInMs: 1_000 });
      expect((await sync.progress(batch_id)).waiting_for).toEqual({
        ...{ kind: 'throttle', until: '2025-10-17T16:00:01.000Z', detail: null },
      });
      await sync.pass(250);
      // A day that ends begins none itself: its place has not come yet.
      expect(await sync.finish(first)).toEqual({ ...RELEASED, freeInMs: 750 });
      expect(await sync.queue.acquire()).toBeNull();
      await sync.pass(750);
      expect((await sync.begin()).claim.day).toBe(D2);
      expect((await sync.progress(batch_id)).waiting_for).toBeNull();
      expect(await sync.step(await sync.acquire())).toEqual({ ...RELEASED, freeInMs: 1_000 });
    });

    it('leave a source alone for as long as it asked for', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      const day = await sync.begin();
      sync.sourceWaitMs = 400;
      expect(await sync.finish(day)).toEqual({ ...RELEASED, freeInMs: 400 });
      await sync.expectProgress(batch_id, {
        waiting_for: { kind: 'rate_limit', until: '2025-10-17T16:00:00.400Z' },
      });
      sync.sourceWaitMs = null;
      await sync.pass(400);
      expect((await sync.begin()).claim.day).toBe(D2);
    });

    it('let a day that has to be alone in its process come before any other', async () => {
      const { batch_id } = await sync.startRunning(D1, D2);
      await sync.begin();
      const next = await sync.restart();
      const lane = await next.acquire();
      // Something else is in flight: the lane comes back once the process has made room.
      const hasSuspect = await next.step(lane, { isolate: () => false });
      expect(hasSuspect).toEqual({ kind: 'released', freeInMs: 200, hasSuspect: true });
      await next.pass(200);
      const alone = await next.begin();
      expect(alone.claim).toMatchObject({ day: D1, attempt: 1, isolated: true });
      const other = await next.goOn(alone);
      expect(other.claim).toMatchObject({ day: D2, isolated: false });
      await next.finish(other);
      await next.expectProgress(batch_id, { status: 'completed', success: 2 });
    });
  });

  describe('a step whose answer was lost', () => {
    it('is found where it is in, and is taken again where it is not', async () => {
      await sync.startRunning(D1, D2);
      const lane = await sync.acquire();
      const dataset = makeDataset();
      const asked = { lane, dataset, holder: 'spec', mayClaim: true, isolate: () => true };
      const first = { ...asked, laneRow: null, finished: null };
      expect(await sync.steps.findResult(first)).toBeNull();
      const begun = await sync.steps.run(first);
      expect(await sync.steps.findResult(first)).toEqual(begun);
      if (begun.kind !== 'claimed') throw new Error('expected a claim');
      const { claim, laneRow } = begun;
      const second = {
        ...asked,
        laneRow,
        finished: { claim, fetched: rowsOf(1), repeats: 0, durationMs: 1 },
      };
      expect(await sync.steps.findResult(second)).toBeNull();
      const next = await sync.steps.run(second);
      const attempts = async (): Promise<number> => {
        const { values } = await sync.metrics.dayAttempts.get();
        return values.find(({ labels }) => labels.result === 'success')?.value ?? 0;
      };
      const before = await attempts();
      expect(await sync.steps.findResult(second)).toEqual(next);
      // The step whose answer was lost has counted nothing.
      expect((await attempts()) - before).toBe(1);
      if (next.kind !== 'claimed') throw new Error('expected a claim');
      const finished = { claim: next.claim, fetched: rowsOf(2), repeats: 0, durationMs: 1 };
      const last = { ...asked, laneRow: next.laneRow, finished };
      expect(await sync.steps.run(last)).toEqual(RELEASED);
      expect(await sync.steps.findResult(last)).toEqual(RELEASED);
    });

    it('is refused where another process has gone on', async () => {
      await sync.startRunning(D1, D2);
      const { claim, laneRow, lane } = await sync.begin();
      const next = await sync.restart();
      await next.goOn(await next.begin());
      const asked = { lane, dataset: makeDataset(), holder: 'lost', mayClaim: true };
      const finished = { claim, fetched: rowsOf(1), repeats: 0, durationMs: 1 };
      const late = { ...asked, isolate: () => true, laneRow, finished };
      await expect(sync.steps.findResult(late)).rejects.toThrow(StaleClaimError);
    });
  });
});
