import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { openTab } from './browser.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,7
2025-10-04,Oslo,6
2025-10-05,Oslo,5
`;

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  daysync = await startDaysync({
    folder,
    datasets: [readings(csv, { title: { zh: '气温', en: 'Readings' } }), weather()],
  });
  page = await openTab({ locale: 'zh-CN', viewport: { width: 360, height: 740 } });
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
});
