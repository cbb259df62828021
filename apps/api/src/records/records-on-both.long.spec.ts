import { OUTCOMES } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { BatchLogs } from '../batches/store/batch-logs.js';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { systemClock } from '../config/clock.js';
import { ShownSchedules } from '../schedules/shown-schedules.js';
import type { TargetHealth } from '../datasets/target-health.js';
import { UnreadableRowsStore } from '../datasets/unreadable-rows-store.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { dayAt, EVERY_OUTCOME, live } from '../runner/every-outcome.fixture.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { AT, D1, makeDataset } from '../sync/sync.fixture.js';
import { CalendarService } from './calendar.service.js';
import { CoverageService } from './coverage.service.js';
import { HistoryService } from './history.service.js';
import { KnownDatasets, RecordsService } from './records.service.js';
import { RecordsExport } from './records-export.js';
import { RecordFilterDto, RecordQueryDto, RECORD_FIELDS } from './records.dto.js';
import { writeRecords } from './sync-records.fixture.js';

const CATALOG = new DatasetCatalog([
  makeDataset({ concurrency: 2, attempts: 2 }),
  makeDataset({ name: 'empty' }),
]);
const LIMITS = { maxRangeDays: 3_660 };
const CLOCK = { now: () => Date.parse(AT), monotonic: () => 0, steady: () => Date.parse(AT) };
const SORTS = RECORD_FIELDS.flatMap((field) => [field, `-${field}`] as const);

const scratch = migratedDatabases();
const scratches: ScratchInstallation[] = [];
beforeAll(async () => {
  for (const dialect of DIALECTS) {
    const sync = await ScratchInstallation.open(await scratch(dialect), EVERY_OUTCOME);
    scratches.push(sync);
    await live(sync);
    await addRecords(sync);
  }
});
afterAll(async () => {
  for (const sync of scratches) await sync.close();
});

/** Records of datasets that are no longer configured: with and without each value, in no order. */
async function addRecords({ database }: ScratchInstallation): Promise<void> {
  const records = Array.from({ length: 60 }, (_, n) => ({
    dataset: n < 50 ? 'gone' : (['gone_1', 'gone1'][n % 2] ?? ''),
    day: dayAt((n * 37) % 60),
    status: OUTCOMES[n % 3] ?? 'failed',
    reason: n % 3 === 2 ? ('no_data' as const) : null,
    rows: n % 4 === 0 ? null : (n * 7) % 11,
    attempts: 1 + (n % 2),
    duration_ms: n % 5 === 0 ? null : (n * 13) % 17,
    last_batch_id: `t${n}`,
    last_tried_at: `2025-10-18T16:00:${String((n * 7) % 60).padStart(2, '0')}.000Z`,
    last_success_at: n % 3 === 0 ? AT : null,
    error_code: n % 3 === 1 ? 'ÄRGER, "Ü" 汉字' : null,
    error_text: n % 3 === 1 ? 'Viel ÄRGER, "Ü" 汉字' : null,
  }));
  await writeRecords(database, records);
}

/** What each database answers to the same. */
async function answersOf<T>(ask: (sync: ScratchInstallation) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const sync of scratches) answers.push(await ask(sync));
  return answers;
}

