import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';

const HEAD = 'day,city,degrees\n';
/** The 2nd can't be read, and the 3rd has no data. */
const ROWS = ['01', '02', '04', '05', '06', '07', '08', '09'].map(
  (date) => `2012-01-${date},Oslo,${date === '02' ? 'cold' : Number(date)}\n`,
);

/** The days around the 2nd can't be read. */
const AROUND = ['2012-01-01,Oslo,cold\n', '2012-01-02,Oslo,2\n', '2012-01-03,Oslo,warm\n'];

let daysync: DaysyncApp;
let firstBatch: string;
let retried: string;
let retriedAround: string;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', HEAD + ROWS.join(''));
  const around = await writeScratch(folder, 'around.csv', HEAD + AROUND.join(''));
  const datasets = [
    readings(csv, { time_zone: 'Pacific/Kiritimati' }),
    weather({ name: 'untouched' }),
    readings(around, { name: 'around', target: { ...readings(around).target, table: 'around' } }),
  ];
  daysync = await startApp({ folder, datasets, env: { MAX_RANGE_DAYS: '31' } });
  const first = await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-04' });
  firstBatch = first.task_id;
  await daysync.sync({ start_date: '2012-01-08', end_date: '2012-01-09' });
  // Days that were synced before now fail.
  await writeFile(csv, (HEAD + ROWS.join('')).replace('Oslo,4', 'Oslo,warm'));
  await daysync.sync({ start_date: '2012-01-04', end_date: '2012-01-04', mode: 'all' });
  retried = await retry(firstBatch);
  const range = { start_date: '2012-01-01', end_date: '2012-01-03', dataset: 'around' };
  retriedAround = await retry((await daysync.sync(range)).task_id);
});

/** Retries a batch and waits for the end. @returns the retry */
async function retry(taskId: string): Promise<string> {
  const answer = await daysync.post(`sync/batch/${taskId}/retry`, {});
  expect(answer).toMatchObject({ status: 202 });
  const { data } = answer.body as { readonly data: { readonly task_id: string } };
  await daysync.ended(data.task_id);
  return data.task_id;
}

const GAPS = {
  count: 2,
  days: 4,
  first: { start_date: '2012-01-02', end_date: '2012-01-02' },
  range: { start_date: '2012-01-02', end_date: '2012-01-07' },
};

