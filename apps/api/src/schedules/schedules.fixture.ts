import { ProgressRegistry } from '@daysync/progress/nest';
import { pino } from 'pino';
import { systemClock, type Clock } from '../config/clock.js';
import type { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { Schedule } from '../datasets/file/schedule.js';
import { Metrics } from '../metrics/metrics.js';
import { LocalLiveView } from '../runner/local/local-live-view.js';
import { BatchTracing } from '../batches/batch-tracing.js';
import { BatchCreation } from '../batches/store/batch-creation.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { ScheduleControls } from './schedule-controls.js';
import { ScheduleRuns, type ScheduledDataset } from './schedule-runs.js';
import { Schedules } from './schedules.js';
import { ShownSchedules } from './shown-schedules.js';

/** Every morning in Shanghai; specs override what they are about. */
export function scheduled(
  schedule: Partial<Schedule> = {},
  dataset: Partial<Dataset> = {},
): ScheduledDataset {
  const usual = {
    ...{ cron: '30 6 * * *', timeZone: 'Asia/Shanghai' },
    ...{ lookbackDays: 3, recheckDays: [] },
  };
  return {
    ...makeDataset(dataset),
    schedule: { ...usual, mode: 'missing_and_failed', ...schedule },
  };
}

/** A clock that stands still until it is set. */
export function clockAt(instant: string): Clock & { ms: number } {
  const now = (): number => clock.ms;
  const clock = { ms: Date.parse(instant), now, monotonic: now, steady: now };
  return clock;
}

/** The schedules of one process, without its loop, and with what it logs. */
export function processOn(
  database: Database,
  clock: Clock,
  configured: readonly Dataset[] | DatasetCatalog,
): {
  readonly runs: ScheduleRuns;
  readonly schedules: Schedules;
  readonly shown: ShownSchedules;
  readonly controls: ScheduleControls;
  readonly metrics: Metrics;
  readonly registry: ProgressRegistry;
  readonly catalog: DatasetCatalog;
  readonly logged: Record<string, unknown>[];
} {
  const logged: Record<string, unknown>[] = [];
  const logger = pino(
    { base: null },
    { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const registry = new ProgressRegistry({ ttlSeconds: 60, maxFinished: 100, clock: systemClock });
  const catalog =
    configured instanceof DatasetCatalog ? configured : new DatasetCatalog(configured);
  const tracing = new BatchTracing(database, null, logger);
  const creation = new BatchCreation(database, new LocalLiveView(registry), tracing);
  const runs = new ScheduleRuns(database, creation, { maxRangeDays: 366 }, clock);
  const metrics = new Metrics(catalog.list().map(({ name }) => name));
  return {
    ...{ runs, metrics, registry, catalog, logged },
    schedules: new Schedules(runs, catalog, clock, logger, metrics),
    shown: new ShownSchedules(catalog, database, clock),
    controls: new ScheduleControls(runs, catalog, database, { maxRangeDays: 366 }, clock),
  };
}
