import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { countRows } from '../target-table.js';
import { openBrowser } from './browser.js';
import { loadConsole } from './first-load.js';

declare global {
  interface Window {
    messages: string[];
    loads: number;
    startSync(startDate: string, endDate: string): Promise<void>;
  }
}

/** A day in four seconds: the console and the client ask every two, so that they see each day. */
const THROTTLE = { days_per_minute: 15 };
const MOST_BYTES = 200_000;
/** Each costs half a kilobyte and, where a script imports the next one, a round trip. */
const MOST_REQUESTS = 20;

let daysync: DaysyncProcess;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather({ throttle: THROTTLE })] });
  browser = await openBrowser();
  const context = await browser.newContext({ locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url);
});

/** Waits until the page shows this much progress: `3/10 (30%)`. */
async function seeProgress(text: string): Promise<void> {
  await page.getByText(`进度: ${text}`).first().waitFor();
}

describe('the first load of the console', () => {
  it('asks no other host, and stays within 200 kB over the wire in few requests', async () => {
    const { bytes, faults, sizes } = await loadConsole(browser, daysync);
    const elsewhere = sizes.filter(([, url]) => !url.startsWith(`${daysync.url}/`));
    expect(elsewhere.filter(([, url]) => !url.startsWith('data:'))).toEqual([]);
    expect(sizes.length).toBeGreaterThan(2);
    expect({ bytes, sizes, fits: bytes > 0 && bytes <= MOST_BYTES }).toMatchObject({ fits: true });
    expect(sizes.length).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(faults).toEqual([]);
  });
});

describe('an operator', () => {
  it('picks two dates, starts, watches, reloads in the middle, and sees the end', async () => {
    await page.getByRole('textbox', { name: '开始日期' }).fill('2012-01-01');
    await page.getByRole('textbox', { name: '结束日期' }).fill('2012-01-05');
    await page.getByRole('textbox', { name: '结束日期' }).press('Tab');
    await page.getByRole('button', { name: '开始同步' }).click();

    await seeProgress('1/5 (20%)');
    await seeProgress('2/5 (40%)');
    await page.reload();
    await seeProgress('4/5 (80%)');
    const { items } = await daysync.batches();
    expect(items).toHaveLength(1);

    await page.getByText('✅ 批量同步完成').first().waitFor();
    await page
      .getByText(/成功:? ?5, 失败:? ?0, 跳过:? ?0/)
      .first()
      .waitFor();
    expect(await countRows(daysync.database, 'weather_daily')).toBe(10);

    for (const day of ['2012-01-01', '2012-01-05']) {
      await page.getByRole('row', { name: day }).first().waitFor();
    }
  });
});

describe('the client of the feature note, unchanged', () => {
  it('starts a batch, sees each day and the end, and then loads the list', async () => {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(daysync.url);
    await page.addScriptTag({ path: path.join(import.meta.dirname, 'note-client.js') });
    // The throttle has just let a day run, so that the next ones come one by one, however long the tests before took.
    await daysync.sync({ start_date: '2014-06-01', end_date: '2014-06-01' });
    await page.evaluate(() => window.startSync('2014-01-01', '2014-01-03'));
    await page.waitForFunction(() => window.loads > 0);
    const messages = await page.evaluate(() => window.messages);
    const lines = messages.map((message) =>
      message
        .trim()
        .split(/\s*\n\s*/)
        .join(' | '),
    );
    // A day is seen once or twice: before it succeeds, and after.
    const shown = (line = ''): string => line.split(' | ').slice(0, 2).join(' | ');
    const ofDays = lines.filter((line) => !line.includes('同步任务已启动'));
    const seen = ofDays.filter((line, index) => shown(line) !== shown(ofDays[index + 1]));

    expect(seen.slice(0, 2).map((line) => shown(line))).toEqual([
      '🔄 正在同步 2014-01-01... | 进度: 1/3 (33%)',
      '🔄 正在同步 2014-01-02... | 进度: 2/3 (67%)',
    ]);
    // The last day of a fast source may be over before the next poll: then its end is what is seen of it.
    expect(seen.slice(2).every((line) => line.includes('进度: 3/3 (100%)'))).toBe(true);
    expect(seen.at(-1)).toBe(
      '🔄 批量同步完成: 成功3, 失败0, 跳过0 | 进度: 3/3 (100%) | 成功: 3, 失败: 0, 跳过: 0',
    );
    expect(await page.evaluate(() => window.loads)).toBe(1);
  });
});
