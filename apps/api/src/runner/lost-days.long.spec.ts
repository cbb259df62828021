import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migratedPostgres } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
import { PostgresEvents } from '../database/postgres/postgres-events.js';
import { D1, D2, D3, makeDataset } from '../sync/sync.fixture.js';
import { ScratchInstallation, type RunningLane } from './installation.fixture.js';

const make = migratedPostgres();
let installation: ScratchInstallation;
let url: string;
describeWithPostgres('the days of a process that was lost', () => {
  beforeAll(async () => {
    url = await make();
    const datasets = [makeDataset({ concurrency: 3 })];
    installation = await ScratchInstallation.open(url, { datasets });
  });
  beforeEach(() => installation.reset());
  afterAll(() => installation.close());

  async function begin(holder: string, count: number): Promise<readonly RunningLane[]> {
    const lanes: RunningLane[] = [];
    while (lanes.length < count) lanes.push(await installation.begin({ holder }));
    return lanes;
  }

  /** Acquires a lane that comes back, recovers what was in flight, and begins its next day. */
  async function takeUp(holder: string): Promise<RunningLane> {
    const lane = await installation.acquire();
    expect(await installation.step(lane, { holder })).toEqual({ kind: 'lost_day' });
    await installation.lost.recover(lane);
    const begun = await installation.step(lane, { holder });
    if (begun.kind !== 'claimed') throw new Error(`expected a day, got ${begun.kind}`);
    return { lane, claim: begun.claim, laneRow: begun.laneRow };
  }

  /** Runs while a process of this name is there. */
  async function whileAlive(processName: string, work: () => Promise<void>): Promise<void> {
    const events = new PostgresEvents({ address: url, applicationName: 'spec', processName });
    await events.start();
    try {
      await work();
    } finally {
      await events.stop();
    }
  }

  it('are suspects where there were several, and none is blamed: each runs alone in its process', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    const [late] = await begin('lost', 3);
    await installation.expire();
    const first = await takeUp('next');
    expect(first.claim).toMatchObject({ day: D1, isolated: true });
    expect(await installation.days(batch_id)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 1, crashes: 0 },
      { state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
      { state: 'pending', attempts: 0, suspect: 1, crashes: 0 },
    ]);
    await installation.expectProgress(batch_id, { running: 1, failed: 0 });
    if (late === undefined) throw new TypeError('expected a lane');
    await expect(installation.finish(late)).rejects.toThrow(/expected token/);
    // Beside it its process begins none of the others; one that does nothing may.
    const beside = await installation.acquire();
    const busy = { holder: 'next', isolate: () => false };
    expect(await installation.step(beside, busy)).toMatchObject({
      kind: 'released',
      hasSuspect: true,
    });
    const second = await installation.begin({ holder: 'idle' });
    expect(second.claim).toMatchObject({ day: D2, isolated: true });
    await installation.finish(first, undefined, { mayClaim: false });
    const third = await installation.goOn(second);
    expect(third.claim).toMatchObject({ day: D3, isolated: true });
    await installation.finish(third);
    await installation.expectProgress(batch_id, { status: 'completed', success: 3 });
  });

  it('fail where it was one alone, and that for the second time', async () => {
    const { batch_id } = await installation.startRunning(D1, D1);
    await begin('lost', 1);
    await installation.expire();
    await takeUp('again');
    expect(await installation.days(batch_id)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 1, crashes: 1 },
    ]);
    await installation.expire();
    const lane = await installation.acquire();
    await installation.lost.recover(lane);
    expect(await installation.step(lane)).toMatchObject({ kind: 'released', freeInMs: null });
    expect(await installation.days(batch_id)).toMatchObject([
      { state: 'failed', error_code: 'DAY_CRASHED_PROCESS', attempts: 1, crashes: 2 },
    ]);
    await installation.expectProgress(batch_id, { status: 'completed', failed: 1, running: 0 });
  });

  it('are no suspects where a lease alone has expired: the process lives, and keeps its other days', async () => {
    const { batch_id } = await installation.startRunning(D1, D2);
    await whileAlive('slow', async () => {
      const [late, kept] = await begin('slow', 2);
      if (late === undefined || kept === undefined) throw new TypeError('expected two lanes');
      await installation.expire();
      let again = await installation.acquire();
      if (again.number !== late.lane.number) again = await installation.acquire();
      await installation.lost.recover(again);
      expect(await installation.days(batch_id)).toMatchObject([
        { state: 'pending', attempts: 0, suspect: 0, crashes: 0 },
        { state: 'running', attempts: 1, suspect: 0, crashes: 0 },
      ]);
      await expect(installation.finish(late)).rejects.toThrow(/expected token/);
      await installation.finish(kept, undefined, { mayClaim: false });
    });
    await installation.expectProgress(batch_id, { success: 1, running: 0 });
  });

  it('are none of its crashes however often a process stalls that lives', async () => {
    const { batch_id } = await installation.startRunning(D1, D1);
    await begin('stalled', 1);
    await whileAlive('stalled', async () => {
      for (let stalls = 0; stalls < 3; stalls += 1) {
        await installation.expire();
        const { claim } = await takeUp('stalled');
        expect(claim).toMatchObject({ day: D1, attempt: 1, isolated: false });
      }
    });
    expect(await installation.days(batch_id)).toMatchObject([{ suspect: 0, crashes: 0 }]);
  });

  it('are none of its crashes where it had said that it stops, as often as that happens', async () => {
    const { batch_id } = await installation.startRunning(D1, D1);
    await begin('stopping', 1);
    for (let stops = 0; stops < 3; stops += 1) {
      await installation.steps.markStopping('stopping');
      await installation.expire();
      const { claim } = await takeUp('stopping');
      expect(claim).toMatchObject({ day: D1, attempt: 1, isolated: false });
    }
    expect(await installation.days(batch_id)).toMatchObject([
      { state: 'running', attempts: 1, suspect: 0, crashes: 0 },
    ]);
  });

  it('end a batch that is cancelling: nothing of it is in flight any more', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await begin('lost', 2);
    await installation.control.apply(batch_id, { verb: 'cancel', by: null });
    await installation.expectProgress(batch_id, { status: 'cancelling', running: 2 });
    await installation.expire();
    const lane = await installation.acquire();
    await installation.lost.recover(lane);
    await installation.expectProgress(batch_id, { status: 'cancelled', running: 0, skipped: 3 });
    expect(await installation.step(lane)).toMatchObject({ kind: 'released', freeInMs: null });
    // Its other lane does not come back.
    expect(await installation.queue.acquire()).toBeNull();
  });

  it('are requeued once, however many of its lanes come back at once', async () => {
    const { batch_id } = await installation.startRunning(D1, D3);
    await begin('lost', 3);
    await installation.expire();
    const lanes = [await installation.acquire(), await installation.acquire()];
    await Promise.all(lanes.map((lane) => installation.lost.recover(lane)));
    expect(await installation.days(batch_id)).toMatchObject(
      Array(3).fill({ state: 'pending', attempts: 0, suspect: 1, crashes: 0 }),
    );
    const begun = await Promise.all(
      lanes.map((lane, index) => installation.step(lane, { holder: `next ${index}` })),
    );
    const days = begun.flatMap((result) => (result.kind === 'claimed' ? [result.claim.day] : []));
    expect(days.toSorted()).toEqual([D1, D2]);
    await installation.expectProgress(batch_id, { running: 2 });
  });
});
