import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { D1, D2, D3, rowsOf, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

describe('BatchStore', () => {
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
