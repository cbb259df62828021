import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DayServer } from '../day-server.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { openTab } from './browser.js';

const RANGE = { dataset: 'served', start_date: '2024-01-01', end_date: '2024-01-31' };

let daysync: DaysyncProcess;
let page: Page;

beforeAll(async () => {
  const served = await DayServer.start((day, times) =>
    day === '2024-01-07' && times === 0 ? { status: 404 } : 'row',
  );
  daysync = await startDaysync({ datasets: [served.dataset({ attempts: 1 })] });
  page = await openTab({ locale: 'zh-CN' });
});

describe('an operator among the batches', () => {
  it('finds one by its state, goes into it, and opens a day that failed, by keyboard alone', async () => {
    const { task_id } = await daysync.sync(RANGE);
    await page.goto(`${daysync.url}/batches`);
    await page.getByRole('rowheader', { name: '2024-01-01 至 2024-01-31' }).waitFor();
    await page.getByLabel('状态').selectOption({ label: '已取消' });
    await page.getByText('没有符合筛选条件的批次').waitFor();
    expect(page.url()).toBe(`${daysync.url}/batches?state=cancelled`);
    await page.reload();
    await page.getByText('没有符合筛选条件的批次').waitFor();
    await page.getByRole('button', { name: '清除筛选' }).press('Enter');
    await page.getByRole('link', { name: '2024-01-01 至 2024-01-31' }).press('Enter');

    await page.getByRole('link', { name: '失败 1' }).press('Enter');
    await page
      .getByRole('link', { name: '失败 1', exact: true })
      .and(page.locator('[aria-current]'))
      .waitFor();
    expect(page.url()).toBe(`${daysync.url}/batches/${task_id}?state=failed`);
    const days = page.getByRole('table').getByRole('rowheader');
    expect(await days.allInnerTexts()).toEqual(['2024-01-07']);
    await page.getByRole('link', { name: '2024-01-07' }).last().press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(page.url()).toContain('day=2024-01-07');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.waitForURL(`${daysync.url}/batches/${task_id}?state=failed`);
  });

  it('reads its days as charts: as a sentence, one by one with the arrows, and as a table', async () => {
    const chart = page.getByRole('img', { name: /^每日行数：共 31 天.*失败 1 天/ });
    await chart.waitFor();
    const walk = page.getByRole('slider', { name: '逐个查看图表数据' }).first();
    await walk.press('Home');
    await page.getByText('2024-01-01，1', { exact: true }).waitFor();
    expect(await walk.getAttribute('aria-valuetext')).toBe('2024-01-01，1');
    for (let step = 0; step < 6; step += 1) await walk.press('ArrowRight');
    await page.getByText('2024-01-07，失败', { exact: true }).waitFor();
    expect(await walk.getAttribute('aria-valuetext')).toBe('2024-01-07，失败');
    await page.getByText('以表格显示').first().press('Enter');
    await page.getByRole('cell', { name: '失败', exact: true }).first().waitFor();
  });

  it('tries the failed day again, and finds the retry from its parent', async () => {
    await page.getByRole('button', { name: '重试 1 个失败日期' }).press('Enter');
    await page.getByText('✅ 批量同步完成: 成功1, 失败0, 跳过0').first().waitFor();
    await page.goBack();
    const retries = page.getByRole('region', { name: '重试批次' });
    await retries.getByText('1/1 天 · 成功 1').waitFor();
  });
});
