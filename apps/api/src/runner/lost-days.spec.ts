import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalendarDay } from '@daysync/progress';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { ScratchInstallation, type RunningLane } from './installation.fixture.js';

const AT = '2025-10-17T16:00:00.000Z';
const YEAR_MS = 365 * 86_400_000;

const other = makeDataset({ name: 'other', fingerprint: 'f2' });
let process: ScratchInstallation;
let first: ScratchInstallation;
let batchId: string;
beforeEach(async () => {
  const datasets = [makeDataset({ concurrency: 3 }), other];
  first = await ScratchInstallation.open(null, { datasets, maxActiveBatches: 2 });
  process = first;
  ({ batch_id: batchId } = await process.startRunning(D1, D3));
});
afterEach(() => first.close());

/** The process ends with what it has in flight, and the next one begins. */
async function restart(how: 'crash' | 'stop'): Promise<void> {
  process = await process.restart(how);
}

async function begin(count: number): Promise<readonly RunningLane[]> {
  const lanes: RunningLane[] = [];
  while (lanes.length < count) lanes.push(await process.begin());
  return lanes;
}

/** Begins a day in a process that has nothing else in flight, and ends it. */
async function runAlone(day: CalendarDay): Promise<void> {
  const lane = await process.begin();
  expect(lane.claim).toMatchObject({ day, isolated: true });
  await process.finish(lane, rowsOf(1), { mayClaim: false });
}

const statesOf = async (): Promise<readonly string[]> =>
  (await process.days(batchId)).map(({ state }) => state);

