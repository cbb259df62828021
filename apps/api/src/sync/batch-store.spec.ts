import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '@daysync/progress';
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

  it('cuts one list into pages, wherever those that have ended begin', async () => {
    const days = Array.from({ length: 6 }, (_, index) => addDays(D1, index));
    const ids: string[] = [];
    for (const day of days) ids.push((await sync.start(day, day)).task_id);
    for (const id of [ids[1], ids[4]]) await sync.runAll(id ?? '', () => rowsOf(1));
    await sync.step(ids[3] ?? '');
    const order = [3, 0, 2, 5, 4, 1].map((index) => ids[index]);
    for (const limit of [1, 2, 3, 4, 6]) {
      const shown: string[] = [];
      for (let offset = 0; offset < 8; offset += limit) {
        const { items } = await sync.store.list({ limit, offset });
        expect(items.length).toBeLessThanOrEqual(limit);
        shown.push(...items.map(({ task_id }) => task_id));
      }
      expect(shown).toEqual(order);
    }
  });
});
