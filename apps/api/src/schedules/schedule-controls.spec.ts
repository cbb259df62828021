import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { storeFile } from '../datasets/file/stored-datasets-file.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { clockAt, processOn, scheduled } from './schedules.fixture.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

const NAME = scheduled().name;
const HALF_PAST_SIX = '30 6 * * *';

async function batches(): Promise<readonly object[]> {
  return sync.database.read
    .selectFrom('batch')
    .select(['start_date', 'end_date'])
    .orderBy('seq')
    .execute();
}

describe('a schedule that is paused', () => {
  const clock = clockAt('2026-05-09T00:00:00.000Z');
  const schedule = { cron: HALF_PAST_SIX, timeZone: 'UTC', lookbackDays: 1 };

  it('starts nothing until it is resumed, and the next run then has the days of the pause', async () => {
    clock.ms = Date.parse('2026-05-09T00:00:00.000Z');
    const { controls, schedules, shown } = processOn(sync.database, clock, [scheduled(schedule)]);
    await schedules.runDue();
    expect(await controls.pause(NAME, 'ops')).toEqual({ kind: 'done' });
    const at = '2026-05-09T00:00:00.000Z';
    expect((await shown.byDataset()).get(NAME)).toMatchObject({
      next_runs: [],
      paused: { at, by: 'ops' },
    });
    clock.ms = Date.parse('2026-05-11T06:30:01.000Z');
    // Another process, and one that starts meanwhile, find it paused as well.
    for (const process of [{ schedules }, processOn(sync.database, clock, [scheduled(schedule)])]) {
      expect(await process.schedules.runDue()).toBeGreaterThan(0);
    }
    expect(await batches()).toEqual([]);
    await controls.resume(NAME);
    expect((await shown.byDataset()).get(NAME)).toMatchObject({
      next_runs: expect.arrayContaining(['2026-05-12T06:30:00.000Z']) as unknown,
      paused: null,
    });
    await schedules.runDue();
    expect(await batches()).toEqual([]);
    clock.ms = Date.parse('2026-05-12T06:30:01.000Z');
    await schedules.runDue();
    expect(await batches()).toEqual([{ start_date: '2026-05-08', end_date: '2026-05-11' }]);
  });

  it('keeps the name of who paused it first, and a new time of the file leaves it paused', async () => {
    const { controls, shown } = processOn(sync.database, clock, [scheduled(schedule)]);
    await controls.pause(NAME, 'ops');
    await controls.pause(NAME, 'other');
    const changed = [scheduled({ ...schedule, cron: '0 7 * * *' })];
    await processOn(sync.database, clock, changed).schedules.runDue();
    expect((await shown.byDataset()).get(NAME)?.paused?.by).toBe('ops');
  });
});

describe('a schedule that is controlled while its times change', () => {
  const clock = clockAt('2026-05-09T00:00:00.000Z');
  const old = scheduled({ cron: HALF_PAST_SIX, timeZone: 'UTC', lookbackDays: 1 });
  const changed = scheduled({ cron: '0 7 * * *', timeZone: 'UTC', lookbackDays: 1 });

  it('keeps the days of the pause', async () => {
    clock.ms = Date.parse('2026-05-09T00:00:00.000Z');
    const before = processOn(sync.database, clock, [old]);
    await before.schedules.runDue();
    await before.controls.pause(NAME, 'ops');
    clock.ms = Date.parse('2026-05-12T00:00:00.000Z');
    const after = processOn(sync.database, clock, [changed]);
    await after.schedules.runDue();
    await after.controls.resume(NAME);
    await after.schedules.runDue();
    expect(await batches()).toEqual([]);
    clock.ms = Date.parse('2026-05-12T07:00:01.000Z');
    await after.schedules.runDue();
    expect(await batches()).toEqual([{ start_date: '2026-05-08', end_date: '2026-05-11' }]);
  });

  it('is neither paused nor resumed by a process with an older datasets file', async () => {
    clock.ms = Date.parse('2026-05-09T00:00:00.000Z');
    const [v1, v2] = ['v1', 'v2'].map((version) => ({ text: '', version, value: {} }));
    if (v1 === undefined || v2 === undefined) throw new Error('expected two versions');
    const outdated = processOn(sync.database, clock, new DatasetCatalog([old], undefined, v1));
    const newest = processOn(sync.database, clock, new DatasetCatalog([changed], undefined, v2));
    await sync.database.write('start', (transaction) =>
      storeFile(transaction, v2, [changed], { at: 't', by: null }),
    );
    await newest.schedules.runDue();
    const rows = (): Promise<readonly object[]> =>
      sync.database.read.selectFrom('dataset_schedule').selectAll().execute();
    const known = await rows();
    clock.ms = Date.parse('2026-05-12T00:00:00.000Z');
    const refused = { kind: 'outdated_dataset', dataset: NAME };
    expect(await outdated.controls.pause(NAME, 'ops')).toEqual(refused);
    expect(await outdated.controls.resume(NAME)).toEqual(refused);
    expect(await rows()).toEqual(known);
    expect(await newest.controls.pause(NAME, 'ops')).toEqual({ kind: 'done' });
  });
});

describe('a run now', () => {
  it('has the days that the schedule would have now, also those of a skipped run', async () => {
    const clock = clockAt('2026-05-09T00:00:00.000Z');
    const dataset = scheduled({ cron: HALF_PAST_SIX, timeZone: 'UTC', lookbackDays: 2 });
    const { controls, schedules } = processOn(sync.database, clock, [dataset]);
    await schedules.runDue();
    const rangeAt = async (instant: string): Promise<unknown> => {
      clock.ms = Date.parse(instant);
      return controls.runNow(NAME);
    };
    expect(await rangeAt('2026-05-09T01:00:00.000Z')).toMatchObject({
      range: { start_date: '2026-05-07', end_date: '2026-05-08' },
    });
    expect(await rangeAt('2026-05-12T01:00:00.000Z')).toMatchObject({
      range: { start_date: '2026-05-07', end_date: '2026-05-11' },
    });
  });

  it('is refused for a dataset without a schedule, and for none', async () => {
    const plain = makeDataset({ name: 'plain' });
    const { controls } = processOn(sync.database, clockAt('2026-05-09T00:00:00.000Z'), [plain]);
    expect(await controls.runNow('plain')).toEqual({ kind: 'no_schedule', dataset: 'plain' });
    expect(await controls.pause('plain', null)).toEqual({ kind: 'no_schedule', dataset: 'plain' });
    expect(await controls.resume('other')).toMatchObject({ kind: 'unknown_dataset' });
  });
});
