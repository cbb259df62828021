import type { ControlVerb, Progress } from '@daysync/progress';
import { beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from '../../runner/installation.fixture.js';
import { AT, D1, D2, D3, failedWith, makeDataset } from '../../sync/sync.fixture.js';

const RELEASED = { kind: 'released', freeInMs: null, hasSuspect: false };
const LATER = 60_000;

const scratch = migratedDatabases();

describe.each(DIALECTS)('BatchControl, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await open();
  });

  /** A batch of three days with the first in flight. */
  async function running(end = D3): Promise<{ batchId: string; day: RunningLane }> {
    const { batch_id } = await sync.startRunning(D1, end);
    return { batchId: batch_id, day: await sync.begin() };
  }

  /** @returns the progress that is answered, which is what the database has then, and what is shown */
  async function apply(batchId: string, verb: ControlVerb): Promise<Progress> {
    const result = await sync.control.apply(batchId, { verb, by: 'ana' });
    if (result.kind !== 'changed') throw new Error(`expected a change, got ${result.kind}`);
    expect(await sync.progress(batchId)).toEqual(result.progress);
    expect(sync.registry.get(batchId)).toEqual(result.progress);
    return result.progress;
  }

  it('pauses: the day in flight finishes, no other begins, and a resume goes on', async () => {
    const { day, batchId } = await running();
    expect(await apply(batchId, 'pause')).toMatchObject({ status: 'paused', running: 1 });
    expect(await sync.finish(day)).toEqual(RELEASED);
    await sync.expectProgress(batchId, { status: 'paused', success: 1, running: 0 });
    await sync.admission.admit();
    expect(await sync.queue.acquire()).toBeNull();
    expect(await apply(batchId, 'resume')).toMatchObject({ status: 'queued', success: 1 });
    await sync.admission.admit();
    expect((await sync.begin()).claim.day).toBe(D2);
    await sync.expectProgress(batchId, { status: 'running', success: 1, running: 1 });
  });

  it('begins nothing in a lane that was acquired before the pause', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { batchId } = await running();
    const lane = await sync.acquire();
    await apply(batchId, 'pause');
    expect(await sync.step(lane)).toEqual(RELEASED);
    await sync.expectProgress(batchId, { status: 'paused', running: 1 });
  });

  it('opens as many lanes after a pause as the dataset has by then, and goes on counting', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { day, batchId } = await running();
    await apply(batchId, 'pause');
    await sync.finish(day);
    await apply(batchId, 'resume');
    const { rev } = await sync.progress(batchId);
    const narrower = sync.another({ datasets: [makeDataset({ concurrency: 1 })] });
    await narrower.admission.admit();
    expect((await narrower.begin()).claim.day).toBe(D2);
    expect(await narrower.queue.acquire()).toBeNull();
    const progress = await sync.progress(batchId);
    expect(progress).toMatchObject({ success: 1, running: 1 });
    expect(progress.rev).toBe(rev + 2);
  });

  it('cancels: the rest is skipped at once, and the day in flight ends it', async () => {
    const { day, batchId } = await running();
    expect(await apply(batchId, 'cancel')).toMatchObject({
      ...{ status: 'cancelling', skipped: 2, running: 1 },
    });
    const state = await sync.state(batchId);
    const again = await sync.control.apply(batchId, { verb: 'cancel', by: 'ben' });
    expect(again).toMatchObject({ kind: 'unchanged', progress: { status: 'cancelling' } });
    for (const verb of ['pause', 'resume'] as const) {
      const refused = await sync.control.apply(batchId, { verb, by: 'ben' });
      expect(refused).toEqual({ kind: 'wrong_state', state: 'cancelling' });
    }
    expect(await sync.state(batchId)).toEqual(state);
    expect(await sync.finish(day)).toEqual(RELEASED);
    await sync.expectProgress(batchId, { status: 'cancelled', success: 1, skipped: 2 });
    expect(await sync.target()).toEqual([{ day: D1, value: 1 }]);
  });

  it.each([
    ['passing', { state: 'skipped', reason: 'cancelled' }, []],
    ['source_wide', { state: 'failed', error_code: 'BROKEN' }, ['BROKEN']],
  ] as const)(
    'tries no day again in a batch that is cancelling, whose error is %s',
    async (kind, day, recorded) => {
      const { day: inFlight, batchId } = await running(D1);
      await apply(batchId, 'cancel');
      await sync.finish(inFlight, failedWith(kind));
      await sync.expectProgress(batchId, { status: 'cancelled', finished: 1 });
      expect(await sync.days(batchId)).toMatchObject([day]);
      const records = await sync.database.read.selectFrom('sync_record').selectAll().execute();
      expect(records.map(({ error_code }) => error_code)).toEqual(recorded);
    },
  );

  it('ends a cancel whose day in flight was lost with its process', async () => {
    const { batchId } = await running();
    await apply(batchId, 'cancel');
    sync.clock.ms += LATER;
    await sync.restart();
    await sync.expectProgress(batchId, {
      ...{ status: 'cancelled', skipped: 3 },
      // The end of the process asked for nothing.
      last_control: { verb: 'cancel', by: 'ana', at: AT },
    });
  });

  it('cancels what is paused, and what waits for its turn, at once', async () => {
    const { day, batchId } = await running();
    await apply(batchId, 'pause');
    await sync.finish(day);
    expect(await apply(batchId, 'cancel')).toMatchObject({
      ...{ status: 'cancelled', success: 1, skipped: 2 },
    });
    const { batch_id } = await sync.start(D2, D3);
    expect(await apply(batch_id, 'cancel')).toMatchObject({ status: 'cancelled', skipped: 2 });
    const ended = [await sync.state(batchId), await sync.state(batch_id)];
    const error = { code: 'INTERNAL', text: 'late' };
    for (const id of [batchId, batch_id]) await sync.control.fail(id, error);
    expect([await sync.state(batchId), await sync.state(batch_id)]).toEqual(ended);
  });

  it.each<[string, readonly ControlVerb[]]>([
    ['paused', ['pause']],
    ['waits for its turn', ['pause', 'resume']],
  ])('completes a batch that is %s with its last day in flight', async (_state, verbs) => {
    const { day, batchId } = await running(D1);
    for (const verb of verbs) await apply(batchId, verb);
    await sync.finish(day);
    await sync.expectProgress(batchId, { status: 'completed', success: 1 });
    expect(await sync.shown(batchId)).toEqual(await sync.progress(batchId));
  });

  it('does not pause itself where only a day in flight is left to run', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2, pauseAfterFailures: 1 })] });
    const { day, batchId } = await running(D2);
    await sync.begin();
    await sync.finish(day, failedWith('lasting'));
    await sync.expectProgress(batchId, { status: 'running', failed: 1, running: 1 });
  });

  describe('a day in flight of a batch that was paused and resumed, and waits for its turn', () => {
    it('is committed, and its batch keeps its place in the queue', async () => {
      const { day, batchId } = await running(D2);
      await apply(batchId, 'pause');
      await apply(batchId, 'resume');
      expect(await sync.finish(day)).toEqual(RELEASED);
      await sync.expectProgress(batchId, { status: 'queued', success: 1, running: 0 });
      expect(await sync.shown(batchId)).toEqual(await sync.progress(batchId));
      await sync.admission.admit();
      expect((await sync.begin()).claim.day).toBe(D2);
    });

    it('goes on in its lane where the turn came meanwhile', async () => {
      const { day, batchId } = await running(D2);
      await apply(batchId, 'pause');
      await apply(batchId, 'resume');
      await sync.admission.admit();
      expect(await sync.queue.acquire()).toBeNull();
      expect((await sync.goOn(day)).claim.day).toBe(D2);
      await sync.expectProgress(batchId, { status: 'running', success: 1, running: 1 });
    });
  });

  it('keeps the last control and its caller, and no caller without tokens', async () => {
    const { day, batchId } = await running();
    const nothing = await sync.control.apply(batchId, { verb: 'resume', by: 'ben' });
    expect(nothing).toMatchObject({ kind: 'unchanged', progress: { last_control: null } });
    expect((await sync.progress(batchId)).last_control).toBeNull();
    const byAna = { verb: 'pause', by: 'ana', at: AT };
    expect((await apply(batchId, 'pause')).last_control).toEqual(byAna);
    const again = await sync.control.apply(batchId, { verb: 'pause', by: 'ben' });
    expect(again).toMatchObject({ kind: 'unchanged', progress: { last_control: byAna } });
    await sync.finish(day);
    expect((await sync.progress(batchId)).last_control).toEqual(byAna);
    sync.clock.ms += LATER;
    await sync.control.apply(batchId, { verb: 'resume', by: null });
    expect((await sync.progress(batchId)).last_control).toEqual({
      ...{ verb: 'resume', by: null, at: '2025-10-17T16:01:00.000Z' },
    });
  });

  it('does nothing to a batch that is not there', async () => {
    expect(await sync.control.apply('x', { verb: 'pause', by: null })).toEqual({
      kind: 'unknown_batch',
    });
    await sync.control.fail('x', { code: 'INTERNAL', text: 'no' });
  });

  describe('fail', () => {
    const error = { code: 'DATASET_CHANGED', text: 'gone' };

    it('skips the days without an outcome as not run, those in flight too', async () => {
      const { day, batchId } = await running();
      const next = await sync.goOn(day);
      await sync.control.fail(batchId, error);
      await sync.expectProgress(batchId, {
        status: 'failed',
        success: 1,
        skipped: 2,
        running: 0,
        error,
      });
      expect(sync.registry.get(batchId)).toEqual(await sync.progress(batchId));
      const days = await sync.days(batchId);
      expect(days.map(({ reason, state }) => reason ?? state)).toEqual([
        ...['success', 'not_run', 'not_run'],
      ]);
      await expect(sync.finish(next)).rejects.toThrow('expected token');
      expect(await sync.queue.acquire()).toBeNull();
    });

    it('cancels what was to be cancelled, without an error', async () => {
      const { batchId } = await running();
      await apply(batchId, 'cancel');
      await sync.control.fail(batchId, error);
      await sync.expectProgress(batchId, { status: 'cancelled', skipped: 3, error: null });
      const days = await sync.days(batchId);
      expect(days.map(({ reason }) => reason)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    });
  });

  it('cancels while days are committed: the end comes with the last of them', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { day, batchId } = await running();
    const other = await sync.begin();
    const [first, , second] = await Promise.all([
      sync.finish(day),
      sync.control.apply(batchId, { verb: 'cancel', by: null }),
      sync.finish(other),
    ]);
    // The third day may have begun before the cancel.
    for (const [{ lane }, result] of [
      [day, first],
      [other, second],
    ] as const) {
      if (result.kind !== 'claimed') continue;
      await sync.expectProgress(batchId, { status: 'cancelling', running: 1 });
      await sync.finish({ lane, ...result });
    }
    await sync.expectProgress(batchId, { status: 'cancelled', finished: 3 });
  });
});
