// The signs of marked days in the console.
import { beforeAll, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openTab } from './browser.js';

/** Five Wednesdays of 40 rows, and a sixth with half of them. */
const DAYS = ['2025-09-03', '2025-09-10', '2025-09-17', '2025-09-24', '2025-10-01', '2025-10-08'];
const HALVED = '2025-10-08';

let daysync: DaysyncApp;
let page: Page;
let task: string;
const cell = (): Locator => page.locator(`td[data-day='${HALVED}']`);

beforeAll(async () => {
  const rows = DAYS.flatMap((day) =>
    Array.from({ length: day === HALVED ? 20 : 40 }, (_, index) => `${day},c${index},${index}`),
  );
  const text = `day,city,degrees\n${rows.join('\n')}\n`;
  const csv = await writeScratch(await scratchFolder(), 'readings.csv', text);
  daysync = await startApp({ datasets: [readings(csv)] });
  const ended = await daysync.sync({
    dataset: 'readings',
    start_date: '2025-09-01',
    end_date: HALVED,
  });
  task = ended.task_id;
  page = await openTab({ locale: 'en-US' });
});

it('has a sign and a word in the calendar, the records and the batch', async () => {
  await page.goto(`${daysync.url}/batches/${task}`);
  const ofBatch = page.locator('ds-batch-days-list tr', { hasText: HALVED });
  await ofBatch.locator('ds-unusual-sign').getByText('unusual').waitFor();
  expect(await page.locator('ds-batch-days-list ds-unusual-sign').count()).toBe(1);

  await page.goto(`${daysync.url}/records`);
  await page.getByLabel('Data', { exact: true }).selectOption('true');
  await page.waitForURL(/unusual=true/);
  const records = page.locator('ds-records-table tbody tr');
  await records.locator('ds-unusual-sign').waitFor();
  await expect.poll(() => records.count(), { timeout: 20_000 }).toBe(1);

  await page.goto(`${daysync.url}/calendar?dataset=readings`);
  await cell().waitFor();
  expect(await cell().getAttribute('aria-label')).toContain('unusual');
  const content = await cell().evaluate((day) => getComputedStyle(day, '::before').content);
  expect(content).toBe('"◆"');
  expect(await page.locator('ds-calendar-legend li', { hasText: 'unusual' }).innerText()).toMatch(
    /^Unusual\s+1$/,
  );
});
