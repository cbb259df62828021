import { beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-01,Bergen,cold
2025-10-02,Oslo,mild
2025-10-02,Bergen,8
`;

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  const csv = await writeScratch(await scratchFolder(), 'readings.csv', CSV);
  daysync = await startDaysync({ datasets: [readings(csv, { on_bad_row: { quarantine: 5 } })] });
  await daysync.sync({ start_date: '2025-10-01', end_date: '2025-10-02' });
  const context = await (await openBrowser()).newContext({ locale: 'en-US' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

it('from a day to its rows in quarantine, and to a batch that syncs them again', async () => {
  await page.goto(`${daysync.url}/records?day=2025-10-01&dataset=readings`);
  await page.locator('ds-day-record a[href*="/quarantine"]').click();
  await page.waitForURL(
    /\/quarantine\?dataset=readings&start_date=2025-10-01&end_date=2025-10-01$/,
  );
  const table = page.locator('ds-quarantine-table tbody');
  await table.getByText('2025-10-01,Bergen,cold').waitFor();
  expect(await table.locator('tr').count()).toBe(1);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await table.getByText('2025-10-02,Oslo,mild').waitFor();
  await page.getByRole('link', { name: 'Download CSV' }).waitFor();
  await page.getByLabel('Dataset').selectOption('readings');
  await page.getByRole('button', { name: 'Sync these days again…' }).click();
  const batch = page.getByRole('status').getByRole('link', { name: 'Show progress' });
  const taskId = (await batch.getAttribute('href'))?.split('/').at(-1) ?? '';
  expect(await daysync.ended(taskId)).toMatchObject({ total: 2, quarantined_rows: 2 });
  await batch.click();
  await page.getByText('2 rows do not fit and are in quarantine.').waitFor();
});
