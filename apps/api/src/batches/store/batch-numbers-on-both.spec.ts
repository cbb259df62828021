import {
  addDays,
  countDays,
  isTerminal,
  type CalendarDay,
  type Progress,
  type SkipReason,
} from '@daysync/progress';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import { toInstant } from '../../config/clock.js';
import type { FetchedDay } from '../../sources/day-source.js';
import { ScratchInstallation } from '../../runner/installation.fixture.js';
import { BATCH_STATES, type FilteredState } from './batch-filter.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

const progress = (batchId: string): Promise<Progress> => sync.progress(batchId);

function reasons({ skip_reasons }: Progress): Partial<Record<SkipReason, number>> {
  return Object.fromEntries(skip_reasons.map(({ reason, count }) => [reason, count]));
}

/** Retries the failed days of a batch. @returns the id of the retry */
async function retry(parent: string): Promise<string> {
  sync.clock.ms += 1_000;
  const asked = { at: toInstant(sync.clock.ms), by: null, unixSeconds: sync.clock.ms / 1_000 };
  const result = await sync.creation.retry({ parent, codes: null, ...asked }, () => sync.dataset);
  if (result.kind !== 'created') throw new Error(`expected a retry, got ${result.kind}`);
  expect(result.batch.retry_of).toBe(parent);
  await sync.admission.admit();
  return result.batch.batch_id;
}

