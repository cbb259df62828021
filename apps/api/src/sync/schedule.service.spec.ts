import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEnvironment } from '../config/environment.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { clockAt, processOn, scheduled } from '../schedules/schedules.fixture.js';
import { ScheduleService } from './schedule.service.js';
import { StartService } from './start.service.js';
import { StartBatchDto } from './sync.dto.js';

const DATASET = scheduled({ lookbackDays: 2, timeZone: 'UTC' });
const { name: NAME } = DATASET;

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open(null, { datasets: [DATASET] });
});
afterEach(() => sync.close());

it('a run of a schedule with a key is repeated after midnight, and the key is of no other request', async () => {
  const clock = clockAt('2026-05-09T23:59:59.000Z');
  const { catalog, controls, shown } = processOn(sync.database, clock, [DATASET]);
  const read = readEnvironment({});
  if (!read.ok) throw new Error('expected a good environment');
  const { creation, live, store } = sync;
  const logger = pino({ level: 'silent' });
  const starts = new StartService(creation, store, live, catalog, read.config, clock, logger);
  const schedules = new ScheduleService(controls, shown, starts);
  const head = { key: 'k', by: 'ana' };

  const first = await schedules.run(NAME, head);
  expect(first).toMatchObject({
    kind: 'started',
    progress: { start_date: '2026-05-07', end_date: '2026-05-08' },
  });
  if (first.kind !== 'started') throw new Error('expected a new batch');
  const { progress } = first;
  await sync.runQueued();
  clock.ms += 2_000;
  const again = await schedules.run(NAME, head);
  expect(again).toMatchObject({ kind: 'replayed', progress: { task_id: progress.task_id } });

  const { start_date, end_date } = progress;
  const body = Object.assign(new StartBatchDto(), { dataset: NAME, start_date, end_date });
  expect(await starts.start(body, head)).toMatchObject({ kind: 'key_reused' });
});