describe('the days in flight at a crash', () => {
  it('are requeued, each in a change of its lane, and shown so from the start on', async () => {
    await begin(2);
    const { rev } = await process.progress(batchId);
    const { lanes } = await process.state(batchId);
    await restart('crash');
    await process.expectProgress(batchId, { status: 'running', running: 0, rev: rev + 2 });
    expect(process.registry.get(batchId)).toEqual(await process.progress(batchId));
    const days = await process.days(batchId);
    expect(days).toMatchObject([
      { day: D1, state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
      { day: D2, state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
      { day: D3, state: 'pending', attempts: 0, suspect: 0, crashes: 0 },
    ]);
    expect(days[0]?.rev).toBe((lanes[0]?.rev ?? 0) + 1);
  });

  it('come before the other days of their batch, and hold up no other batch in a process that is busy', async () => {
    await begin(1);
    await process.startRunning(D1, D3, { dataset: other });
    await restart('crash');
    const isBusy = { isolate: () => false };
    for (let lanes = 0; lanes < 3; lanes += 1) {
      const released = await process.step(await process.acquire(), isBusy);
      expect(released).toMatchObject({ kind: 'released', hasSuspect: true });
    }
    expect((await process.begin(isBusy)).claim).toMatchObject({ day: D1, isolated: false });
  });

  it('fail only if they were alone in flight at two of them', async () => {
    await begin(3);
    await restart('crash');
    for (let crash = 1; crash <= 2; crash += 1) {
      expect((await process.begin()).claim.day).toBe(D1);
      await restart('crash');
      expect((await statesOf())[0]).toBe(crash === 2 ? 'failed' : 'pending');
    }
    expect(await statesOf()).toEqual(['failed', 'pending', 'pending']);
    const [day] = await process.days(batchId);
    expect(day).toMatchObject({ error_code: 'DAY_CRASHED_PROCESS', attempts: 1, crashes: 2 });
    const record = await process.database.read
      .selectFrom('sync_record')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(record).toMatchObject({
      ...{ day: D1, status: 'failed', error_code: 'DAY_CRASHED_PROCESS' },
      ...{ attempts: 1, last_batch_id: batchId, last_tried_at: AT },
    });
    await runAlone(D2);
    await runAlone(D3);
    await process.expectProgress(batchId, {
      status: 'completed',
      success: 2,
      failed: 1,
      running: 0,
    });
  });

  it('end their batch, if the last one of it is what ends the process', async () => {
    const [, ...others] = await begin(3);
    for (const day of others) await process.finish(day);
    await restart('crash');
    await process.begin();
    await restart('crash');
    const ended = await process.progress(batchId);
    expect(ended).toMatchObject({ status: 'completed', failed: 1, success: 2, finished_at: AT });
    expect(process.registry.get(batchId)).toEqual(ended);
    expect(await process.queue.acquire()).toBeNull();
  });

  it('end a cancel that waited for them', async () => {
    await begin(2);
    await process.control.apply(batchId, { verb: 'cancel', by: 'ana' });
    await restart('crash');
    await process.expectProgress(batchId, {
      ...{ status: 'cancelled', running: 0, skipped: 3 },
      // The end of the process asked for nothing.
      last_control: { verb: 'cancel', by: 'ana', at: AT },
    });
  });
});

describe('the days in flight at a stop', () => {
  it('are no suspects, however often it happens', async () => {
    for (let times = 0; times < 3; times += 1) {
      expect((await process.begin()).claim).toMatchObject({ day: D1, attempt: 1 });
      await restart('stop');
      expect((await process.days(batchId))[0]).toMatchObject({ suspect: 0, crashes: 0 });
    }
    expect((await begin(3)).map(({ claim }) => claim.day)).toEqual([D1, D2, D3]);
  });

  it('end a cancel that waited for them', async () => {
    const { claim, lane } = await process.begin();
    await process.control.apply(batchId, { verb: 'cancel', by: null });
    await process.steps.requeue(lane, claim);
    await process.expectProgress(batchId, { status: 'cancelled', skipped: 3 });
    expect(await process.days(batchId)).toMatchObject(Array(3).fill({ reason: 'cancelled' }));
  });

  it('stay suspects if they were', async () => {
    await begin(3);
    await restart('crash');
    await process.begin();
    await restart('stop');
    await runAlone(D1);
  });
});

describe('a restart', () => {
  it('has the lanes of running batches acquired again, and of no others', async () => {
    const { batch_id: paused } = await process.startRunning(D1, D1, { dataset: other });
    await process.control.apply(paused, { verb: 'pause', by: null });
    await restart('stop');
    for (const number of [0, 1, 2]) {
      expect(await process.acquire()).toMatchObject({ batchId, number });
    }
    expect(await process.queue.acquire()).toBeNull();
    expect(process.registry.get(paused)).toMatchObject({ status: 'paused' });
  });
});

describe('a system clock that was set back while the program was down', () => {
  const NEXT_AT = '2025-10-18T16:00:00.000Z';

  /** The first day waits for a time that is a year ahead of the clock that the next process has. */
  async function waitInAYear(): Promise<void> {
    const lane = await process.begin();
    process.clock.steady = () => process.clock.ms + YEAR_MS;
    const fetched = failedWith('passing', { retryAfterMs: 60_000 });
    await process.finish(lane, fetched, { mayClaim: false });
    process.clock.steady = () => process.clock.ms;
  }

  it('has no day wait for longer than any day waits: that changes its batch once, and no other', async () => {
    const { batch_id: another } = await process.startRunning(D1, D3, { dataset: other });
    await waitInAYear();
    const before = await process.progress(another);
    const { lanes } = await process.state(batchId);
    const { rev } = await process.progress(batchId);
    for (let starts = 1; starts <= 2; starts += 1) {
      await restart('stop');
      await process.expectProgress(batchId, { rev: rev + 1 });
      expect((await process.days(batchId))[0]).toMatchObject({
        ...{ next_at: NEXT_AT, lane: 0 },
        rev: (lanes[0]?.rev ?? 0) + 1,
      });
      expect(process.registry.get(batchId)).toMatchObject({ rev: rev + 1 });
      expect(await process.progress(another)).toEqual(before);
    }
  });
});
