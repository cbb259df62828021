// Marked days in the console: their signs, what the panel of a day says, and how an operator accepts one.
import { beforeAll, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';

/** Five Wednesdays of 40 rows, and a sixth with half of them. */
const DAYS = ['2025-09-03', '2025-09-10', '2025-09-17', '2025-09-24', '2025-10-01', '2025-10-08'];
const HALVED = '2025-10-08';

let daysync: DaysyncProcess;
let page: Page;
let task: string;
const cell = (): Locator => page.locator(`td[data-day='${HALVED}']`);

beforeAll(async () => {
  const rows = DAYS.flatMap((day) =>
    Array.from({ length: day === HALVED ? 20 : 40 }, (_, index) => `${day},c${index},${index}`),
  );
  const text = `day,city,degrees\n${rows.join('\n')}\n`;
  const csv = await writeScratch(await scratchFolder(), 'readings.csv', text);
  daysync = await startDaysync({ datasets: [readings(csv)] });
  const ended = await daysync.sync({ start_date: '2025-09-01', end_date: HALVED });
  task = ended.task_id;
  const context = await (await openBrowser()).newContext({ locale: 'en-US' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
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

  await page.goto(`${daysync.url}/calendar`);
  await cell().waitFor();
  expect(await cell().getAttribute('aria-label')).toContain('unusual');
  const content = await cell().evaluate((day) => getComputedStyle(day, '::before').content);
  expect(content).toBe('"◆"');
  expect(await page.locator('ds-calendar-legend li', { hasText: 'unusual' }).innerText()).toMatch(
    /^Unusual\s+1$/,
  );
});

it('is accepted in its panel by keyboard, and the calendar behind it follows', async () => {
  await cell().focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog');
  await panel
    .getByText(
      'Unusual number of rows: usually about 40 (the median of the 5 days of this weekday before), this day 20.',
    )
    .waitFor();
  await panel.getByRole('button', { name: 'Accept this day' }).press('Enter');
  await panel.getByText(/^Accepted on /).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(
    (day) => document.querySelector(`td[data-day='${day}'][data-unusual]`) === null,
    HALVED,
  );
  expect(await daysync.records('unusual=true')).toMatchObject({ total: 0 });
});
