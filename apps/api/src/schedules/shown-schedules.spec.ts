import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { clockAt, processOn, scheduled } from './schedules.fixture.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

describe('ShownSchedules', () => {
  it('shows the next runs, and the last one as long as its batch exists', async () => {
    const clock = clockAt('2026-05-09T22:29:00.000Z');
    const datasets = [makeDataset({ name: 'other' }), scheduled()];
    const { schedules, shown } = processOn(sync.database, clock, datasets);
    const usual = {
      ...{ cron: '30 6 * * *', time_zone: 'Asia/Shanghai' },
      ...{ lookback_days: 3, recheck_days: [], mode: 'missing_and_failed' },
    };
    const next_runs = ['09', '10', '11', '12', '13'].map((day) => `2026-05-${day}T22:30:00.000Z`);
    expect([...(await shown.byDataset())]).toEqual([
      ['readings', { ...usual, next_runs, last_run: null, paused: null }],
    ]);

    await schedules.runDue();
    clock.ms += 60_005;
    await schedules.runDue();
    const last = {
      due_at: '2026-05-09T22:30:00.000Z',
      at: '2026-05-09T22:30:00.005Z',
      outcome: 'started',
    };
    const batch_id = '2026-05-07_2026-05-09_1778365800';
    const { next_runs: after, last_run } = (await shown.byDataset()).get('readings') ?? {};
    expect(after?.[0]).toBe('2026-05-10T22:30:00.000Z');
    expect(last_run).toEqual({ ...last, task_id: batch_id });

    await sync.database.write('forget', ({ db }) => db.deleteFrom('batch').execute());
    // A clock that is set back shows no time that has been decided.
    clock.ms -= 60_000;
    const shownLater = (await shown.byDataset()).get('readings');
    expect(shownLater?.last_run).toEqual({ ...last, task_id: null });
    expect(shownLater?.next_runs[0]).toBe('2026-05-10T22:30:00.000Z');
  });
});
