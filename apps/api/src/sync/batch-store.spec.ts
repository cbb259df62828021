import { addDays } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { D1, D2, D3, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

describe('BatchStore', () => {
  it('takes the next free second for the id of a batch', async () => {
    const first = await sync.start(D1, D1);
    await sync.runAll(first.task_id, () => rowsOf(1));
    const second = await sync.start(D1, D1);
    expect([first.task_id, second.task_id]).toEqual([
      '2025-10-01_2025-10-01_1760716800',
      '2025-10-01_2025-10-01_1760716801',
    ]);
  });

  it('refuses a range that an active batch has days of, and takes its neighbour', async () => {
    const { task_id } = await sync.start(D1, D2);
    await expect(sync.start(D2, D3)).rejects.toThrow(task_id);
    await expect(sync.start(D3, D3)).resolves.toMatchObject({ status: 'queued' });
    await sync.runAll(task_id, () => rowsOf(1));
    await expect(sync.start(D2, D2)).resolves.toMatchObject({ status: 'queued' });
  });

  it('writes as many days as a range has', async () => {
    const { task_id, total } = await sync.start(D1, addDays(D1, 3_649));
    const days = await sync.store.days(task_id);
    expect([total, days.length]).toEqual([3_650, 3_650]);
    expect(days.map(({ position }) => position)).toEqual(days.map((_, index) => index));
  });

  it('passes over queued batches whose dataset is held', async () => {
    const first = await sync.start(D1, D1);
    await sync.start(D2, D2);
    expect(await sync.store.nextQueued()).toMatchObject({ task_id: first.task_id });
    await sync.step(first.task_id);
    expect(await sync.store.nextQueued()).toBeUndefined();
  });

  it('lists the active batches first, then the newest', async () => {
    const ids: string[] = [];
    for (const day of [D1, D2, D3]) {
      const { task_id } = await sync.start(day, day);
      ids.push(task_id);
      if (day !== D1) await sync.runAll(task_id, () => rowsOf(1));
    }
    const { items, total } = await sync.store.list({ limit: 2, offset: 0 });
    expect(total).toBe(3);
    expect(items.map(({ task_id }) => task_id)).toEqual([ids[0], ids[2]]);
    const done = await sync.store.list({ status: 'completed', limit: 9, offset: 0 });
    expect(done.total).toBe(2);
  });
});
