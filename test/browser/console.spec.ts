import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { countRows } from '../target-table.js';
import { openBrowser } from './browser.js';

/** A day in three seconds: the console asks every two, so that it sees each day. */
const THROTTLE = { days_per_minute: 20 };

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather({ throttle: THROTTLE })] });
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(daysync.url);
});

/** Waits until the page shows this much progress: `3/10 (30%)`. */
async function seeProgress(text: string): Promise<void> {
  await page.getByText(`进度: ${text}`).first().waitFor();
}

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

describe('an operator in control', () => {
  it('pauses, goes on, and cancels after a question', async () => {
    await page.goto(daysync.url);
    const { task_id } = await daysync.startBatch({
      start_date: '2013-01-01',
      end_date: '2013-01-31',
    });
    await page.goto(`${daysync.url}/batches/${task_id}`);
    await page.getByRole('button', { name: '暂停' }).click();
    await page.getByText('同步已暂停').first().waitFor();
    expect(await daysync.progress(task_id)).toMatchObject({ status: 'paused' });

    await page.getByRole('button', { name: '继续', exact: true }).click();
    await page.getByRole('button', { name: '暂停' }).waitFor();

    await page.getByRole('button', { name: '取消', exact: true }).click();
    await page.getByText('确定要取消吗').waitFor();
    expect((await daysync.progress(task_id)).status).not.toMatch(/cancel/);
    await page.getByRole('button', { name: '确定取消' }).click();
    await page.getByText('批量同步已取消').first().waitFor();
    expect(await daysync.progress(task_id)).toMatchObject({ status: 'cancelled' });
  });
});
