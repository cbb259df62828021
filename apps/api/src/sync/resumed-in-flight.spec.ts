import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyChange, type CalendarDay, type Progress } from '@daysync/progress';
import { BatchControl } from './batch-control.js';
import { progressOfRow } from './batch-progress.js';
import type { Claim } from './day-commit.js';
import { AT, D1, D2, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

/** A batch that was paused with its first day in flight, and resumed: it waits for its turn again. */
async function resumed(
  end: CalendarDay,
): Promise<{ taskId: string; claim: Claim; shown: Progress }> {
  const { task_id: taskId } = await sync.start(D1, end, { mode: 'all' });
  const { claims } = await sync.step(taskId);
  const [claim] = claims;
  if (claim === undefined) throw new Error('expected a claim');
  const control = new BatchControl(sync.database);
  for (const verb of ['pause', 'resume'] as const) {
    await control.apply(taskId, { verb, by: null, at: AT });
  }
  return { taskId, claim, shown: progressOfRow(await sync.batch(taskId)) };
}

describe('a day in flight of a batch that was paused and resumed, where somebody else admits batches', () => {
  it('is committed, and its batch keeps its place in the queue', async () => {
    const { claim, shown, taskId } = await resumed(D2);
    const finished = { claim, fetched: rowsOf(1), durationMs: 1 };
    const { change, claims } = await sync.step(taskId, { finished, admits: false });
    expect(claims).toEqual([]);
    expect(await sync.batch(taskId)).toMatchObject({ status: 'queued', success: 1, running: 0 });
    expect(applyChange(shown, change)).toMatchObject({ status: 'queued', success: 1, running: 0 });
  });

  it('ends its batch where it is the last one', async () => {
    const { claim, shown, taskId } = await resumed(D1);
    const finished = { claim, fetched: rowsOf(1), durationMs: 1 };
    const { change } = await sync.step(taskId, { finished, admits: false });
    expect(await sync.batch(taskId)).toMatchObject({ status: 'completed', success: 1 });
    expect(applyChange(shown, change)).toMatchObject({ status: 'completed', success: 1 });
  });
});