/** Each database words a refused row differently. */
function plain(answer: unknown): string {
  return JSON.stringify(answer).replaceAll(
    /expected readings to accept the rows, got: (?:[^"\\]|\\.)*/g,
    'refused',
  );
}

/** The same of each, and something at all. */
async function expectSame(ask: (sync: ScratchInstallation) => Promise<unknown>): Promise<string> {
  const answers = (await answersOf(ask)).map(plain);
  expect(answers).toEqual(DIALECTS.map(() => answers[0]));
  return answers[0] ?? '';
}

const knownOf = ({ database }: ScratchInstallation): KnownDatasets =>
  new KnownDatasets(CATALOG, database);

describe('records on both databases', () => {
  it.each(SORTS)('are listed in the same order by %s, from both ends', async (sort) => {
    const answer = await expectSame(async ({ database }) => {
      const pages: unknown[] = [];
      for (let page = 1; page <= 6; page += 1) {
        const query = Object.assign(new RecordQueryDto(), { sort, page, page_size: 20 });
        pages.push(await new RecordsService(database, CATALOG).list(query));
      }
      return pages;
    });
    const values = (JSON.parse(answer) as { items: Record<string, unknown>[]; total: number }[])
      .flatMap(({ items }) => items)
      .map((item) => item[sort.replace('-', '')] ?? null);
    expect(values.length).toBeGreaterThan(70);
    const first = sort.startsWith('-') ? values.at(-1) : values[0];
    if (['rows', 'duration_ms'].includes(sort.replace('-', ''))) expect(first).toBeNull();
  });

  it.each([
    { dataset: 'gone' },
    { dataset: 'gone', status: 'failed' },
    { status: 'skipped', start_date: dayAt(3), end_date: dayAt(20) },
    { dataset: 'never' },
    { dataset: '汉字' },
    { text: 'ärger' },
    { text: 'Ü" 汉' },
  ] as const)('are found by %j, and exported', async (filter) => {
    const answer = await expectSame(async ({ database }) => {
      const query = Object.assign(new RecordQueryDto(), filter);
      const list = await new RecordsService(database, CATALOG).list(query);
      const pieces: string[] = [];
      const asked = Object.assign(new RecordFilterDto(), filter, { sort: '-rows' });
      const going = new AbortController().signal;
      for await (const piece of new RecordsExport(database, CATALOG).read(asked, going))
        pieces.push(piece);
      expect(pieces.join('').split('\r\n').length - 2).toBe(list.total);
      return [list, pieces.join('')];
    });
    expect(answer).toContain('last_success_at');
  });

  it.each([
    { dataset: 'readings' },
    { dataset: 'gone', start_date: dayAt(5) },
    { dataset: 'readings', start_date: D1, end_date: dayAt(400) },
    { dataset: 'empty' },
  ])('make the same calendar of %j', async (query) => {
    await expectSame(async (sync) => {
      const known = knownOf(sync);
      return new CalendarService(sync.database, CATALOG, known, LIMITS, CLOCK).show(query);
    });
  });

  it('make the same history of a day', async () => {
    const answer = await expectSame(async (sync) => {
      const history = new HistoryService(
        sync.database,
        knownOf(sync),
        new BatchLogs(sync.database),
        CATALOG,
        CLOCK,
      );
      const page = Object.assign(new PageQueryDto(), { page_size: 2 });
      const days = [];
      for (let n = 0; n < 10; n += 1) days.push(await history.show('readings', dayAt(n), page));
      days.push(await history.show('gone', D1, page));
      const refused = await history.show('\0', D1, page).catch((error: unknown) => String(error));
      return [...days, refused];
    });
    expect(answer).toContain('already_synced');
  });

  it('make the same coverage of each dataset', async () => {
    const answer = await expectSame(async ({ database, store }) => {
      const all = new DatasetCatalog([...CATALOG.list(), makeDataset({ name: 'gone' })]);
      const unreadable = new UnreadableRowsStore(all, database, CLOCK);
      const health = { of: () => null } as Partial<TargetHealth> as TargetHealth;
      const silent = pino({ enabled: false });
      const datasets = new DatasetsService(all, unreadable, health, null, silent);
      const registry = new ProgressRegistry({ ttlSeconds: 1, maxFinished: 1, clock: CLOCK });
      const schedules = new ShownSchedules(all, database, systemClock);
      const coverage = new CoverageService(
        ...([datasets, all, schedules, { byDataset: () => Promise.resolve(new Map()) }] as const),
        ...([database, store, registry, LIMITS, CLOCK] as const),
      );
      return (await coverage.list()).map((shown) => shown.coverage);
    });
    expect(answer).toContain('"synced":14');
    expect(answer).toContain('"code":"ÄRGER, ');
  });
});
