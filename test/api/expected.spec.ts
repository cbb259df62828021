import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS, scratchDatabases } from '../databases.js';
import { dataOf } from '../daysync.js';
import { refusedApp, startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder, writeConfiguration, writeScratch, type DatasetYaml } from '../scratch.js';

const WORKDAYS = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
const YEAR = { start_date: '2025-01-01', end_date: '2025-12-31' };
/** All of them are workdays: of 261 workdays, 251 are left. */
const HOLIDAYS = [
  ...['2025-01-01', '2025-01-20', '2025-02-17', '2025-04-18', '2025-05-26'],
  ...['2025-06-19', '2025-07-04', '2025-09-01', '2025-11-27', '2025-12-25'],
];

/** A source that has rows for every day but one, and writes down which days it is asked for. */
const SOURCE = `import { appendFileSync } from 'node:fs';
export default class {
  constructor({ asked }) { this.asked = asked; }
  async *fetchDay(day) {
    appendFileSync(this.asked, day + '\\n');
    if (day !== '2026-01-05') yield { price: 1 };
  }
}`;

const newDatabase = scratchDatabases();

describe.each(DIALECTS)('a dataset without weekends and holidays, on %s', (dialect) => {
  let folder: string;
  let asked: string;
  let daysync: DaysyncApp;

  function prices(expected: unknown): DatasetYaml {
    return {
      name: 'prices',
      source: { kind: 'provider', module: './source.mjs', thread: false, options: { asked } },
      target: { table: 'prices', columns: { price: 'real' } },
      concurrency: 8,
      expected,
    };
  }

  beforeAll(async () => {
    folder = await scratchFolder();
    asked = path.join(folder, 'asked.txt');
    await writeScratch(folder, 'asked.txt', '');
    await writeScratch(folder, 'source.mjs', SOURCE);
    await writeScratch(folder, 'holidays.txt', `# 2025\n${HOLIDAYS.join('\n')}\n`);
    const url = await newDatabase(dialect);
    daysync = await startApp({
      folder,
      datasets: [prices({ rule: WORKDAYS, except: 'holidays.txt', until: '2026-01-01' })],
      env: { MAX_RANGE_DAYS: '251', ...(url === null ? {} : { DATABASE_URL: url }) },
    });
  });

  async function askedDays(): Promise<readonly string[]> {
    return (await readFile(asked, 'utf8')).split('\n').filter((line) => line !== '');
  }

  async function dataset(): Promise<unknown> {
    return daysync.data('datasets/prices');
  }

  async function reload(expected: unknown): Promise<unknown> {
    await writeConfiguration(folder, { datasets: [prices(expected)] });
    return dataOf(await daysync.post('datasets/reload', {}));
  }

  const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();
  const isExpected = (day: string): boolean =>
    ![0, 6].includes(weekday(day)) && !HOLIDAYS.includes(day);

  it('is previewed and synced without them, and they are no gap', async () => {
    expect(dataOf(await daysync.post('sync/batch/preview', YEAR))).toMatchObject({
      ...{ total: 365, run: 251, skip: 114 },
      skip_reasons: [{ reason: 'not_expected', count: 114 }],
    });
    const { task_id, ...progress } = await daysync.sync({ ...YEAR, mode: 'all' });
    expect(progress).toMatchObject({
      ...{ status: 'completed', total: 365, success: 251, failed: 0, skipped: 114 },
      skip_reasons: [{ reason: 'not_expected', count: 114 }],
    });
    const days = await daysync.days(task_id);
    for (const { day, reason, state } of days) {
      expect({ day, state, reason }).toEqual(
        isExpected(day)
          ? { day, state: 'success', reason: null }
          : { day, state: 'skipped', reason: 'not_expected' },
      );
    }
    const requests = await askedDays();
    expect(requests).toHaveLength(251);
    expect(requests.filter((day) => !isExpected(day))).toEqual([]);
    expect(await daysync.records('page_size=1')).toMatchObject({ total: 251 });
  });

  it('has no gaps in its coverage and its calendar, which knows the days', async () => {
    expect(await dataset()).toMatchObject({
      expected: {
        ...{ rule: WORKDAYS, except: 'holidays.txt', except_days: 10 },
        ...{ from: null, until: '2026-01-01' },
      },
      coverage: {
        ...{ first_synced: '2025-01-02', last_synced: '2025-12-31', synced: 251, behind: 1 },
        gaps: { count: 0, days: 0, range: null },
      },
    });
    const { not_expected, ...calendar } = (await daysync.data(
      'records/calendar?dataset=prices&start_date=2025-06-01&end_date=2025-08-31',
    )) as { readonly not_expected: readonly { readonly start_date: string }[] };
    expect(calendar).toMatchObject({ failed: 0, empty: 0, gaps: { count: 0 } });
    const summer = not_expected.filter(({ start_date }) => start_date.startsWith('2025-07'));
    expect(summer).toEqual([
      // Independence Day, with its weekend.
      { start_date: '2025-07-04', end_date: '2025-07-06' },
      { start_date: '2025-07-12', end_date: '2025-07-13' },
      { start_date: '2025-07-19', end_date: '2025-07-20' },
      { start_date: '2025-07-26', end_date: '2025-07-27' },
    ]);
    expect(await daysync.data('records/prices/2025-07-05/history')).toMatchObject({
      ...{ expected: false, record: null },
      items: [{ state: 'skipped', reason: 'not_expected' }],
    });
    expect(await daysync.data('records/prices/2025-07-03/history')).toMatchObject({
      ...{ expected: true, record: { status: 'success' } },
    });
  });

  it('keeps the records and rows of days that are no longer expected: they are no gap', async () => {
    const fridays = (await askedDays()).filter((day) => weekday(day) === 5);
    expect(fridays.length).toBeGreaterThan(40);
    const rule = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH';
    expect(await reload({ rule, except: 'holidays.txt', until: '2025-12-31' })).toMatchObject({
      datasets: { changed: [{ name: 'prices', keys: ['expected.rule', 'expected.until'] }] },
    });
    const { total } = await daysync.records('page_size=1');
    expect(total).toBe(251);
    expect(await dataset()).toMatchObject({
      coverage: { synced: total, elsewhere: null, behind: 0, gaps: { count: 0 } },
    });
    const friday = '2025-07-11';
    expect(await daysync.data(`records/prices/${friday}/history`)).toMatchObject({
      ...{ expected: false, record: { status: 'success', elsewhere: false } },
    });
    expect(await daysync.data(`datasets/prices/days/${friday}/rows`)).toMatchObject({ total: 1 });
    const again = { start_date: friday, end_date: friday, mode: 'all' };
    expect(await daysync.sync(again)).toMatchObject({ success: 0, skipped: 1 });
  });

  it('takes in a changed file of days by a reload, and names it; a day without rows needs attention', async () => {
    const expected = { rule: WORKDAYS, except: 'holidays.txt', until: '2025-12-31' };
    await reload(expected);
    // Independence Day has data after all.
    const others = HOLIDAYS.filter((day) => day !== '2025-07-04');
    await writeScratch(folder, 'holidays.txt', others.join('\n'));
    expect(await reload(expected)).toMatchObject({
      is_new: true,
      datasets: { changed: [{ name: 'prices', keys: ['expected.except'] }] },
    });
    const day = { start_date: '2025-07-04', end_date: '2025-07-04' };
    expect(await dataset()).toMatchObject({
      coverage: { gaps: { count: 1, days: 1, first: day, range: day } },
    });
    expect(await reload(expected)).toMatchObject({ is_new: false });
    await daysync.sync(day);
    expect(await dataset()).toMatchObject({ attention: { needed: false } });
    const empty = { start_date: '2026-01-05', end_date: '2026-01-05' };
    await reload({ ...expected, until: '2026-01-05' });
    expect(await daysync.sync(empty)).toMatchObject({ skip_reasons: [{ reason: 'no_data' }] });
    expect(await dataset()).toMatchObject({
      ...{ coverage: { empty: 1 }, attention: { needed: true, uncovered_days: 1 } },
    });
    await daysync.post('records/prices/settle', { ...empty, reason: 'the exchange was closed' });
    expect(await dataset()).toMatchObject({ attention: { needed: false } });
    await reload(expected);
    await writeScratch(folder, 'holidays.txt', '2025-13-01\n');
    await writeConfiguration(folder, { datasets: [prices(expected)] });
    const refused = await daysync.post('datasets/reload', {});
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('\\"2025-13-01\\" in holidays.txt:1');
  });
});

it('a rule that is wrong is refused at the start, with its file of days', async () => {
  const folder = await scratchFolder();
  await writeScratch(folder, 'source.mjs', SOURCE);
  await writeScratch(folder, 'holidays.txt', '2025-01-01\n1 May 2025\n');
  const dataset = {
    name: 'prices',
    source: { kind: 'provider', module: './source.mjs' },
    target: { table: 'prices', columns: { price: 'real' } },
    expected: { rule: 'FREQ=HOURLY', except: 'holidays.txt' },
  };
  const { code, stderr } = await refusedApp({ folder, datasets: [dataset] });
  expect(code).toBe(78);
  expect(stderr).toContain('datasets[0].expected.rule: expected FREQ to be DAILY, WEEKLY');
  expect(stderr).toContain('got "1 May 2025" in holidays.txt:2');
});
