import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { storeFile } from '../datasets/file/stored-datasets-file.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { clockAt, processOn, scheduled } from './schedules.fixture.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

describe('Schedules', () => {
  const DAILY = scheduled();
  const clock = clockAt('2026-05-09T22:00:00.000Z');
  beforeEach(() => {
    clock.ms = Date.parse('2026-05-09T22:00:00.000Z');
  });

  const change = (statement: string): Promise<unknown> =>
    sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));

  it('start hundreds in the same second, each with an id of its own, and let others run in between', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `d${index}`);
    const datasets = names.map((name) => scheduled({}, { name }));
    const { schedules } = processOn(sync.database, clock, datasets);
    await schedules.runDue();
    clock.ms += 30 * 60_000;
    let turns = 0;
    const end = new AbortController();
    const counting = (async () => {
      while (!end.signal.aborted) {
        await nextTurn();
        turns += 1;
      }
    })();
    await schedules.runDue();
    end.abort();
    await counting;
    // A turn of the event loop in each start, and one behind it.
    expect(turns).toBeGreaterThan(1.5 * names.length);
    const started = await sync.database.read
      .selectFrom('batch')
      .select('batch_id')
      .orderBy('seq')
      .execute();
    expect(started.map(({ batch_id }) => batch_id)).toEqual(
      names.map((_, index) => `2026-05-07_2026-05-09_${1_778_365_800 + index}`),
    );
  });

  it('report what they start: to the live view, the loop, the log and the metrics', async () => {
    const { schedules, logged, metrics, registry } = processOn(sync.database, clock, [DAILY]);
    const events: unknown[] = [];
    sync.database.onEvent((event) => events.push(event));
    await schedules.runDue();
    expect([logged, events]).toEqual([[], []]);
    clock.ms += 30 * 60_000 - 7;
    expect(await schedules.runDue()).toBe(7);
    expect(logged).toEqual([]);
    clock.ms += 7;
    expect(await schedules.runDue()).toBe(30_000);
    const batch_id = '2026-05-07_2026-05-09_1778365800';
    expect(registry.get(batch_id)).toMatchObject({ status: 'queued', started_by: 'schedule' });
    const fields = {
      dataset: 'readings',
      due_at: '2026-05-09T22:30:00.000Z',
      task_id: batch_id,
      total: 3,
    };
    expect(logged).toMatchObject([{ level: 30, ...fields }]);
    expect(events).toEqual([{ kind: 'batch_changed', batch_id }]);
    clock.ms += 24 * 3_600_000;
    await schedules.runDue();
    expect(logged[1]).toMatchObject({ level: 40, task_id: batch_id, end_date: '2026-05-10' });
    expect(events).toHaveLength(1);
    const { text } = await metrics.expose();
    for (const outcome of ['started', 'skipped_overlap']) {
      expect(text).toContain(
        `daysync_schedule_runs_total{dataset="readings",outcome="${outcome}"} 1\n`,
      );
    }
  });

  it('fire the others where one can’t be fired, and that one later', async () => {
    const datasets = ['bad', 'good'].map((name) => scheduled({}, { name }));
    const { schedules, logged } = processOn(sync.database, clock, datasets);
    await schedules.runDue();
    clock.ms += 30 * 60_000;
    await change(`create trigger refuse before insert on batch when new.dataset = 'bad'
      begin select raise(abort, 'no batch of this one'); end`);
    expect(await schedules.runDue()).toBe(30_000);
    expect(logged).toMatchObject([
      { level: 50, dataset: 'bad' },
      { level: 30, dataset: 'good' },
    ]);
    await change('drop trigger refuse');
    await schedules.runDue();
    expect(logged[2]).toMatchObject({ level: 30, dataset: 'bad', total: 3 });
  });

  it('have nothing to look for without a schedule', async () => {
    const { schedules } = processOn(sync.database, clock, [sync.dataset]);
    expect(await schedules.runDue()).toBe(Infinity);
    schedules.start();
    await schedules.stop();
  });

  it('follow a reload: those that are gone do not fire, and new ones do', async () => {
    const { schedules, catalog, logged, metrics } = processOn(sync.database, clock, [DAILY]);
    await schedules.runDue();
    catalog.replace({ datasets: [scheduled({}, { name: 'other' })], file: null });
    clock.ms += 1_000;
    await schedules.runDue();
    const registered = await sync.database.read
      .selectFrom('dataset_schedule')
      .select('dataset')
      .execute();
    expect(registered).toEqual([{ dataset: 'other' }]);
    expect((await metrics.expose()).text).toContain(
      'daysync_schedule_runs_total{dataset="other",outcome="started"} 0\n',
    );
    clock.ms += 30 * 60_000;
    await schedules.runDue();
    expect(logged).toMatchObject([{ dataset: 'other', total: 3 }]);
  });

  it('are woken by a reload that brings the first one', async () => {
    const { schedules, catalog } = processOn(sync.database, clock, [sync.dataset]);
    schedules.start();
    await nextTurn();
    catalog.replace({ datasets: [DAILY], file: null });
    const registered = (): Promise<unknown[]> =>
      sync.database.read.selectFrom('dataset_schedule').select('dataset').execute();
    while ((await registered()).length === 0) await nextTurn();
    await schedules.stop();
  });

  it('do not run in a process that can’t take in the newest datasets file, but in one that reads its own otherwise', async () => {
    const { schedules, catalog, logged } = processOn(sync.database, clock, [DAILY]);
    const file = { text: '', version: 'v1', value: {} };
    await sync.database.write('targets', (transaction) =>
      storeFile(transaction, file, [DAILY], { at: 't', by: null }),
    );
    catalog.replace({ datasets: [DAILY], file });
    await schedules.runDue();
    catalog.newer = { version: 'v2', fingerprints: new Map(), errors: [] };
    clock.ms += 30 * 60_000;
    expect(await schedules.runDue()).toBe(30_000);
    expect(logged).toEqual([]);
    catalog.newer = { version: 'v1', fingerprints: new Map(), errors: [] };
    await schedules.runDue();
    expect(logged).toHaveLength(1);
  });

  it('leave a run to a process that has a newer datasets file', async () => {
    const { runs, logged } = processOn(sync.database, clock, [DAILY]);
    await runs.register([DAILY]);
    await sync.database.write('targets', (transaction) =>
      storeFile(transaction, { text: '', version: 'v2', value: {} }, [DAILY], {
        ...{ at: 't', by: null },
      }),
    );
    clock.ms += 30 * 60_000;
    expect(await runs.decide(DAILY, 'v1')).toEqual({ decidedUntil: clock.ms, run: null });
    // With its environment it reads another dataset out of the same text.
    const other = { ...DAILY, fingerprint: 'other' };
    expect(await runs.decide(other, 'v2')).toEqual({ decidedUntil: clock.ms, run: null });
    expect((await runs.decide(DAILY, 'v2')).run).toMatchObject({ outcome: 'started' });
    expect(logged).toEqual([]);
  });

  it('fire by themselves from their beginning to the stop', async () => {
    const running = { ...clock, now: () => clock.ms + performance.now() - begun };
    const { schedules, logged } = processOn(sync.database, running, [DAILY]);
    clock.ms = Date.parse('2026-05-09T22:29:59.900Z');
    const begun = performance.now();
    schedules.start();
    while (logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(performance.now() - begun).toBeGreaterThan(99);
    await schedules.stop();
    expect(logged).toHaveLength(1);
  });
});
