// A console that is open over a restart of the server.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { countRows } from '../target-table.js';
import { openBrowser } from './browser.js';

/** Long enough that a watcher which waits longer and longer would come late. */
const OUTAGE_MS = 10_000;
/** A day a second. */
const DATASETS = [weather({ throttle: { days_per_minute: 60 } })];

/** Waits until the page shows that at least so many days are begun. */
async function seeDays(page: Page, least: number): Promise<void> {
  await page.waitForFunction((days) => {
    const shown = /进度: (\d+)\//.exec(document.body.innerText)?.[1];
    return Number(shown) >= days;
  }, least);
}

/**
 * Kills the server in the middle of a batch and starts it again: the page says so and goes on with the same batch by
 * itself, to its end. How long after the port opened a newer day was shown, in milliseconds.
 */
export async function watchRestart(): Promise<number> {
  let daysync = await startDaysync({ datasets: DATASETS });
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url);
  const TOTAL = 12;
  await page.getByRole('textbox', { name: '开始日期' }).fill('2012-01-01');
  await page.getByRole('textbox', { name: '结束日期' }).fill('2012-01-12');
  await page.getByRole('textbox', { name: '结束日期' }).press('Tab');
  await page.getByRole('button', { name: '开始同步' }).click();
  await seeDays(page, 3);
  const address = page.url();
  const [batch] = (await daysync.batches()).items;

  await daysync.kill();
  await page.getByText('与服务器的连接已断开').waitFor();
  // What is known stays on the page.
  await seeDays(page, 3);
  await sleep(OUTAGE_MS);
  const port = Number(new URL(daysync.url).port);
  daysync = await startDaysync({ datasets: DATASETS, folder: daysync.folder, port });

  const opened = performance.now();
  const before = await page.evaluate(() => document.body.innerText);
  expect(before).not.toContain('没有新进展');
  const shown = Number(/进度: (\d+)\//.exec(before)?.[1]);
  await seeDays(page, shown + 1);
  const resumedMs = performance.now() - opened;
  expect(page.url()).toBe(address);
  expect(address).toContain(String(batch?.task_id));
  expect(await page.getByText('与服务器的连接已断开').count()).toBe(0);

  await page.getByText(`✅ 批量同步完成: 成功${TOTAL}, 失败0, 跳过0`).first().waitFor();
  expect((await daysync.batches()).items).toHaveLength(1);
  expect(await countRows(daysync.database, 'weather_daily')).toBe(2 * TOTAL);
  return resumedMs;
}
