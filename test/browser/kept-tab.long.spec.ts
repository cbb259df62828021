// A tab that stays open while the server restarts, or is replaced by one with another build of the console: what the tab
// has not loaded yet is loaded then.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { ReplacedBuild } from './replaced-build.js';

/** Longer than a tab waits before it asks the server again. */
const PATIENCE_MS = 60_000;

let daysync: DaysyncProcess;
let browser: Browser;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather({ throttle: { days_per_minute: 60 } })] });
  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-03' });
  browser = await openBrowser();
});

interface OpenedTab {
  readonly server: ReplacedBuild;
  readonly page: Page;
}

/** A tab that has loaded a page, and nothing of what only a click needs. */
async function open(path: string, shown: string): Promise<OpenedTab> {
  const server = await ReplacedBuild.start(daysync.url);
  const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(server.url + path);
  await page.getByText(shown, { exact: true }).first().waitFor();
  await page.waitForLoadState('networkidle');
  return { server, page };
}

const openSync = (): Promise<OpenedTab> => open('/', '开始批量同步');
const openRecords = (): Promise<OpenedTab> => open('/records', '2012-01-02');

describe('a tab that is open while the server is away', () => {
  it('says so where a page can’t be opened, and opens it once the server is back', async () => {
    const { server, page } = await openSync();
    server.build = 'away';
    await page.getByRole('link', { name: '记录', exact: true }).first().click();
    await page.getByRole('alert').filter({ hasText: '与服务器的连接已断开' }).waitFor();
    server.build = 'first';
    await page.getByRole('heading', { name: '同步记录', level: 1, exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/records');
    expect(await page.getByText('与服务器的连接已断开').count()).toBe(0);
  });

  it('opens the day that was pressed meanwhile, once the server is back', async () => {
    const { server, page } = await openRecords();
    server.build = 'away';
    await page.getByRole('link', { name: /^2012-01-02/ }).click();
    await page.getByRole('alert').filter({ hasText: '与服务器的连接已断开' }).waitFor();
    server.build = 'first';
    await page
      .getByRole('dialog')
      .getByRole('heading', { name: /2012-01-02/ })
      .waitFor();
  });

  it('reads again by itself what could not be read, once the server is back', async () => {
    const { server, page } = await openRecords();
    server.build = 'away';
    await page.getByRole('columnheader', { name: '行数' }).getByRole('button').click();
    await page.getByText('刷新失败，当前显示的是之前的内容').waitFor();
    server.build = 'first';
    await page.getByText('刷新失败，当前显示的是之前的内容').waitFor({ state: 'detached' });
    expect(server.loads).toEqual(['/records']);
  });
});

describe('a tab that is open while the server is replaced by one with another build', () => {
  it('opens a day', async () => {
    const { server, page } = await openRecords();
    server.build = 'second';
    await page.getByRole('link', { name: /^2012-01-02/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('heading', { name: /2012-01-02/ })
      .waitFor();
    expect(server.loads).toHaveLength(2);
  });

  it('changes the language', async () => {
    const { server, page } = await openSync();
    server.build = 'second';
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Start a batch' }).waitFor();
  });

  it('opens the calendar of a date field', async () => {
    const { server, page } = await openSync();
    server.build = 'second';
    const button = page.getByRole('button', { name: /^开始日期/ });
    await button.click();
    // The tab is loaded anew; then the button works.
    await expect.poll(() => server.loads.length, { timeout: PATIENCE_MS }).toBe(2);
    await button.click();
    await page.getByRole('dialog').waitFor();
  });

  it('has the controls of a batch that starts then', async () => {
    const { server, page } = await openSync();
    server.build = 'second';
    await page.getByRole('textbox', { name: '开始日期' }).fill('2012-03-01');
    await page.getByRole('textbox', { name: '结束日期' }).fill('2012-03-31');
    await page.getByRole('textbox', { name: '结束日期' }).press('Tab');
    await page.getByRole('button', { name: '开始同步' }).click();
    await page.getByText('同步任务已启动').or(page.getByText('正在同步')).first().waitFor();
    await page.getByRole('button', { name: '暂停', exact: true }).click();
    await page.getByRole('button', { name: '继续', exact: true }).click();
  });
});
