import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { IS_LONG } from '../draws.js';
import { birdstrikes, weather } from '../scratch.js';
import { countRows, dumpTable, rowsByDay } from '../target-table.js';

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather(), birdstrikes()] });
});

const target = (table: string): Promise<string> => dumpTable(daysync.database, table);

describe('the weather of Seattle and New York', () => {
  it('a month: 31 days, 62 rows', async () => {
    const answer = await daysync.post('sync/batch', {
      start_date: '2012-03-01',
      end_date: '2012-03-31',
    });
    expect(answer.status).toBe(202);
    const { data } = answer.body as { data: { task_id: string } };
    expect(data.task_id).toMatch(/^2012-03-01_2012-03-31_\d{10}$/);
    const location = new URL(answer.headers.get('location') ?? '', daysync.url);
    expect(location.pathname).toBe(`/api/v1/sync-status/sync/batch/progress/${data.task_id}`);
    expect(answer.headers.get('retry-after')).toBe('2');

    expect(await daysync.ended(data.task_id)).toMatchObject({
      dataset: 'weather',
      status: 'completed',
      total: 31,
      success: 31,
      failed: 0,
      skipped: 0,
      percent: 100,
      current_date: '2012-03-31',
      message: '批量同步完成: 成功31, 失败0, 跳过0',
    });
    expect(await countRows(daysync.database, 'weather_daily')).toBe(62);
    expect(new Set(Object.values(await rowsByDay(daysync.database, 'weather_daily')))).toEqual(
      new Set([2]),
    );
  });

  it('a year, leap day included: 366 days, 732 rows', async () => {
    const range = { start_date: '2012-01-01', end_date: '2012-12-31', mode: 'all' };
    expect(await daysync.sync(range)).toMatchObject({
      status: 'completed',
      total: 366,
      success: 366,
    });
    expect(await countRows(daysync.database, 'weather_daily')).toBe(732);
    expect(await rowsByDay(daysync.database, 'weather_daily')).toMatchObject({ '2012-02-29': 2 });
    expect(await daysync.records('dataset=weather')).toMatchObject({ total: 366 });
  });

  it('a second run gives exactly the same target', async () => {
    const before = await target('weather_daily');
    const range = { start_date: '2012-01-01', end_date: '2012-03-31', mode: 'all' };
    expect(await daysync.sync(range)).toMatchObject({ success: 91 });
    expect(await target('weather_daily')).toBe(before);
  });
});

describe('wildlife strikes, with days without data', () => {
  it('a week: 4 days with 5 rows, 3 without data', async () => {
    const progress = await daysync.sync({
      dataset: 'birdstrikes',
      start_date: '1990-01-08',
      end_date: '1990-01-14',
    });
    expect(progress).toMatchObject({ total: 7, success: 4, failed: 0, skipped: 3 });
    expect(await countRows(daysync.database, 'birdstrikes')).toBe(5);
    const days = await daysync.days(progress.task_id);
    expect(days.map(({ day }) => day)).toEqual([
      '1990-01-08',
      '1990-01-09',
      '1990-01-10',
      '1990-01-11',
      '1990-01-12',
      '1990-01-13',
      '1990-01-14',
    ]);
    const skipped = days.filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ reason }) => reason)).toEqual(['no_data', 'no_data', 'no_data']);
    expect(days.filter(({ state }) => state === 'success')).toHaveLength(4);
  });

  it(IS_LONG ? 'ten years' : 'a year', async () => {
    const range = { dataset: 'birdstrikes', start_date: '1990-01-01', mode: 'all' };
    const [end, rows, counts] = IS_LONG
      ? ['1999-12-31', 7_213, { total: 3_652, success: 2_788, failed: 0, skipped: 864 }]
      : ['1990-12-31', 463, { total: 365, success: 218, failed: 0, skipped: 147 }];
    expect(await daysync.sync({ ...range, end_date: end })).toMatchObject(counts);
    expect(await countRows(daysync.database, 'birdstrikes')).toBe(rows);
  });

  it('a second run tries only the empty days, and changes no row', async () => {
    const before = await target('birdstrikes');
    const progress = await daysync.sync({
      dataset: 'birdstrikes',
      start_date: '1990-01-01',
      end_date: '1990-12-31',
    });
    expect(progress).toMatchObject({ total: 365, success: 0, failed: 0, skipped: 365 });
    const reasons = new Map<string | null, number>();
    for (const { reason } of await daysync.days(progress.task_id)) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect(Object.fromEntries(reasons)).toEqual({ already_synced: 218, no_data: 147 });
    expect(await target('birdstrikes')).toBe(before);
  });
});
