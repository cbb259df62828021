import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
