import { appendFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import {
  farFromNow,
  readings,
  scratchFolder,
  weather,
  writeDatasets,
  writeScratch,
} from '../scratch.js';
import { openBrowser } from './browser.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,7
2025-10-04,Oslo,6
2025-10-05,Oslo,5
`;

const SCHEDULE = { cron: farFromNow(), lookback_days: 2 };

let daysync: DaysyncProcess;
let page: Page;
let csv: string;
let folder: string;
beforeAll(async () => {
  folder = await scratchFolder();
  csv = await writeScratch(folder, 'readings.csv', CSV);
  daysync = await startDaysync({
    folder,
    datasets: [
      readings(csv, { title: { zh: '气温', en: 'Readings' } }),
      weather({ schedule: SCHEDULE }),
    ],
  });
  const context = await (
    await openBrowser()
  ).newContext({ locale: 'zh-CN', viewport: { width: 360, height: 740 } });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

const card = (name: string): ReturnType<Page['getByRole']> => page.getByRole('article', { name });
const row = (name: string): ReturnType<Page['getByRole']> => page.getByRole('row', { name });

describe('an operator of datasets', () => {
  it('sees what each has, how it is set up, and nothing beyond the edge of a phone', async () => {
    await page.goto(`${daysync.url}/datasets`);
    await row('气温').getByRole('link', { name: '气温' }).press('Enter');
    await card('气温').getByText('尚未同步').waitFor();
    await page.getByRole('region', { name: '来源与同步设置' }).getByText('并发数').waitFor();
    const target = page.getByRole('region', { name: '目标表 readings' });
    await target.getByRole('rowheader', { name: 'degrees' }).waitFor();
    await page.getByText('"name": "readings"').waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
  });

  it('sees the gap that a failed day leaves and why it failed, and goes on to fill it', async () => {
    for (const day of ['2025-10-01', '2025-10-05', '2025-10-02']) {
      await daysync.sync({ dataset: 'readings', start_date: day, end_date: day });
    }
    await page.goto(`${daysync.url}/datasets`);
    await page.getByRole('button', { name: '失败' }).press('Enter');
    await page.waitForURL('**/datasets?sort=-failed');
    await row('气温').getByText('1 个，共 3 天').waitFor();
    await row('气温').getByRole('link', { name: '气温', exact: true }).press('Enter');
    await card('气温').getByText('1 个，共 3 天').waitFor();
    await card('气温').getByText('有一个值与目标列的类型不符。').waitFor();
    await card('气温').getByRole('button', { name: '补齐 1 个缺口' }).press('Enter');
    await card('气温')
      .getByText(/^将同步 3 天/)
      .waitFor();
    await page.keyboard.press('Escape');
    await card('气温').getByRole('link', { name: '2025-10-02', exact: true }).press('Enter');
    await page.getByRole('dialog').getByText('VALUE_INVALID').first().waitFor();
  });

  it('tests a day: nothing is written, and what does not fit is named', async () => {
    await page.goto(`${daysync.url}/datasets/readings`);
    const test = page.getByRole('region', { name: '测试一天' });
    await test.getByRole('textbox', { name: '日期' }).fill('2025-10-02');
    await test.getByRole('button', { name: '测试', exact: true }).press('Enter');
    await test.getByText('2025-10-02：共 1 行，1 个值不符合目标列。').waitFor();
    await test.getByRole('rowheader', { name: 'degrees' }).waitFor();
    await test.getByRole('cell', { name: 'mild', exact: true }).waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
  });

  it('pauses a schedule, runs it by hand and resumes it', async () => {
    await page.goto(`${daysync.url}/datasets/weather`);
    const schedule = page.getByRole('region', { name: '定时同步' });
    await schedule.getByRole('button', { name: '暂停定时同步' }).press('Enter');
    await schedule.getByText(/定时同步自 .* 起暂停/).waitFor();
    await page.reload();
    await schedule.getByText(/定时同步自 .* 起暂停/).waitFor();
    await schedule.getByRole('button', { name: '立即运行' }).press('Enter');
    await schedule.getByText('已启动批次。').waitFor();
    await schedule.getByRole('button', { name: '恢复定时同步' }).press('Enter');
    await schedule.getByRole('button', { name: '暂停定时同步' }).waitFor();
    await page.goto(`${daysync.url}/datasets`);
    await row('weather').getByText('UTC').waitFor();
  });

  it('takes in a changed datasets file by a button, and sees each error of one that is refused', async () => {
    const titled = readings(csv, { title: { zh: '气温', en: 'Readings' } });
    await writeDatasets(folder, titled, { ...weather(), attempts: 0, concurrency: 0 });
    await page.goto(`${daysync.url}/datasets`);
    await page.getByText('磁盘上的数据集文件已更改，重新加载后生效。').waitFor();
    const button = page.getByRole('button', { name: '重新加载数据集文件' });
    await button.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('数据集文件有错误，未作任何更改。').waitFor();
    await alert.getByText('datasets[1].attempts: expected').waitFor();
    await alert.getByText('datasets[1].concurrency: expected').waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);

    await writeDatasets(
      folder,
      titled,
      weather({ schedule: SCHEDULE, title: { zh: '天气', en: 'Weather' } }),
    );
    await button.press('Enter');
    await page.getByText('更改 weather（title）').waitFor();
    await row('天气').waitFor();
    expect(await page.getByText('磁盘上的数据集文件已更改').count()).toBe(0);
  });

  it('sees the rows that belong to no day, under the dataset and in the batch', async () => {
    await appendFile(csv, 'total,"Oslo,\nBergen",27\n');
    await page.goto(`${daysync.url}/datasets/readings`);
    await card('气温').getByText('1 行的日期无法识别，不属于任何一天。').waitFor();
    await card('气温').getByText('total,"Oslo,').waitFor();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
    const day = { start_date: '2025-10-03', end_date: '2025-10-03' };
    const { task_id } = await daysync.sync({ dataset: 'readings', ...day });
    await page.goto(`${daysync.url}/batches/${task_id}`);
    const rows = page.getByRole('group', { name: '日期无法识别的行' });
    await rows
      .getByText('第 6 行，“day”列：应为格式为 yyyy-MM-dd 的日期，实际为 "total"')
      .waitFor();
    await page.getByRole('button', { name: 'English' }).press('Enter');
    await page.getByText('1 row has no readable day and belongs to no day.').waitFor();
  });
});
