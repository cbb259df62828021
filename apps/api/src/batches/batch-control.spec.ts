import { applyChange, type Control, type ControlVerb, type Progress } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchControl } from './batch-control.js';
import { progressOfRow } from './batch-progress.js';
import { AT, D1, D3, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
let control: BatchControl;
beforeEach(async () => {
  sync = await ScratchSync.open();
  control = new BatchControl(sync.database);
});
afterEach(() => sync.close());

/** A batch of three days with the first in flight, as its row and as its events tell it. */
async function running(): Promise<{ taskId: string; progress: Progress }> {
  const batch = await sync.start(D1, D3);
  const { change } = await sync.step(batch.task_id);
  return { taskId: batch.task_id, progress: applyChange(progressOfRow(batch), change) };
}

function by(name: string | null, verb: ControlVerb): Control {
  return { verb, by: name, at: AT };
}

async function apply(taskId: string, verb: ControlVerb, progress: Progress): Promise<Progress> {
  const result = await control.apply(taskId, by('ana', verb));
  if (result.kind !== 'changed') throw new Error(`expected a change, got ${result.kind}`);
  const next = applyChange(progress, result.change);
  expect(progressOfRow(await sync.batch(taskId))).toEqual(next);
  return next;
}

async function finishFirst(taskId: string, progress: Progress): Promise<Progress> {
  const day = (await sync.days(taskId)).find(({ state }) => state === 'running');
  const claim = { day: day?.day ?? D1, token: day?.token ?? 0, attempt: 1 };
  const finished = { claim, fetched: rowsOf(1), durationMs: 1 };
  const next = applyChange(progress, (await sync.step(taskId, { finished })).change);
  expect(progressOfRow(await sync.batch(taskId))).toEqual(next);
  return next;
}

describe('BatchControl', () => {
  it('pauses: the day in flight finishes, no other begins, and a resume goes on', async () => {
    const { taskId, progress } = await running();
    const paused = await apply(taskId, 'pause', progress);
    expect(paused).toMatchObject({ status: 'paused', running: 1 });
    const held = await finishFirst(taskId, paused);
    expect(held).toMatchObject({ status: 'paused', success: 1, running: 0 });
    expect(await sync.tryStep(taskId)).toMatchObject({ change: null, claims: [] });
    expect(await sync.store.nextQueued()).toBeUndefined();
    const resumed = await apply(taskId, 'resume', held);
    expect(resumed).toMatchObject({ status: 'queued', waiting_for: { kind: 'queue' } });
    expect(await sync.store.nextQueued()).toMatchObject({ task_id: taskId });
  });

  it('cancels: the rest is skipped at once, and the day in flight ends it', async () => {
    const { taskId, progress } = await running();
    const cancelling = await apply(taskId, 'cancel', progress);
    expect(cancelling).toMatchObject({ status: 'cancelling', skipped: 2, running: 1 });
    expect(await control.apply(taskId, by('ana', 'cancel'))).toEqual({ kind: 'unchanged' });
    const ended = await finishFirst(taskId, cancelling);
    expect(ended).toMatchObject({ status: 'cancelled', success: 1, skipped: 2 });
  });

  it('finishes a cancel whose day in flight was lost with its process', async () => {
    const { taskId, progress } = await running();
    await apply(taskId, 'cancel', progress);
    await sync.recover();
    expect(await control.endCancelling(taskId, '2025-10-18T00:00:00.000Z')).toMatchObject({
      kind: 'changed',
    });
    expect(progressOfRow(await sync.batch(taskId))).toMatchObject({
      status: 'cancelled',
      skipped: 3,
      // The end of the process asked for nothing.
      last_control: by('ana', 'cancel'),
    });
  });

  it('leaves a runner that was waiting with nothing to do, and nothing to fail', async () => {
    const { taskId, progress } = await running();
    const held = await finishFirst(taskId, await apply(taskId, 'pause', progress));
    await apply(taskId, 'cancel', held);
    const row = await sync.batch(taskId);
    expect(row).toMatchObject({ status: 'cancelled', success: 1, skipped: 2 });
    expect(await sync.tryStep(taskId)).toMatchObject({ change: null, status: 'cancelled' });
    const error = { code: 'INTERNAL', text: 'late' };
    expect(await sync.commit.fail(taskId, error, AT)).toBeNull();
    expect(await sync.batch(taskId)).toEqual(row);
  });

  it('completes a paused batch whose last days were in flight', async () => {
    const batch = await sync.start(D1, D1);
    const begun = applyChange(progressOfRow(batch), (await sync.step(batch.task_id)).change);
    const paused = await apply(batch.task_id, 'pause', begun);
    const ended = await finishFirst(batch.task_id, paused);
    expect(ended).toMatchObject({ status: 'completed', success: 1 });
  });

  it('keeps who asked for what last, and nobody where there are no tokens', async () => {
    const { taskId, progress } = await running();
    expect(progress.last_control).toBeNull();
    const paused = await apply(taskId, 'pause', progress);
    expect(paused.last_control).toEqual(by('ana', 'pause'));
    expect(await control.apply(taskId, by('ben', 'pause'))).toEqual({ kind: 'unchanged' });
    expect((await sync.batch(taskId)).control_by).toBe('ana');
    expect((await finishFirst(taskId, paused)).last_control).toEqual(by('ana', 'pause'));
    await control.apply(taskId, by(null, 'resume'));
    expect(progressOfRow(await sync.batch(taskId)).last_control).toEqual(by(null, 'resume'));
  });

  it.each<[ControlVerb, ControlVerb | null, string]>([
    ['pause', 'pause', 'unchanged'],
    ['resume', null, 'unchanged'],
    ['resume', 'cancel', 'refused'],
    ['pause', 'cancel', 'refused'],
  ])('%s after %s is %s', async (verb, before, kind) => {
    const { taskId } = await running();
    if (before !== null) await control.apply(taskId, by('ana', before));
    const row = await sync.batch(taskId);
    expect(await control.apply(taskId, by('ana', verb))).toMatchObject({ kind });
    expect(await sync.batch(taskId)).toEqual(row);
  });
});
