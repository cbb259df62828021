import { addDays, listDays, type CalendarDay, type Progress } from '@daysync/progress';
import { beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import { testsOn } from '../../../../../test/tests-on.js';
import { installationsOn, type ScratchInstallation } from '../../runner/installation.fixture.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';
import { decodeDaysCursor, encodeDaysCursor, START } from './days-cursor.js';

const D0 = addDays(D1, -1);
const D4 = addDays(D3, 1);
const D5 = addDays(D3, 2);

const scratch = migratedDatabases();

describe.each(DIALECTS)('BatchExtension, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await open();
  });

  /** @returns the progress that is answered, which is what the database has then, and what is shown */
  async function extended(
    batchId: string,
    ...[range]: [Parameters<ScratchInstallation['extend']>[1]]
  ): Promise<Progress> {
    const result = await sync.extend(batchId, range);
    if (result.kind !== 'changed') throw new Error(`expected a change, got ${result.kind}`);
    expect(await sync.progress(batchId)).toEqual(result.progress);
    expect(sync.registry.get(batchId)).toEqual(result.progress);
    return result.progress;
  }

  async function plan(batchId: string): Promise<unknown[]> {
    const days = await sync.days(batchId);
    return days.map(({ action, day, reason, state }) => [
      day,
      state === 'pending' ? (reason ?? action) : state,
    ]);
  }

  it('adds days after the last one and before the first one, and runs them in the order of the batch', async () => {
    const { batch_id } = await sync.startRunning(D2, D3);
    const day = await sync.begin();
    const before = await sync.progress(batch_id);
    expect(await extended(batch_id, { start: D0, end: D5 })).toEqual({
      ...before,
      ...{ start_date: D0, end_date: D5, total: 6, percent: 17, rev: before.rev + 1 },
    });
    const ran: CalendarDay[] = [day.claim.day];
    for (let next = day; ran.length < 6; ran.push(next.claim.day)) next = await sync.goOn(next);
    expect(ran).toEqual([D2, D0, D1, D3, D4, D5]);
  });

  it('adds days to a batch that begins with its last day', async () => {
    const { batch_id } = await sync.startRunning(D2, D3, { order: 'desc' });
    await extended(batch_id, { start: D1, end: D5 });
    const ran: CalendarDay[] = [];
    await sync.runAll((day) => {
      ran.push(day);
      return rowsOf(1);
    });
    expect(ran).toEqual(listDays(D1, D5).reverse());
  });

  it('plans the new days as its start did: synced days and days in the future are skipped', async () => {
    await sync.startRunning(D4, D4);
    await sync.runAll();
    const { batch_id } = await sync.start(D2, D3);
    expect(await extended(batch_id, { start: D1, end: D5, today: D4 })).toMatchObject({ total: 5 });
    expect(await plan(batch_id)).toEqual([
      [D1, 'run'],
      [D2, 'run'],
      [D3, 'run'],
      [D4, 'already_synced'],
      [D5, 'future_date'],
    ]);
    expect(await sync.batch(batch_id)).toMatchObject({ planned_skips: 2 });
    await sync.runQueued();
    await sync.expectProgress(batch_id, { status: 'completed', success: 3, skipped: 2 });
  });

  it('plans by the mode of the batch', async () => {
    await sync.startRunning(D2, D3);
    await sync.runAll((day) => (day === D3 ? failedWith('lasting') : rowsOf(1)));
    const missing = await sync.start(D1, D1, { mode: 'missing' });
    await extended(missing.batch_id, { end: D3 });
    expect(await plan(missing.batch_id)).toEqual([
      [D1, 'run'],
      [D2, 'already_synced'],
      [D3, 'failed_before'],
    ]);
    await sync.runQueued();
    const all = await sync.start(D1, D1, { mode: 'all' });
    await extended(all.batch_id, { end: D3 });
    expect((await plan(all.batch_id)).map((day) => (day as unknown[])[1])).toEqual([
      ...['run', 'run', 'run'],
    ]);
  });

  it('opens the lanes that the larger range has work for, and wakes idle ones', async () => {
    sync = await open({ datasets: [makeDataset({ concurrency: 3 })] });
    const { batch_id } = await sync.startRunning(D1, D2);
    const first = await sync.begin();
    const second = await sync.begin();
    // No day is left for the second lane.
    expect(await sync.finish(second)).toMatchObject({ kind: 'released', freeInMs: null });
    expect(await sync.queue.acquire()).toBeNull();
    await extended(batch_id, { end: D5 });
    const others = [await sync.begin(), await sync.begin()];
    expect(others.map(({ claim }) => claim.day)).toEqual([D3, D4]);
    expect(new Set([first, ...others].map(({ lane }) => lane.number))).toEqual(new Set([0, 1, 2]));
  });

  it('leaves a paused batch paused and a queued one in its place', async () => {
    const { batch_id } = await sync.startRunning(D1, D1);
    const day = await sync.begin();
    await sync.control.apply(batch_id, { verb: 'pause', by: null });
    expect(await extended(batch_id, { end: D3 })).toMatchObject({ status: 'paused', total: 3 });
    await sync.finish(day);
    expect(await sync.queue.acquire()).toBeNull();
    await sync.expectProgress(batch_id, { status: 'paused', success: 1 });
    await sync.control.apply(batch_id, { verb: 'resume', by: null });
    expect(await extended(batch_id, { end: D4 })).toMatchObject({ status: 'queued', total: 4 });
    await sync.runQueued();
    await sync.expectProgress(batch_id, { status: 'completed', success: 4 });
  });

  it('does nothing if the batch has the range already, so that a request can be repeated', async () => {
    const { batch_id } = await sync.start(D1, D2);
    const progress = await extended(batch_id, { end: D4 });
    expect(await sync.extend(batch_id, { end: D4 })).toEqual({ kind: 'unchanged', progress });
    // Even if the range is longer than one may be now.
    expect(await sync.extend(batch_id, { end: D4, maxDays: 3 })).toMatchObject({
      kind: 'unchanged',
    });
  });

  it('refuses a batch that has ended or is being cancelled', async () => {
    const done = await sync.startRunning(D1, D1);
    await sync.runAll();
    expect(await sync.extend(done.batch_id, { end: D3 })).toEqual({
      ...{ kind: 'wrong_state', state: 'completed' },
    });
    const cancelling = await sync.startRunning(D2, D3);
    await sync.begin();
    await sync.control.apply(cancelling.batch_id, { verb: 'cancel', by: null });
    expect(await sync.extend(cancelling.batch_id, { end: D4 })).toEqual({
      ...{ kind: 'wrong_state', state: 'cancelling' },
    });
    expect(await sync.extend('none', { end: D4 })).toEqual({ kind: 'unknown_batch' });
  });

  it('skips added days that are not expected, and counts only the others for the limit', async () => {
    const { batch_id } = await sync.start(D2, D3);
    const expected = {
      ...{ rule: 'FREQ=DAILY', from: null, until: D4, except: [D1], writtenExcept: 'days.txt' },
    };
    sync.catalog.replace({ datasets: [{ ...sync.dataset, expected }], file: null });
    expect(await sync.extend(batch_id, { start: D0, end: D5, maxDays: 3 })).toEqual({
      ...{ kind: 'range_too_large', days: 4, limit: 3, areExpected: true },
    });
    await extended(batch_id, { start: D0, end: D5, maxDays: 4 });
    expect(await plan(batch_id)).toEqual([
      [D0, 'run'],
      [D1, 'not_expected'],
      ...[D2, D3, D4].map((day) => [day, 'run']),
      [D5, 'not_expected'],
    ]);
  });

  it('refuses a range that shrinks, or is too long as a whole', async () => {
    const { batch_id } = await sync.start(D2, D3);
    const has = { start: D2, end: D3 };
    expect(await sync.extend(batch_id, { end: D2 })).toEqual({
      ...{ kind: 'range_shrinks', has, asked: { start: D2, end: D2 } },
    });
    expect(await sync.extend(batch_id, { start: D3, end: D5 })).toMatchObject({
      kind: 'range_shrinks',
    });
    expect(await sync.extend(batch_id, { end: D5, maxDays: 3 })).toEqual({
      ...{ kind: 'range_too_large', days: 4, limit: 3, areExpected: false },
    });
    await sync.expectProgress(batch_id, { total: 2, rev: 1 });
  });

  it('refuses days of another active batch on either side, and blocks a start over its own new days', async () => {
    const { batch_id } = await sync.start(D2, D3);
    const earlier = await sync.start(D0, D0);
    const later = await sync.start(D5, D5);
    const overlaps = { kind: 'overlaps', dataset: 'readings' };
    expect(await sync.extend(batch_id, { start: D0, end: D4 })).toEqual({
      ...{ ...overlaps, batchId: earlier.batch_id },
    });
    expect(await sync.extend(batch_id, { end: D5 })).toEqual({
      ...{ ...overlaps, batchId: later.batch_id },
    });
    expect(await sync.days(batch_id)).toHaveLength(2);
    await extended(batch_id, { start: D1, end: D4 });
    await expect(sync.start(D4, D4)).rejects.toThrow(batch_id);
    await expect(sync.start(D1, D1)).rejects.toThrow(batch_id);
  });

  it('of an extension and a start over the same days at once, one is refused', async () => {
    const { batch_id } = await sync.start(D1, D2);
    const results = await Promise.allSettled([
      sync.extend(batch_id, { end: D5 }),
      sync.start(D4, D5),
    ]);
    const [extension, start] = results;
    const isExtended = extension.status === 'fulfilled' && extension.value.kind === 'changed';
    expect(start.status === 'fulfilled').toBe(!isExtended);
    const days = await sync.database.read.selectFrom('batch_day').select('day').execute();
    expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
  });

  it('refuses chosen days, as a retry has them, also those that happen to be a whole range', async () => {
    const { batch_id: parent } = await sync.startRunning(D1, D3);
    await sync.runAll((day) => (day === D2 ? rowsOf(1) : failedWith('lasting')));
    const now = { at: AT, by: null, unixSeconds: 1 };
    const retry = await sync.creation.retry({ parent, codes: null, ...now }, () => sync.dataset);
    if (retry.kind !== 'created') throw new Error(`expected a retry, got ${retry.kind}`);
    expect(await sync.extend(retry.batch.batch_id, { end: D5 })).toEqual({ kind: 'chosen_days' });
    await sync.runQueued();
    const chosen = await sync.creation.retryDays({
      ...{ dataset: 'readings', fingerprint: 'f1', ...now, days: [D1, D2], expected: null },
    });
    if (chosen.kind !== 'created') throw new Error(`expected a batch, got ${chosen.kind}`);
    expect(chosen.batch).toMatchObject({ start_date: D1, end_date: D2, total: 2, chosen_days: 1 });
    expect(await sync.progress(chosen.batch.batch_id)).toMatchObject({ chosen_days: true });
    expect(await sync.extend(chosen.batch.batch_id, { end: D3 })).toEqual({ kind: 'chosen_days' });
  });

  it('refuses a batch whose dataset is not configured as it was at its start', async () => {
    const { batch_id } = await sync.start(D1, D1);
    const changed = sync.another({ datasets: [makeDataset({ fingerprint: 'f2' })] });
    expect(await changed.extend(batch_id, { end: D2 })).toEqual({
      ...{ kind: 'outdated_dataset', dataset: 'readings' },
    });
    const without = sync.another({ datasets: [makeDataset({ name: 'others' })] });
    expect(await without.extend(batch_id, { end: D2 })).toEqual({
      ...{ kind: 'unknown_dataset', dataset: 'readings' },
    });
  });

  it('shows the new days to whoever reads changes of days', async () => {
    const { batch_id } = await sync.startRunning(D1, D2);
    const days = (await sync.store.days(batch_id, START)) ?? [];
    const cursor = encodeDaysCursor(START, days);
    await extended(batch_id, { start: D0, end: D3 });
    const changed = await sync.store.days(batch_id, decodeDaysCursor(cursor) ?? START);
    expect(changed?.map(({ day }) => day)).toEqual([D0, D3]);
  });
});
