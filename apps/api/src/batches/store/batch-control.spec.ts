import type { ControlVerb, Progress } from '@daysync/progress';
import { beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../../../../../test/databases.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from '../../runner/installation.fixture.js';
import { AT, D1, D2, D3, failedWith, makeDataset } from '../../sync/sync.fixture.js';

const RELEASED = { kind: 'released', freeInMs: null, blocked: false };
const LATER = 60_000;

const scratch = scratchDatabases();

describe.each(DIALECTS)('BatchControl, on %s', (dialect) => {
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await open();
  });

  /** A batch of three days with the first in flight. */
  async function running(end = D3): Promise<{ taskId: string; day: RunningLane }> {
    const { task_id } = await sync.startRunning(D1, end);
    return { taskId: task_id, day: await sync.begin() };
  }

  /** @returns the progress that is answered, which is what the database has then, and what is shown */
  async function apply(taskId: string, verb: ControlVerb): Promise<Progress> {
    const result = await sync.control.apply(taskId, { verb, by: 'ana' });
    if (result.kind !== 'changed') throw new Error(`expected a change, got ${result.kind}`);
    expect(await sync.progress(taskId)).toEqual(result.progress);
    expect(sync.registry.get(taskId)).toEqual(result.progress);
    return result.progress;
  }

  it('pauses: the day in flight finishes, no other begins, and a resume goes on', async () => {
    const { day, taskId } = await running();
    expect(await apply(taskId, 'pause')).toMatchObject({ status: 'paused', running: 1 });
    expect(await sync.finish(day)).toEqual(RELEASED);
    expect(await sync.progress(taskId)).toMatchObject({ status: 'paused', success: 1, running: 0 });
    await sync.admission.admit();
    expect(await sync.queue.acquire()).toBeNull();
    expect(await apply(taskId, 'resume')).toMatchObject({ status: 'queued', success: 1 });
    await sync.admission.admit();
    expect((await sync.begin()).claim.day).toBe(D2);
    expect(await sync.progress(taskId)).toMatchObject({
      status: 'running',
      success: 1,
      running: 1,
    });
  });

  it('begins nothing in a lane that was acquired before the pause', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { taskId } = await running();
    const lane = await sync.acquire();
    await apply(taskId, 'pause');
    expect(await sync.step(lane)).toEqual(RELEASED);
    expect(await sync.progress(taskId)).toMatchObject({ status: 'paused', running: 1 });
  });

  it('opens as many lanes after a pause as the dataset has by then, and goes on counting', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { day, taskId } = await running();
    await apply(taskId, 'pause');
    await sync.finish(day);
    await apply(taskId, 'resume');
    const { rev } = await sync.progress(taskId);
    const narrower = sync.another({ datasets: [makeDataset({ concurrency: 1 })] });
    await narrower.admission.admit();
    expect((await narrower.begin()).claim.day).toBe(D2);
    expect(await narrower.queue.acquire()).toBeNull();
    const progress = await sync.progress(taskId);
    expect(progress).toMatchObject({ success: 1, running: 1 });
    expect(progress.rev).toBe(rev + 2);
  });

  it('cancels: the rest is skipped at once, and the day in flight ends it', async () => {
    const { day, taskId } = await running();
    expect(await apply(taskId, 'cancel')).toMatchObject({
      ...{ status: 'cancelling', skipped: 2, running: 1 },
    });
    const again = await sync.control.apply(taskId, { verb: 'cancel', by: 'ben' });
    expect(again).toMatchObject({ kind: 'unchanged', progress: { status: 'cancelling' } });
    expect(await sync.finish(day)).toEqual(RELEASED);
    expect(await sync.progress(taskId)).toMatchObject({
      ...{ status: 'cancelled', success: 1, skipped: 2 },
    });
    expect(await sync.target()).toEqual([{ day: D1, value: 1 }]);
  });

  it.each([
    [
      'that would be tried again is skipped',
      failedWith('passing'),
      { state: 'skipped', reason: 'cancelled' },
    ],
    [
      'whose source is down fails',
      failedWith('source_wide'),
      { state: 'failed', error_code: 'BROKEN' },
    ],
    [
      'that fails for good has failed',
      failedWith('lasting'),
      { state: 'failed', error_code: 'BROKEN' },
    ],
  ] as const)(
    'tries no day again in a batch that is cancelling: one %s',
    async (_, fetched, day) => {
      const { day: inFlight, taskId } = await running(D1);
      await apply(taskId, 'cancel');
      await sync.finish(inFlight, fetched);
      expect(await sync.progress(taskId)).toMatchObject({ status: 'cancelled', finished: 1 });
      expect(await sync.days(taskId)).toMatchObject([day]);
      const records = await sync.database.read.selectFrom('sync_record').selectAll().execute();
      expect(records.map(({ error_code }) => error_code)).toEqual(
        day.state === 'failed' ? [day.error_code] : [],
      );
    },
  );

  it('ends a cancel whose day in flight is requeued by a stop', async () => {
    const { day, taskId } = await running();
    await apply(taskId, 'cancel');
    await sync.steps.requeue(day.lane, day.claim);
    expect(await sync.progress(taskId)).toMatchObject({ status: 'cancelled', skipped: 3 });
    expect(await sync.queue.acquire()).toBeNull();
  });

  it('ends a cancel whose day in flight was lost with its process', async () => {
    const { taskId } = await running();
    await apply(taskId, 'cancel');
    sync.clock.ms += LATER;
    await sync.restart();
    expect(await sync.progress(taskId)).toMatchObject({
      ...{ status: 'cancelled', skipped: 3 },
      // The end of the process asked for nothing.
      last_control: { verb: 'cancel', by: 'ana', at: AT },
    });
  });

  it('cancels what is paused, and what waits for its turn, at once', async () => {
    const { day, taskId } = await running();
    await apply(taskId, 'pause');
    await sync.finish(day);
    expect(await apply(taskId, 'cancel')).toMatchObject({
      ...{ status: 'cancelled', success: 1, skipped: 2 },
    });
    const { task_id } = await sync.start(D2, D3);
    expect(await apply(task_id, 'cancel')).toMatchObject({ status: 'cancelled', skipped: 2 });
    const ended = [await sync.state(taskId), await sync.state(task_id)];
    const error = { code: 'INTERNAL', text: 'late' };
    for (const id of [taskId, task_id]) await sync.control.fail(id, error);
    expect([await sync.state(taskId), await sync.state(task_id)]).toEqual(ended);
  });

  it('completes a paused batch whose last day was in flight', async () => {
    const { day, taskId } = await running(D1);
    await apply(taskId, 'pause');
    await sync.finish(day);
    expect(await sync.progress(taskId)).toMatchObject({ status: 'completed', success: 1 });
  });

  describe('a day in flight of a batch that was paused and resumed, and waits for its turn', () => {
    it('is committed, and its batch keeps its place in the queue', async () => {
      const { day, taskId } = await running(D2);
      await apply(taskId, 'pause');
      await apply(taskId, 'resume');
      expect(await sync.finish(day)).toEqual(RELEASED);
      expect(await sync.progress(taskId)).toMatchObject({
        status: 'queued',
        success: 1,
        running: 0,
      });
      expect(await sync.shown(taskId)).toEqual(await sync.progress(taskId));
      await sync.admission.admit();
      expect((await sync.begin()).claim.day).toBe(D2);
    });

    it('goes on in its lane where the turn came meanwhile', async () => {
      const { day, taskId } = await running(D2);
      await apply(taskId, 'pause');
      await apply(taskId, 'resume');
      await sync.admission.admit();
      expect(await sync.queue.acquire()).toBeNull();
      expect((await sync.goOn(day)).claim.day).toBe(D2);
      expect(await sync.progress(taskId)).toMatchObject({
        status: 'running',
        success: 1,
        running: 1,
      });
    });

    it('ends its batch where it is the last one', async () => {
      const { day, taskId } = await running(D1);
      await apply(taskId, 'pause');
      await apply(taskId, 'resume');
      await sync.finish(day);
      expect(await sync.progress(taskId)).toMatchObject({ status: 'completed', success: 1 });
      expect(await sync.shown(taskId)).toEqual(await sync.progress(taskId));
    });
  });

  it('keeps who asked for what last, and nobody where there are no tokens', async () => {
    const { day, taskId } = await running();
    expect((await sync.progress(taskId)).last_control).toBeNull();
    const byAna = { verb: 'pause', by: 'ana', at: AT };
    expect((await apply(taskId, 'pause')).last_control).toEqual(byAna);
    const again = await sync.control.apply(taskId, { verb: 'pause', by: 'ben' });
    expect(again).toMatchObject({ kind: 'unchanged', progress: { last_control: byAna } });
    await sync.finish(day);
    expect((await sync.progress(taskId)).last_control).toEqual(byAna);
    sync.clock.ms += LATER;
    await sync.control.apply(taskId, { verb: 'resume', by: null });
    expect((await sync.progress(taskId)).last_control).toEqual({
      ...{ verb: 'resume', by: null, at: '2025-10-17T16:01:00.000Z' },
    });
  });

  it.each<[ControlVerb, ControlVerb | null, string]>([
    ['pause', 'pause', 'unchanged'],
    ['resume', null, 'unchanged'],
    ['resume', 'cancel', 'refused'],
    ['pause', 'cancel', 'refused'],
  ])('%s after %s is %s', async (verb, before, kind) => {
    const { taskId } = await running();
    if (before !== null) await apply(taskId, before);
    const state = await sync.state(taskId);
    const result = await sync.control.apply(taskId, { verb, by: 'ana' });
    expect(result).toMatchObject({ kind });
    expect(await sync.state(taskId)).toEqual(state);
  });

  it.each<ControlVerb>(['pause', 'resume', 'cancel'])(
    'refuses to %s what has ended',
    async (verb) => {
      const { day, taskId } = await running(D1);
      await sync.finish(day);
      expect(await sync.control.apply(taskId, { verb, by: 'ana' })).toEqual({
        ...{ kind: 'refused', state: 'completed' },
      });
    },
  );

  it('does nothing to a batch that is not there', async () => {
    expect(await sync.control.apply('x', { verb: 'pause', by: null })).toEqual({ kind: 'unknown' });
    await sync.control.fail('x', { code: 'INTERNAL', text: 'no' });
  });

  describe('fail', () => {
    const error = { code: 'DATASET_CHANGED', text: 'gone' };

    it('skips the days without an outcome as not run, those in flight too', async () => {
      const { day, taskId } = await running();
      const next = await sync.goOn(day);
      await sync.control.fail(taskId, error);
      expect(await sync.progress(taskId)).toMatchObject({
        ...{ status: 'failed', success: 1, skipped: 2, running: 0, error },
      });
      expect(sync.registry.get(taskId)).toEqual(await sync.progress(taskId));
      const days = await sync.days(taskId);
      expect(days.map(({ reason, state }) => reason ?? state)).toEqual([
        ...['success', 'not_run', 'not_run'],
      ]);
      await expect(sync.finish(next)).rejects.toThrow('expected token');
      expect(await sync.queue.acquire()).toBeNull();
    });

    it('cancels what was to be cancelled, without an error', async () => {
      const { taskId } = await running();
      await apply(taskId, 'cancel');
      await sync.control.fail(taskId, error);
      expect(await sync.progress(taskId)).toMatchObject({
        ...{ status: 'cancelled', skipped: 3, error: null },
      });
      const days = await sync.days(taskId);
      expect(days.map(({ reason }) => reason)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    });
  });

  it('cancels while days are committed: the end comes with the last of them', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 2 })] });
    const { day, taskId } = await running();
    const other = await sync.begin();
    const [first, , second] = await Promise.all([
      sync.finish(day),
      sync.control.apply(taskId, { verb: 'cancel', by: null }),
      sync.finish(other),
    ]);
    // The third day may have begun before the cancel.
    for (const [{ lane }, result] of [
      [day, first],
      [other, second],
    ] as const) {
      if (result.kind !== 'claimed') continue;
      expect(await sync.progress(taskId)).toMatchObject({ status: 'cancelling', running: 1 });
      await sync.finish({ lane, ...result });
    }
    expect(await sync.progress(taskId)).toMatchObject({ status: 'cancelled', finished: 3 });
  });
});
