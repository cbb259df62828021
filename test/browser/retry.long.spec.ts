import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { Progress } from '../wire.js';
import { openTab } from './browser.js';

const GOOD = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,8
2025-10-03,Oslo,7
2025-10-04,Oslo,6
`;
/** Two days with a value that does not fit, and one with a field too few. */
const BAD = GOOD.replace('Oslo,8', 'Oslo,mild')
  .replace('Oslo,7', 'Oslo')
  .replace('Oslo,6', 'Oslo,cold');
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04', dataset: 'readings' };

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', BAD);
  daysync = await startDaysync({ folder, datasets: [readings(csv)] });
  page = await openTab({ locale: 'zh-CN' });
});

/** The batch that was started last. */
async function newest(): Promise<Progress> {
  const [batch] = (await daysync.batches()).items;
  if (batch === undefined) throw new Error('expected a batch');
  return batch;
}

describe('an operator whose batch has failed days', () => {
  it('tries those of one reason again, then the rest, each in a batch of its own', async () => {
    const parent = await daysync.sync({ ...RANGE, mode: 'all' });
    expect(parent).toMatchObject({ success: 1, failed: 3 });
    await page.goto(`${daysync.url}/?task_id=${parent.task_id}`);
    await page.getByText('⚠️ 批量同步完成: 成功1, 失败3, 跳过0').waitFor();
    await page.getByRole('button', { name: '重试 3 个失败日期' }).waitFor();

    await writeScratch(daysync.folder, 'readings.csv', BAD.replace('Oslo\n', 'Oslo,7\n'));
    await page.getByRole('button', { name: '重试 1 个日期' }).click();
    await page.getByText('✅ 批量同步完成: 成功1, 失败0, 跳过0').first().waitFor();
    const first = await newest();
    expect(first).toMatchObject({ retry_of: parent.task_id, total: 1 });
    // The address also has what the form shows.
    expect(new URL(page.url()).searchParams.get('task_id')).toBe(first.task_id);

    await writeScratch(daysync.folder, 'readings.csv', GOOD);
    await page.getByRole('link', { name: parent.task_id }).click();
    await page.getByText('⚠️ 批量同步完成').waitFor();
    expect(page.url()).toBe(`${daysync.url}/batches/${parent.task_id}`);
    await page.getByText('已修复 1/3 天').waitFor();
    await page.getByRole('button', { name: '重试 2 个失败日期' }).press('Enter');
    // The day that has succeeded meanwhile is left alone.
    await page.getByText('✅ 批量同步完成: 成功2, 失败0, 跳过0').first().waitFor();
    const second = await newest();
    expect(second).toMatchObject({ retry_of: parent.task_id, total: 2 });
    expect(page.url()).toBe(`${daysync.url}/batches/${second.task_id}`);
    const days = await daysync.records('status=success');
    expect(days.total).toBe(4);
  });

  it('learns that there is nothing left to retry', async () => {
    await page.goBack();
    await page.getByText('⚠️ 批量同步完成').waitFor();
    await page.getByText('已修复 3/3 天').waitFor();
    expect(await page.getByRole('button', { name: '重试' }).count()).toBe(0);
  });
});
