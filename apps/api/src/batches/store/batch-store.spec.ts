import { addDays } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { selectNextQueued } from './batch-store.js';
import { D1, D2, D3, makeDataset } from '../../sync/sync.fixture.js';

const OTHER = makeDataset({ name: 'other' });
const ERROR = { code: 'A', text: 'A' };

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open(null, { datasets: [makeDataset(), OTHER] });
});
afterEach(() => sync.close());

describe('BatchStore', () => {
  it('passes over queued batches whose dataset is held', async () => {
    const first = await sync.start(D1, D1);
    await sync.start(D2, D2);
    const next = (): ReturnType<typeof selectNextQueued> =>
      selectNextQueued(sync.database.read, []);
    expect(await next()).toMatchObject({ batch_id: first.batch_id });
    await sync.admission.admit();
    expect(await next()).toBeUndefined();
    const other = await sync.start(D1, D1, { dataset: OTHER });
    expect(await next()).toMatchObject({ batch_id: other.batch_id });
  });

  it('lists the active batches first, then the newest', async () => {
    const ids: string[] = [];
    for (const day of [D1, D2, D3]) {
      const { batch_id } = await sync.start(day, day);
      ids.push(batch_id);
      if (day !== D1) await sync.control.fail(batch_id, ERROR);
    }
    const { items, total } = await sync.store.list({ limit: 2, offset: 0 });
    expect(total).toBe(3);
    expect(items.map(({ task_id }) => task_id)).toEqual([ids[0], ids[2]]);
    const done = await sync.store.list({ status: 'failed', limit: 9, offset: 0 });
    expect(done.total).toBe(2);
  });

  it('lists a batch that runs with all that its lanes have counted', async () => {
    const { batch_id } = await sync.startRunning(D1, D3);
    await sync.goOn(await sync.begin());
    const { items } = await sync.store.list({ limit: 1, offset: 0 });
    expect(items).toEqual([{ ...(await sync.progress(batch_id)), queue_place: null }]);
    expect(items).toMatchObject([{ status: 'running', success: 1, running: 1 }]);
    expect({ ...(await sync.store.latest('readings')), queue_place: null }).toEqual(items[0]);
  });

  it('cuts one list into pages, wherever those that have ended begin', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const day = addDays(D1, index);
      const dataset = index === 3 ? OTHER : sync.dataset;
      ids.push((await sync.start(day, day, { dataset })).batch_id);
    }
    for (const id of [ids[1], ids[4]]) await sync.control.fail(id ?? '', ERROR);
    // A batch that is paused holds its dataset: the one of the other dataset begins.
    for (const id of [ids[0], ids[2]]) {
      await sync.control.apply(id ?? '', { verb: 'pause', by: null });
    }
    await sync.admission.admit();
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
