import { beforeEach, describe, expect } from 'vitest';
import { addDays } from '@daysync/progress';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { writeVersions } from '../datasets/dataset-versions.js';
import { D1, D2, D3, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { installationsOn, type ScratchInstallation } from './installation.fixture.js';

const other = makeDataset({ name: 'other' });
const datasets = [makeDataset({ concurrency: 2 }), other];

const scratch = migratedDatabases();
describe.each(DIALECTS)('which batch runs next, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let installation: ScratchInstallation;
  beforeEach(async () => {
    installation = await open({ datasets });
  });

  /** How the batches are, in the order of their starts. */
  async function statuses(): Promise<readonly string[]> {
    const rows = await installation.database.read
      .selectFrom('batch')
      .select('status')
      .orderBy('seq')
      .execute();
    return rows.map(({ status }) => status);
  }

  /** The lanes of a batch: which are open, and what they have counted. */
  async function lanesOf(batchId: string): Promise<readonly (readonly number[])[]> {
    const { lanes } = await installation.state(batchId);
    return lanes.map(({ number, open: isOpen, success }) => [number, isOpen, success]);
  }

  /** Acquires all free lanes, and gives their names. */
  async function free(): Promise<readonly string[]> {
    const names: string[] = [];
    for (;;) {
      const lane = await installation.queue.acquire();
      if (lane === null) return names.toSorted();
      names.push(`${lane.batchId}/${lane.number}`);
    }
  }

  it('is one that waits, with as many lanes as its dataset has days at a time', async () => {
    expect(await installation.admission.admit()).toEqual([]);
    const { batch_id } = await installation.start(D1, D3);
    expect(await installation.admission.admit()).toEqual([]);
    expect(await installation.progress(batch_id)).toMatchObject({ status: 'running', rev: 2 });
    expect(await free()).toEqual([`${batch_id}/0`, `${batch_id}/1`]);
  });

  it('has no more lanes than days', async () => {
    const { batch_id } = await installation.startRunning(D1, D1);
    expect(await free()).toEqual([`${batch_id}/0`]);
  });

  it('is the one that came first, and as many as MAX_ACTIVE_BATCHES says', async () => {
    await installation.start(D1, D1);
    await installation.start(D1, D1, { dataset: other });
    await installation.admission.admit();
    await installation.admission.admit();
    expect(await statuses()).toEqual(['running', 'queued']);
    await installation.runAll();
    await installation.admission.admit();
    expect(await statuses()).toEqual(['completed', 'running']);
  });

  it('is none whose dataset another batch holds, paused or not: those behind it come before it', async () => {
    installation = await open({ datasets, maxActiveBatches: 2 });
    const { batch_id } = await installation.start(D1, D1);
    await installation.start(D3, D3);
    await installation.start(D2, D2, { dataset: other });
    await installation.admission.admit();
    expect(await statuses()).toEqual(['running', 'queued', 'running']);
    await installation.control.apply(batch_id, { verb: 'pause', by: null });
    await installation.admission.admit();
    expect(await statuses()).toEqual(['paused', 'queued', 'running']);
  });

  it('is the next one where one is paused, and that one again when its turn comes', async () => {
    const { batch_id: paused } = await installation.startRunning(D1, D2);
    const { batch_id: next } = await installation.start(D3, D3, { dataset: other });
    await installation.admission.admit();
    expect(await statuses()).toEqual(['running', 'queued']);
    await installation.control.apply(paused, { verb: 'pause', by: null });
    await installation.admission.admit();
    expect(await installation.batch(next)).toMatchObject({ status: 'running' });
    await installation.control.apply(paused, { verb: 'resume', by: null });
    await installation.admission.admit();
    expect(await statuses()).toEqual(['queued', 'running']);
    expect(await free()).toEqual([`${next}/0`]);
  });

  it('is none where a batch that is cancelling has days in flight: it holds its place', async () => {
    const { batch_id } = await installation.startRunning(D1, D2);
    const day = await installation.begin();
    await installation.start(D3, D3, { dataset: other });
    await installation.control.apply(batch_id, { verb: 'cancel', by: null });
    await installation.admission.admit();
    expect(await statuses()).toEqual(['cancelling', 'queued']);
    await installation.finish(day);
    await installation.admission.admit();
    expect(await statuses()).toEqual(['cancelled', 'running']);
  });

  it.each([
    { waits: 'its target', wait_kind: 'target', begins: true },
    { waits: 'its source', wait_kind: 'rate_limit', begins: true },
    { waits: 'its own throttle', wait_kind: 'throttle', begins: false },
  ] as const)(
    'may be the next one where one has waited for $waits: $begins',
    async ({ begins, wait_kind }) => {
      const { batch_id } = await installation.startRunning(D1, D2);
      if (wait_kind === 'target') await installation.begin();
      await installation.start(D3, D3, { dataset: other });
      await installation.database.write('admit', ({ db }) =>
        db
          .updateTable('lane')
          .set({ wait_kind, wait_until: '2999-01-01T00:00:00.000Z' })
          .where('batch_id', '=', batch_id)
          .where('number', '=', 0)
          .execute(),
      );
      installation.clock.ms += 9_000;
      await installation.admission.admit();
      expect(await statuses()).toEqual(['running', 'queued']);
      installation.clock.ms += 2_000;
      await installation.admission.admit();
      expect(await statuses()).toEqual(['running', begins ? 'running' : 'queued']);
    },
  );

  it('is none where one works in another lane than the one that waits', async () => {
    const { batch_id } = await installation.startRunning(D1, D2);
    await installation.begin();
    await installation.start(D3, D3, { dataset: other });
    await installation.database.write('admit', ({ db }) =>
      db
        .updateTable('lane')
        .set({ wait_kind: 'retry' })
        .where('batch_id', '=', batch_id)
        .where('number', '=', 1)
        .execute(),
    );
    installation.clock.ms += 60_000;
    await installation.admission.admit();
    expect(await statuses()).toEqual(['running', 'queued']);
  });

  it('is not one without a day to run: that ends by its beginning, and the next one begins', async () => {
    await installation.startRunning(D1, D1);
    await installation.runAll();
    installation.clock.ms += 1_000;
    const { batch_id: nothing } = await installation.start(D1, D1);
    const { batch_id: next } = await installation.start(D2, D2);
    await installation.admission.admit();
    expect(await installation.progress(nothing)).toMatchObject({ status: 'completed', skipped: 1 });
    expect(await installation.batch(next)).toMatchObject({ status: 'running' });
  });

  it('goes on after a pause in the lanes of before, with what they have counted', async () => {
    const { batch_id } = await installation.startRunning(D1, addDays(D1, 5));
    await installation.goOn(await installation.begin());
    const [before] = (await installation.state(batch_id)).lanes;
    await installation.control.apply(batch_id, { verb: 'pause', by: null });
    expect(await lanesOf(batch_id)).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    await installation.control.apply(batch_id, { verb: 'resume', by: null });
    await installation.admission.admit();
    const [after] = (await installation.state(batch_id)).lanes;
    expect(after).toEqual(before);
    // The day in flight is still that of its lane: only the other one is free.
    expect(await free()).toEqual([`${batch_id}/1`]);
    expect(await installation.progress(batch_id)).toMatchObject({ success: 1, running: 1 });
  });

  it.each([
    { concurrency: 1, opened: [1, 0], lanes: [0] },
    { concurrency: 4, opened: [1, 1, 1, 1], lanes: [0, 1, 2, 3] },
  ])(
    'has $concurrency lanes after a pause, if its dataset has as many by now',
    async ({ concurrency, lanes, opened }) => {
      const { batch_id } = await installation.startRunning(D1, addDays(D1, 5));
      await installation.control.apply(batch_id, { verb: 'pause', by: null });
      await installation.control.apply(batch_id, { verb: 'resume', by: null });
      const later = installation.another({ datasets: [makeDataset({ concurrency }), other] });
      await later.admission.admit();
      expect((await lanesOf(batch_id)).map(([, isOpen]) => isOpen)).toEqual(opened);
      installation = later;
      expect(await free()).toEqual(lanes.map((number) => `${batch_id}/${number}`));
    },
  );

  it.each([
    { concurrency: 1, opened: [1, 0] },
    { concurrency: 2, opened: [1, 1] },
    { concurrency: 4, opened: [1, 1, 1, 1] },
  ])(
    'has $concurrency lanes after a start of a process, if its dataset has as many by now',
    async ({ concurrency, opened }) => {
      const { batch_id } = await installation.startRunning(D1, addDays(D1, 5));
      await installation.begin();
      const later = installation.another({ datasets: [makeDataset({ concurrency }), other] });
      await later.admission.fitLanes();
      expect((await lanesOf(batch_id)).map(([, isOpen]) => isOpen)).toEqual(opened);
      // The day in flight goes on, wherever it is.
      expect(await later.progress(batch_id)).toMatchObject({ running: 1 });
    },
  );

  const BEFORE = makeDataset({
    fingerprint: 'f2',
    target: { ...makeDataset().target, table: 'readings_before' },
  });

  it.each([
    ['the key that has changed', [BEFORE], ': target.table'],
    ['no key of a version that was not stored', [], ''],
  ])(
    'reports a batch that can not go on, with %s, and begins the one behind it',
    async (_, stored, keys) => {
      await installation.database.write('targets', (transaction) =>
        writeVersions(transaction, stored),
      );
      const { batch_id: broken } = await installation.start(D1, D1, {
        dataset: makeDataset({ fingerprint: 'f2' }),
      });
      const { batch_id: next } = await installation.start(D3, D3, { dataset: other });
      installation.clock.ms += 1_000;
      const later = installation.another();
      const text = `the dataset readings is not configured as it was at the start${keys}`;
      expect(await later.admission.admit()).toEqual([
        { batchId: broken, error: { code: 'DATASET_CHANGED', text } },
      ]);
      expect(await installation.batch(next)).toMatchObject({ status: 'running' });
    },
  );

  it('passes over a batch of a dataset that only a later process has configured', async () => {
    installation.clock.ms += 1_000;
    const added = makeDataset({ name: 'added' });
    const later = installation.another({ datasets: [...datasets, added] });
    installation.clock.ms += 1_000;
    const { batch_id } = await installation.start(D1, D1, { dataset: added });
    await installation.start(D2, D2);
    expect(await installation.admission.admit()).toEqual([]);
    expect(await statuses()).toEqual(['queued', 'running']);
    await installation.runAll();
    expect(await later.admission.admit()).toEqual([]);
    expect(await installation.batch(batch_id)).toMatchObject({ status: 'running' });
  });

  it('ends a batch that no process has configured for long enough', async () => {
    installation.clock.ms += 1_000;
    const { batch_id } = await installation.start(D1, D1, {
      dataset: makeDataset({ name: 'added' }),
    });
    expect(await installation.admission.admit()).toEqual([]);
    installation.clock.ms += 600_000;
    expect(await installation.admission.admit()).toMatchObject([{ batchId: batch_id }]);
  });

  it('writes nothing where none waits', async () => {
    await installation.startRunning(D1, D1);
    const { advances } = installation.database;
    expect(await installation.admission.admit()).toEqual([]);
    expect(installation.database.advances).toBe(advances);
    await installation.runAll(() => rowsOf(1));
  });
});
