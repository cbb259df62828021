// Rows in quarantine, and marked days in the console: their signs, what the panel of a day says, and how an operator accepts one.
import { beforeAll, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openTab } from './browser.js';

/** Five Wednesdays of 40 rows, and a sixth with half of them. */
const DAYS = ['2025-09-03', '2025-09-10', '2025-09-17', '2025-09-24', '2025-10-01', '2025-10-08'];
const HALVED = '2025-10-08';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-01,Bergen,cold
2025-10-02,Oslo,mild
2025-10-02,Bergen,8
`;

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
  const apart = await writeScratch(await scratchFolder(), 'readings.csv', CSV);
  daysync = await startApp({
    datasets: [
      readings(csv),
      readings(apart, {
        name: 'apart',
        target: { table: 'apart', columns: { city: 'text', degrees: 'integer' } },
        on_bad_row: { quarantine: 5 },
      }),
    ],
  });
  await daysync.sync({ dataset: 'apart', start_date: '2025-10-01', end_date: '2025-10-02' });
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

it('from a day to its rows in quarantine, and to a batch that syncs them again', async () => {
  await page.goto(`${daysync.url}/records?day=2025-10-01&dataset=apart`);
  await page.locator('ds-day-record a[href*="/quarantine"]').click();
  await page.waitForURL(/\/quarantine\?dataset=apart&start_date=2025-10-01&end_date=2025-10-01$/);
  const table = page.locator('ds-quarantine-table tbody');
  await table.getByText('2025-10-01,Bergen,cold').waitFor();
  expect(await table.locator('tr').count()).toBe(1);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await table.getByText('2025-10-02,Oslo,mild').waitFor();
  await page.getByRole('link', { name: 'Download CSV' }).waitFor();
  await page.getByLabel('Dataset').selectOption('apart');
  await page.getByRole('button', { name: 'Sync these days again…' }).click();
  const batch = page.getByRole('status').getByRole('link', { name: 'Show progress' });
  const taskId = (await batch.getAttribute('href'))?.split('/').at(-1) ?? '';
  expect(await daysync.ended(taskId)).toMatchObject({ total: 2, quarantined_rows: 2 });
  await batch.click();
  await page.getByText('2 rows do not fit and are in quarantine.').waitFor();
});