describe.each(DIALECTS)('the numbers of a batch, on %s', (dialect) => {
  const it = testsOn(dialect);
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), {
      datasets: [makeDataset({ attempts: 1 })],
    });
  });

  it('are its rows and its skips by reason, while it runs and after its end', async () => {
    await sync.startRunning(D2, D2);
    await sync.runAll();
    sync.clock.ms += 1_000;
    // D1 has no data, D2 is synced, D3 runs, and the last two days are in the future.
    const { batch_id } = await sync.startRunning(D1, addDays(D3, 2), { today: D3 });
    let day = await sync.begin();
    sync.clock.ms += 1_000;
    day = await sync.goOn(day, rowsOf());
    const running = await progress(batch_id);
    expect(reasons(running)).toEqual({ no_data: 1, already_synced: 1 });
    expect(running).toMatchObject({ rows: 0, skipped: 2, running: 1 });
    await sync.finish(day, rowsOf(1, 2, 3));
    const ended = await progress(batch_id);
    expect(ended).toMatchObject({ status: 'completed', rows: 3, skipped: 4 });
    expect(reasons(ended)).toEqual({ no_data: 1, already_synced: 1, future_date: 2 });
  });

  it('has the pace of its latest days', async () => {
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 9));
    let day = await sync.begin();
    for (let count = 0; count < 3; count += 1) {
      sync.clock.ms += 20_000;
      day = await sync.goOn(day, rowsOf(1, 2));
    }
    expect(await progress(batch_id)).toMatchObject({
      ...{ rows: 6, days_per_minute: 3, rows_per_minute: 6 },
    });
    await sync.control.apply(batch_id, { verb: 'pause', by: null });
    expect(await progress(batch_id)).toMatchObject({ rows: 6, days_per_minute: null });
  });

  it('counts the failed days that a retry has repaired, and those that fail again', async () => {
    const { batch_id: parent } = await sync.startRunning(D1, D3);
    await sync.runAll(() => failedWith('lasting'));
    const before = await progress(parent);
    expect(before).toMatchObject({ failed: 3, repaired: 0 });

    const first = await retry(parent);
    await sync.runAll((day) => (day === D1 ? rowsOf(1) : failedWith('lasting')));
    expect(await progress(first)).toMatchObject({ success: 1, failed: 2 });
    const repaired = { failed: 3, repaired: 1, rev: before.rev + 1 };
    expect(await progress(parent)).toMatchObject(repaired);
    if (dialect === 'sqlite') expect(sync.registry.get(parent)).toMatchObject(repaired);

    // The retry of the retry repairs a day of both.
    await retry(first);
    await sync.runAll((day) => (day === D2 ? rowsOf() : failedWith('lasting')));
    expect(await progress(parent)).toMatchObject({ failed: 3, repaired: 2 });
    expect(await progress(first)).toMatchObject({ failed: 2, repaired: 1 });

    // A later batch that fails at a repaired day leaves it to a retry again.
    sync.clock.ms += 1_000;
    await sync.startRunning(D1, D1, { mode: 'all' });
    await sync.runAll(() => failedWith('lasting'));
    expect(await progress(parent)).toMatchObject({ failed: 3, repaired: 1 });
  });

  it('leaves batches alone that have none of its days', async () => {
    const { batch_id: parent } = await sync.startRunning(D1, D1);
    await sync.runAll(() => failedWith('lasting'));
    const before = await progress(parent);
    sync.clock.ms += 1_000;
    await sync.startRunning(D2, D3);
    await sync.runAll();
    expect(await progress(parent)).toEqual(before);
    expect(isTerminal(before.status)).toBe(true);
  });

  it('is listed by the state as people see it', async () => {
    /** Runs a batch of two days from here, which end like this. */
    const run = async (start: CalendarDay, ...fetched: readonly FetchedDay[]): Promise<string> => {
      sync.clock.ms += 1_000;
      const { batch_id } = await sync.startRunning(start, addDays(start, fetched.length - 1));
      await sync.runAll((day) => fetched[countDays(start, day) - 1] ?? rowsOf());
      return batch_id;
    };
    const listed = async (state: FilteredState): Promise<readonly string[]> => {
      const { items, total } = await sync.store.list({ state, limit: 99, offset: 0 });
      expect(items).toHaveLength(total);
      return items.map(({ task_id }) => task_id);
    };
    const failed = failedWith('lasting');
    const completed = await run(D1, rowsOf(1), rowsOf());
    const partly = await run(addDays(D1, 10), rowsOf(), failed);
    const all = await run(addDays(D1, 20), failed, failed);
    const broken = await sync.startRunning(addDays(D1, 30), addDays(D1, 30));
    await sync.control.fail(broken.batch_id, { code: 'DATASET_CHANGED', text: 'changed' });
    expect(await listed('needs_attention')).toEqual([broken.batch_id, all, partly]);

    const cancelled = await sync.startRunning(addDays(D1, 40), addDays(D1, 40));
    await sync.control.apply(cancelled.batch_id, { verb: 'cancel', by: null });
    const paused = await sync.startRunning(addDays(D1, 50), addDays(D1, 50));
    await sync.control.apply(paused.batch_id, { verb: 'pause', by: null });
    const queued = [
      await sync.start(addDays(D1, 60), addDays(D1, 60)),
      await sync.start(addDays(D1, 70), addDays(D1, 70)),
    ];
    const expected: Readonly<Record<FilteredState, readonly string[]>> = {
      running: [],
      queued: queued.map(({ batch_id }) => batch_id),
      paused: [paused.batch_id],
      completed: [completed],
      partly_failed: [partly],
      all_failed: [all],
      failed_to_run: [broken.batch_id],
      cancelled: [cancelled.batch_id],
      // Later batches of the dataset have run, so that the broken one is history. Who has paused it, knows of it.
      needs_attention: [all, partly],
    };
    for (const state of BATCH_STATES) expect(await listed(state), state).toEqual(expected[state]);
    const { items } = await sync.store.list({ limit: 4, offset: 0 });
    expect(items.map(({ queue_place, status }) => [status, queue_place])).toEqual([
      ['paused', null],
      ['queued', 1],
      ['queued', 2],
      ['cancelled', null],
    ]);

    await sync.control.apply(paused.batch_id, { verb: 'cancel', by: null });
    await sync.admission.admit();
    expect(await listed('running')).toEqual([queued[0]?.batch_id]);
    await sync.runAll();
    await sync.admission.admit();
    await sync.runAll();
    // A retry that repairs the only failed day leaves nothing to attend to.
    await retry(partly);
    await sync.runAll();
    expect(await listed('partly_failed')).toEqual([partly]);
    expect(await listed('needs_attention')).toEqual([all]);
  });

  it('needs attention once it has paused automatically', async () => {
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 6));
    await sync.runAll(() => failedWith('source_wide'));
    expect(await progress(batch_id)).toMatchObject({ status: 'paused' });
    const { items } = await sync.store.list({ state: 'needs_attention', limit: 9, offset: 0 });
    expect(items.map(({ task_id }) => task_id)).toEqual([batch_id]);
  });
});
