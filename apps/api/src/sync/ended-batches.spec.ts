import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressOfRow } from './batch-progress.js';
import { EndedBatches } from './ended-batches.js';
import { D1, D2, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
let batches: EndedBatches;
let reads: () => number;
beforeEach(async () => {
  sync = await ScratchSync.open();
  batches = new EndedBatches(sync.store);
  const find = vi.spyOn(sync.store, 'find');
  reads = () => find.mock.calls.length;
});
afterEach(() => sync.close());

async function endedBatch(): Promise<string> {
  const { task_id } = await sync.start(D1, D2, { mode: 'all' });
  await sync.runAll(task_id, () => rowsOf(1));
  return task_id;
}

describe('EndedBatches', () => {
  it('reads a batch that has ended once', async () => {
    const taskId = await endedBatch();
    const expected = progressOfRow(await sync.batch(taskId));
    const before = reads();
    expect(await batches.find(taskId)).toEqual(expected);
    expect(await batches.find(taskId)).toEqual(expected);
    expect(reads()).toBe(before + 1);
  });

  it('reads a batch that has not ended each time', async () => {
    const { task_id } = await sync.start(D1, D2);
    expect(await batches.find(task_id)).toMatchObject({ status: 'queued' });
    await sync.step(task_id);
    expect(await batches.find(task_id)).toMatchObject({ status: 'running', rev: 2 });
  });

  it('holds nothing of what was forgotten, be it while it was read', async () => {
    const taskId = await endedBatch();
    await batches.find(taskId);
    batches.forget([taskId]);
    const before = reads();
    const reading = batches.find(taskId);
    batches.forget([taskId]);
    await reading;
    await batches.find(taskId);
    expect(reads()).toBe(before + 2);
  });

  it('holds at most a thousand, those asked for last', async () => {
    const row = await sync.batch(await endedBatch());
    vi.mocked(sync.store.find).mockImplementation((task_id) =>
      Promise.resolve({ ...row, task_id }),
    );
    for (let index = 0; index <= 1_000; index += 1) await batches.find(String(index));
    const before = reads();
    await batches.find('1');
    await batches.find('1000');
    expect(reads()).toBe(before);
    await batches.find('0');
    expect(reads()).toBe(before + 1);
  });

  it('knows nothing of an unknown batch', async () => {
    expect(await batches.find('nothing')).toBeUndefined();
  });
});