describe('the calendar', () => {
  it('has the days from the first to the last that was tried, and the gaps between them', async () => {
    const calendar = await daysync.data('records/calendar?dataset=readings');
    expect(calendar).toMatchObject({
      dataset: 'readings',
      start_date: '2012-01-01',
      end_date: '2012-01-09',
      synced: 4,
      failed: 2,
      empty: 1,
      gaps: GAPS,
      items: [
        { day: '2012-01-01', status: 'success', rows: 1, error_code: null, synced: true },
        { day: '2012-01-02', status: 'failed', error_code: 'VALUE_INVALID', synced: false },
        { day: '2012-01-03', status: 'skipped', reason: 'no_data', rows: 0, synced: false },
        // It still has the rows of its success.
        { day: '2012-01-04', status: 'failed', error_code: 'VALUE_INVALID', synced: true },
        { day: '2012-01-08', status: 'success', synced: true },
        { day: '2012-01-09', status: 'success', synced: true },
      ],
    });
  });

  it('is of the first dataset by default, with today in its time zone', async () => {
    const { dataset, today } = (await daysync.data('records/calendar')) as Record<string, unknown>;
    expect(dataset).toBe('readings');
    // UTC+14 is always the first to have a new date.
    const there = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' });
    expect([there.format(Date.now() - 60_000), there.format(Date.now())]).toContain(today);
  });

  it.each([
    ['start_date=2012-01-02&end_date=2012-01-01', 400, 'RANGE_REVERSED'],
    ['start_date=2012-01-01&end_date=2012-02-01', 422, 'RANGE_TOO_LARGE'],
    ['start_date=2012-02-30', 400, 'VALIDATION_FAILED'],
    ['page=1', 400, 'VALIDATION_FAILED'],
    ['dataset=nothing', 404, 'DATASET_NOT_FOUND'],
  ])('refuses %s', async (query, status, code) => {
    const answer = await daysync.api(`records/calendar?${query}`);
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

describe('the history of a day', () => {
  it('has every batch of the day, the newest first, and its record', async () => {
    const history = await daysync.data('records/readings/2012-01-02/history');
    expect(history).toMatchObject({
      record: { day: '2012-01-02', status: 'failed', last_task_id: retried },
      items: [
        { task_id: retried, retry_of: firstBatch, state: 'failed', attempts: 1, rows: null },
        {
          task_id: firstBatch,
          mode: 'missing_and_failed',
          retry_of: null,
          started_by: null,
          state: 'failed',
          reason: null,
          error: { code: 'VALUE_INVALID', row: 2, column: 'degrees' },
        },
      ],
      page: 1,
      page_size: 50,
      total: 2,
    });
  });

  it('leaves out a batch that has the day in its range but not among its days', async () => {
    const around = { start_date: '2012-01-01', end_date: '2012-01-03' };
    const items = [
      { task_id: retriedAround, ...around, total: 2 },
      { ...around, total: 3 },
    ];
    const tried = { items, total: 2 };
    expect(await daysync.data('records/around/2012-01-01/history')).toMatchObject(tried);
    expect(await daysync.data('records/around/2012-01-03/history')).toMatchObject(tried);
    // The retry has only the days around it.
    expect(await daysync.data('records/around/2012-01-02/history')).toMatchObject({
      items: [{ retry_of: null, state: 'success', rows: 1, error: null }],
      total: 1,
    });
  });

  it('comes in pages', async () => {
    const history = await daysync.data('records/readings/2012-01-04/history?page_size=1&page=2');
    expect(history).toMatchObject({
      items: [{ task_id: firstBatch, state: 'success', rows: 1, error: null }],
      page: 2,
      total: 2,
    });
  });

  it('of a day without batches is empty', async () => {
    expect(await daysync.data('records/untouched/2012-01-04/history')).toMatchObject({
      record: null,
      items: [],
      total: 0,
    });
  });

  it('refuses an invalid day with the reason', async () => {
    expect(await daysync.api('records/readings/2012-02-30/history')).toMatchObject({
      status: 400,
      body: {
        code: 'VALIDATION_FAILED',
        errors: [
          {
            pointer: '/path/day',
            expected: 'a date written YYYY-MM-DD',
            received: '"2012-02-30" (text)',
          },
        ],
      },
    });
  });

  it('of an unknown dataset is 404', async () => {
    expect(await daysync.api('records/nothing/2012-01-04/history')).toMatchObject({
      status: 404,
      body: { code: 'DATASET_NOT_FOUND' },
    });
  });
});

it('the list of batches can be filtered to the retries of one', async () => {
  expect(await daysync.data(`sync/batch?retry_of=${firstBatch}`)).toMatchObject({
    items: [{ task_id: retried, retry_of: firstBatch }],
    total: 1,
  });
  expect(await daysync.data(`sync/batch?retry_of=${retried}`)).toMatchObject({ total: 0 });
});

it('records of a dataset that was removed from the file stay readable', async () => {
  await daysync.stop();
  const without = { folder: daysync.folder, datasets: [weather({ name: 'untouched' })] };
  const later = await startApp(without);
  expect(await later.data('records/calendar?dataset=readings')).toMatchObject({
    synced: 4,
    gaps: GAPS,
  });
  expect(await later.data('records/readings/2012-01-02/history')).toMatchObject({ total: 2 });
  expect(await later.api('datasets/readings/days/2012-01-02/rows')).toMatchObject({
    status: 404,
    body: { code: 'DATASET_NOT_FOUND' },
  });
});
