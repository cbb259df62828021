import { calendarDay, type CalendarDay } from '@daysync/progress';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { Metrics } from '../metrics/metrics.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { registerEndpoints } from '../webhooks/endpoint-register.js';
import { Freshness } from './freshness.js';
import { FreshnessWatch } from './freshness-watch.js';

const scratch = migratedDatabases();
const [D1, D2, D3] = ['2025-10-13', '2025-10-14', '2025-10-15'].map(calendarDay) as [
  CalendarDay,
  CalendarDay,
  CalendarDay,
];
const NO_ROWS = rowsOf();

const timed = (changes: Partial<Dataset> = {}): Dataset =>
  makeDataset({ freshBy: { time: '08:00', days: 1 }, ...changes });

describe.each(DIALECTS)('freshness on %s', (dialect) => {
  let sync: ScratchInstallation;
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [timed()] });
    const endpoint = {
      ...{ name: 'ops', url: 'https://hooks.example.com', writtenUrl: '', secret: '' },
      ...{ on: ['late', 'recovered'] as const, datasets: null, allowPrivate: false },
    };
    await sync.database.write('webhook', (transaction) =>
      registerEndpoints(transaction, [endpoint]),
    );
  });
  afterEach(() => sync.close());

  /** The freshness of a process, and its loop. */
  function processOf(installation = sync): {
    watch: FreshnessWatch;
    freshness: Freshness;
    metrics: Metrics;
  } {
    const { catalog, clock, database } = installation;
    const metrics = new Metrics([]);
    const freshness = new Freshness(database, catalog, clock, metrics);
    const logger = pino({ enabled: false });
    return { freshness, metrics, watch: new FreshnessWatch(freshness, catalog, clock, logger) };
  }

  function at(instant: string): void {
    sync.clock.ms = Date.parse(instant);
  }

  async function synced(day: CalendarDay, outcome = rowsOf(1)): Promise<void> {
    await sync.start(day, day, { mode: 'all' });
    await sync.runQueued(() => outcome);
  }

  async function reports(): Promise<unknown[]> {
    const rows = await sync.database.read
      .selectFrom('webhook_delivery')
      .select(['payload', 'batch_id'])
      .orderBy('created_at')
      .execute();
    return rows.map(({ batch_id, payload }) => {
      expect(batch_id).toBe('');
      const { type, data } = JSON.parse(payload) as { type: string; data: { day: string } };
      return `${type} ${data.day}`;
    });
  }

  it('is checked at the next deadline, and reports once that its day is not synced', async () => {
    at('2025-10-15T07:59:50.000Z');
    await synced(D1);
    const { freshness, watch } = processOf();
    expect(await watch.checkAll()).toBe(10_000);
    expect(await reports()).toEqual([]);
    expect((await freshness.byDataset()).get('readings')).toEqual({
      ...{ time: '08:00', days: 1, late: false, late_since: null },
      ...{ due_day: D1, due_at: '2025-10-14T08:00:00.000Z' },
      ...{ next_day: D2, next_at: '2025-10-15T08:00:00.000Z' },
    });
    at('2025-10-15T08:00:00.000Z');
    expect((await freshness.byDataset()).get('readings')).toMatchObject({
      ...{ late: true, late_since: '2025-10-15T08:00:00.000Z', due_day: D2, next_day: D3 },
    });
    await watch.checkAll();
    await watch.checkAll();
    // A restart, and a day later.
    await processOf().watch.checkAll();
    at('2025-10-16T09:00:00.000Z');
    await processOf().watch.checkAll();
    expect(await reports()).toEqual([`dataset.late ${D2}`]);
    expect((await freshness.byDataset()).get('readings')).toMatchObject({
      ...{ late: true, late_since: '2025-10-15T08:00:00.000Z', due_day: D3 },
    });
  });

  it('is reported by one of several processes', async () => {
    at('2025-10-15T08:00:00.000Z');
    const processes = Array.from({ length: 4 }, () => processOf(sync.another()));
    await Promise.all(processes.map(({ watch }) => watch.checkAll()));
    expect(await reports()).toEqual([`dataset.late ${D2}`]);
    await synced(D2);
    await Promise.all(processes.map(({ watch }) => watch.checkAll()));
    expect((await reports()).sort()).toEqual([`dataset.late ${D2}`, `dataset.recovered ${D2}`]);
  });

  it('is not made good by an older day, nor by a failure, but by the day that is due', async () => {
    at('2025-10-15T08:00:00.000Z');
    const { freshness, watch } = processOf();
    const isLate = async (): Promise<boolean | undefined> => {
      await watch.checkAll();
      return (await freshness.byDataset()).get('readings')?.late;
    };
    expect(await isLate()).toBe(true);
    await synced(D1);
    expect(await isLate()).toBe(true);
    await synced(D2, failedWith('lasting'));
    expect(await isLate()).toBe(true);
    await synced(D2);
    expect(await isLate()).toBe(false);
    // A failure after a success keeps its rows.
    await synced(D2, failedWith('lasting'));
    expect(await isLate()).toBe(false);
    expect((await reports()).sort()).toEqual([`dataset.late ${D2}`, `dataset.recovered ${D2}`]);
    at('2025-10-16T08:00:00.000Z');
    expect(await isLate()).toBe(true);
    expect(await reports()).toContain(`dataset.late ${D3}`);
    // For which the source has no data.
    await synced(D3, NO_ROWS);
    expect(await isLate()).toBe(false);
  });

  it('is late until rows came for a day that its rule names', async () => {
    const expected = {
      rule: 'FREQ=DAILY',
      from: null,
      until: null,
      except: [],
      writtenExcept: null,
    };
    sync.catalog.replace({ datasets: [timed({ expected })], file: null });
    at('2025-10-15T08:00:00.000Z');
    const { freshness } = processOf();
    const isLate = async (): Promise<boolean | undefined> =>
      (await freshness.byDataset()).get('readings')?.late;
    await synced(D2, NO_ROWS);
    expect(await isLate()).toBe(true);
    await synced(D2);
    expect(await isLate()).toBe(false);
  });

  it('is measured', async () => {
    at('2025-10-15T08:02:00.000Z');
    const { metrics, watch } = processOf();
    const figures = async (): Promise<readonly string[]> =>
      (await metrics.expose()).text
        .split('\n')
        .filter((line) => /^daysync_dataset_(?:fresh|late_seconds)\{/.test(line));
    expect(await figures()).toEqual([
      'daysync_dataset_fresh{dataset="readings"} 0',
      'daysync_dataset_late_seconds{dataset="readings"} 120',
    ]);
    await watch.checkAll();
    at('2025-10-16T08:02:00.000Z');
    expect((await figures())[1]).toBe('daysync_dataset_late_seconds{dataset="readings"} 86520');
    await synced(D3);
    expect(await figures()).toEqual([
      'daysync_dataset_fresh{dataset="readings"} 1',
      'daysync_dataset_late_seconds{dataset="readings"} 0',
    ]);
  });

  it('is not late while it has no deadlines, and no day is reported twice after that', async () => {
    at('2025-10-15T08:00:00.000Z');
    const { freshness, watch } = processOf();
    await watch.checkAll();
    sync.catalog.replace({ datasets: [timed({ freshBy: null })], file: null });
    await watch.checkAll();
    expect((await freshness.byDataset()).size).toBe(0);
    sync.catalog.replace({ datasets: [timed()], file: null });
    await watch.checkAll();
    expect((await freshness.byDataset()).get('readings')).toMatchObject({ late: true });
    // What was not reported as late does not recover either.
    await synced(D2);
    await watch.checkAll();
    expect(await reports()).toEqual([`dataset.late ${D2}`]);
  });

  it('reports the next day where it was late without a report', async () => {
    at('2025-10-15T08:00:00.000Z');
    const { watch } = processOf();
    await watch.checkAll();
    for (const dataset of [timed({ freshBy: null }), timed()]) {
      sync.catalog.replace({ datasets: [dataset], file: null });
      await watch.checkAll();
    }
    at('2025-10-16T08:00:00.000Z');
    await watch.checkAll();
    expect((await reports()).sort()).toEqual([`dataset.late ${D2}`, `dataset.late ${D3}`]);
  });
});
