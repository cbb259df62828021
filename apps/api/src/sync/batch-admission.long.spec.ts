import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { begun, finish, ScaledSync } from './scaled.fixture.js';
import { D1, D2, D3, makeDataset } from './sync.fixture.js';

const other = makeDataset({ name: 'other' });
const datasets = [makeDataset({ concurrency: 2 }), other];
const AT = '2025-10-17T16:00:00.000Z';

const make = scratchPostgres();
let sync: ScaledSync;
describeWithPostgres('which batch runs next', () => {
  beforeAll(async () => {
    sync = await ScaledSync.open(await make());
  });
  beforeEach(() => sync.reset());
  afterAll(() => sync.close());

  async function states(): Promise<readonly string[]> {
    const { items } = await sync.store.list({ limit: 50, offset: 0 });
    return items.toSorted((a, b) => (a.task_id < b.task_id ? -1 : 1)).map(({ status }) => status);
  }

  it('is asked for in the transaction that starts one, and found by one look', async () => {
    const node = sync.node({ datasets });
    expect(await node.admission.admit()).toBeNull();
    const { task_id } = await sync.start(D1, D3);
    expect(await node.admission.admit()).toEqual([]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running', rev: 2 });
    // As many slots as the dataset has days at a time.
    const slots = (await sync.offered()).map(({ key }) => key);
    expect(slots).toEqual([`${task_id}/0`, `${task_id}/1`]);
    expect(await node.admission.admit()).toBeNull();
  });

  it('offers no more slots than there are days', async () => {
    const node = sync.node({ datasets });
    const { task_id } = await sync.startRunning(node, D1, D1);
    expect((await sync.offered()).map(({ key }) => key)).toEqual([`${task_id}/0`]);
  });

  it('is the one that came first, and as many as MAX_ACTIVE_BATCHES says, over all processes', async () => {
    const [a, b] = [sync.node({ datasets }), sync.node({ datasets })];
    await sync.start(D1, D1);
    await sync.start(D1, D1, { dataset: other });
    await Promise.all([a.admission.admit(), b.admission.admit()]);
    expect(await states()).toEqual(['running', 'queued']);
    await finish(b, begun(await b.turns.take(true)));
    await b.admission.admit();
    expect(await states()).toEqual(['completed', 'running']);
  });

  it('is one alone, however many begin at once and look for it', async () => {
    const many = Array.from({ length: 8 }, (_, n) => makeDataset({ name: `dataset ${n}` }));
    await Promise.all(
      many.map(async (dataset) => {
        const node = sync.node({ datasets: many });
        await sync.start(D1, D1, { dataset });
        await node.admission.admit();
      }),
    );
    expect((await states()).filter((status) => status === 'running')).toHaveLength(1);
  });

  it('are two at a time where that is allowed', async () => {
    const node = sync.node({ datasets, maxActiveBatches: 2 });
    await sync.start(D1, D1);
    await sync.start(D2, D2, { dataset: other });
    await sync.start(D3, D3);
    await node.admission.admit();
    expect(await states()).toEqual(['running', 'running', 'queued']);
  });

  it('is the next one where one is paused, and that one again when its turn comes', async () => {
    const node = sync.node({ datasets });
    const { task_id: paused } = await sync.startRunning(node, D1, D2);
    const { task_id: next } = await sync.start(D3, D3, { dataset: other });
    await node.admission.admit();
    expect(await states()).toEqual(['running', 'queued']);
    await sync.control.apply(paused, { verb: 'pause', by: null, at: AT });
    await node.admission.admit();
    expect(await sync.batch(next)).toMatchObject({ status: 'running' });
    await sync.control.apply(paused, { verb: 'resume', by: null, at: AT });
    await node.admission.admit();
    expect(await states()).toEqual(['queued', 'running']);
  });

  it('is none where a batch that is being cancelled has days in flight: it holds its place', async () => {
    const node = sync.node({ datasets });
    const { task_id } = await sync.startRunning(node, D1, D2);
    const day = begun(await node.turns.take(true));
    await sync.start(D3, D3, { dataset: other });
    await sync.control.apply(task_id, { verb: 'cancel', by: null, at: AT });
    await node.admission.admit();
    expect(await states()).toEqual(['cancelling', 'queued']);
    await finish(node, day);
    await node.admission.admit();
    expect(await states()).toEqual(['cancelled', 'running']);
  });

  it('is not one without a day to run: that ends by its beginning, and the next one begins', async () => {
    const node = sync.node({ datasets });
    const { task_id } = await sync.startRunning(node, D1, D1);
    await finish(node, begun(await node.turns.take(true)));
    expect(await sync.batch(task_id)).toMatchObject({ status: 'completed' });
    sync.clock.ms += 1_000;
    const { task_id: nothing } = await sync.start(D1, D1);
    const { task_id: next } = await sync.start(D2, D2);
    await node.admission.admit();
    expect(await sync.batch(nothing)).toMatchObject({ status: 'completed', skipped: 1 });
    expect(await sync.batch(next)).toMatchObject({ status: 'running' });
  });

  it('passes over a batch of a dataset that only a later process knows, and asks again', async () => {
    const old = sync.node({ datasets });
    sync.clock.ms += 1_000;
    const added = makeDataset({ name: 'added' });
    const later = sync.node({ datasets: [...datasets, added] });
    sync.clock.ms += 1_000;
    const { task_id } = await sync.start(D1, D1, { dataset: added });
    expect(await old.admission.admit()).toEqual([]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'queued' });
    expect(await later.admission.admit()).toBeNull();
    await sync.offerNow();
    expect(await later.admission.admit()).toEqual([]);
    expect(await sync.batch(task_id)).toMatchObject({ status: 'running' });
  });

  it('tells of a batch that can not go on, and begins the one behind it', async () => {
    const { task_id: broken } = await sync.start(D1, D1, {
      dataset: makeDataset({ fingerprint: 'f2' }),
    });
    const { task_id: next } = await sync.start(D3, D3, { dataset: other });
    sync.clock.ms += 1_000;
    const node = sync.node({ datasets });
    expect(await node.admission.admit()).toMatchObject([
      { taskId: broken, error: { code: 'DATASET_CHANGED' } },
    ]);
    expect(await sync.batch(next)).toMatchObject({ status: 'running' });
  });
});
