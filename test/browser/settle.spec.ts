// Days that the source will never have: an operator marks a gap as not expected, and takes that back for a day of it.
import { beforeAll, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';

const OPERATOR = 'operator-0123456789-abcdefghijklmn';
const VIEWER = 'viewer-0123456789-abcdefghijklmnop';
const REASON = 'The source keeps 90 days';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-05,Oslo,mild
2025-10-06,Oslo,6
`;

let daysync: DaysyncApp;
let browser: Browser;
let page: Page;
const cell = (day: string): Locator => page.locator(`td[data-day='${day}']`);
const gaps = (): Locator => page.locator('ds-gap-list');
const panel = (): Locator => page.getByRole('dialog');

beforeAll(async () => {
  const csv = await writeScratch(await scratchFolder(), 'readings.csv', CSV);
  daysync = await startApp({
    datasets: [
      { ...readings(csv), name: 'calm', target: { table: 'calm', columns: { city: 'text' } } },
      readings(csv),
    ],
    token: OPERATOR,
    env: { AUTH_TOKENS: `ana:operator:${OPERATOR},ben:viewer:${VIEWER}` },
  });
  browser = await openBrowser();
  page = await openAs(OPERATOR);
  for (const day of ['2025-10-01', '2025-10-05', '2025-10-06']) {
    await daysync.sync({ dataset: 'readings', start_date: day, end_date: day });
  }
});

async function openAs(token: string): Promise<Page> {
  const opened = await (await browser.newContext({ locale: 'en-US' })).newPage();
  opened.setDefaultTimeout(150_000);
  await opened.goto(`${daysync.url}/datasets`);
  await opened.getByLabel('Access token').fill(token);
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await opened.locator('ds-datasets-table').waitFor();
  return opened;
}

it('marks a gap with a reason by keyboard, and shows who did, in calendar and panel', async () => {
  await page.goto(`${daysync.url}/calendar?dataset=readings`);
  await gaps().getByText('1 gap, 4 days (3 not synced, 1 failed)').press('Enter');
  const mark = gaps().getByRole('button', { name: /^Mark as not expected/ });
  await mark.press('Enter');
  const form = gaps().getByRole('form', {
    name: 'Mark 2025-10-02 to 2025-10-05 (4 days) as not expected',
  });
  await form.getByLabel('Reason').press('Escape');
  await form.waitFor({ state: 'detached' });
  await expect
    .poll(() => mark.evaluate((button) => button === document.activeElement), { timeout: 20_000 })
    .toBe(true);
  await mark.press('Enter');
  await form.getByRole('button', { name: 'Mark as not expected' }).press('Enter');
  await form.getByText('Enter a reason').waitFor();
  await form.getByLabel('Reason').fill(REASON);
  await form.getByRole('button', { name: 'Mark as not expected' }).press('Enter');
  await gaps().getByRole('status').getByText('Marked 4 days as not expected.').waitFor();
  await gaps().getByText('No gaps.').waitFor();
  for (const day of ['2025-10-02', '2025-10-05']) {
    const name = `${day}, Not expected, marked by ana, reason: ${REASON}`;
    await page.getByRole('gridcell', { name, exact: true }).waitFor();
  }

  await cell('2025-10-03').focus();
  await page.keyboard.press('Enter');
  await panel()
    .getByText(/^Marked as not expected by ana on .* Batches skip this day\.$/)
    .waitFor();
  await panel().getByText(`Reason: ${REASON}`).waitFor();
  expect(
    await panel()
      .getByRole('button', { name: /^Sync this day/ })
      .count(),
  ).toBe(0);
});

it('takes that back for one day, which can be marked again', async () => {
  await panel().getByRole('button', { name: 'Remove mark' }).press('Enter');
  const again = panel().getByRole('button', { name: 'Mark as not expected…' });
  await again.waitFor();
  await panel().getByRole('button', { name: 'Sync this day' }).waitFor();
  await page.waitForFunction(
    () => document.querySelector("td[data-day='2025-10-03'][data-state='gap']") !== null,
  );
  await again.press('Enter');
  await panel().getByLabel('Reason').fill('A power cut');
  await panel().getByRole('button', { name: 'Mark as not expected', exact: true }).press('Enter');
  await panel().getByText('Reason: A power cut').waitFor();
  await panel().getByRole('status').getByText('The day is marked as not expected.').waitFor();
  // The pressed button has gone, and the focus stays where it was.
  await expect
    .poll(
      () =>
        page.evaluate(
          () => document.activeElement?.closest('ds-day-settlement') instanceof Element,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.keyboard.press('Escape');
  const name = '2025-10-03, Not expected, marked by ana, reason: A power cut';
  await page.getByRole('gridcell', { name, exact: true }).waitFor();
});
