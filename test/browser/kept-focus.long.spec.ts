// The focus is never lost: whatever disappears or is disabled by a press leaves it to what a reader expects next.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';
import { openPage } from './shown-console.js';
import { wordsOf } from './words-of.js';

const say = wordsOf('en');
const OPERATOR = 'operator-0123456789-abcdefghijklmn';
const CSV = 'day,city,degrees\n2025-10-01,Oslo,9\n2025-10-02,Oslo,mild\n2025-10-03,Oslo,7\n';

let daysync: DaysyncProcess;
let failedId: string;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  daysync = await startDaysync({
    folder,
    datasets: [readings(csv), weather({ throttle: { days_per_minute: 12 } })],
    env: { AUTH_TOKENS: `ana:operator:${OPERATOR}` },
    token: OPERATOR,
  });
  const range = { start_date: '2025-10-01', end_date: '2025-10-03' };
  ({ task_id: failedId } = await daysync.sync({ dataset: 'readings', ...range }));
  browser = await openBrowser();
});
beforeEach(async () => {
  page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(`${daysync.url}/login`);
  await page.getByLabel(say('login.token')).fill(OPERATOR);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: say('session.end') }).waitFor();
});

const open = (address: string): Promise<void> => openPage(page, daysync.url + address);
const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);
/** Waits until the focus is on an element that matches. */
const focusOn = async (selector: string): Promise<void> => {
  await page.waitForFunction((one) => document.activeElement?.matches(one) === true, selector);
};

describe('a link to another page', () => {
  it('leaves the focus to that page, and its name is announced', async () => {
    await open('/batches');
    await page.getByRole('link', { name: /2025-10-01/ }).press('Enter');
    await page.waitForURL(/batches\/./);
    await focusOn('main');
    await page.locator('[aria-live]', { hasText: say('title.batch') }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  });

  it('of the navigation keeps the focus', async () => {
    await open('/batches');
    const link = page.getByRole('navigation').getByRole('link', { name: say('nav.records') });
    await link.press('Enter');
    await page.waitForFunction((title) => document.title.includes(title), say('title.records'));
    expect(await hasFocus(link)).toBe(true);
  });

  it('to the login, by the end of the session, leaves the focus on the page', async () => {
    await open('/batches');
    await button(say('session.end')).press('Enter');
    await page.waitForURL(/login/);
    await focusOn('main');
  });
});

describe('a button that has done its work', () => {
  it('keeps the focus when no filter is left', async () => {
    await open('/records?status=failed');
    await button(say('records.clear')).press('Enter');
    await page.waitForURL((url) => url.search === '');
    await page.locator('ds-records-table tbody tr').nth(2).waitFor();
    expect(await hasFocus(button(say('records.clear')))).toBe(true);
  });

  it('keeps the focus while the datasets file is read', async () => {
    await open('/datasets');
    const reload = page.locator('ds-reload-file button');
    await page.route('**/datasets/reload', async (route) => {
      expect(await hasFocus(reload)).toBe(true);
      await route.continue();
    });
    await reload.press('Enter');
    await page.locator('ds-reload-file .ds-message').waitFor();
    expect(await hasFocus(reload)).toBe(true);
  });

  it('gives the focus to the day of the calendar when the selection is cleared', async () => {
    const selection = '/calendar?dataset=readings&start_date=2025-10-01&end_date=2025-10-02';
    await open(selection);
    await button(say('calendar.clear')).press('Enter');
    await focusOn('td[data-day]');
    await open(selection);
    await button(say('calendar.clear')).focus();
    await page.keyboard.press('Escape');
    await focusOn('td[data-day]');
  });

  it('gives the focus to the name of the new batch after a retry', async () => {
    await open(`/batches/${failedId}`);
    await page
      .getByRole('button', { name: say('failures.retry_all', { count: 1 }) })
      .press('Enter');
    await page.waitForURL((url) => !url.pathname.endsWith(failedId));
    await page.waitForFunction(() => document.activeElement !== document.body);
  });

  it('leaves the focus in the list when its batch is cancelled', async () => {
    const range = { start_date: '2012-01-01', end_date: '2012-02-29' };
    await daysync.startBatch({ dataset: 'weather', ...range });
    await open('/records');
    await page.locator('ds-progress-banner .list').press('Enter');
    const list = page.getByRole('region', { name: 'Active batches' });
    await list.getByRole('button', { name: say('control.cancel'), exact: true }).press('Enter');
    await list.getByRole('button', { name: say('control.confirm_cancel') }).press('Enter');
    await list.getByText(say('state.cancelled'), { exact: true }).first().waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('ds-active-panel') != null);
  });
});

describe('Escape', () => {
  beforeAll(async () => {
    const range = { start_date: '2013-01-01', end_date: '2013-12-31' };
    await daysync.startBatch({ dataset: 'weather', ...range });
  });

  it('closes a form in the list of active batches first, then the list', async () => {
    await open('/records');
    const opener = page.locator('ds-progress-banner .list');
    await opener.press('Enter');
    const list = page.locator('ds-active-panel');
    const extend = list.getByRole('button', { name: say('control.extend') });
    await extend.press('Enter');
    await focusOn('ds-extend-form input');
    await page.keyboard.press('Escape');
    await list.locator('ds-extend-form').waitFor({ state: 'detached' });
    expect(await hasFocus(extend)).toBe(true);
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    expect(await hasFocus(opener)).toBe(true);
  });

  it('closes that list from the page below it as well', async () => {
    await open('/records');
    await page.locator('ds-progress-banner .list').press('Enter');
    await page.locator('ds-active-panel h2').waitFor();
    await page.locator('ds-records-table tbody a').first().focus();
    await page.keyboard.press('Escape');
    await page.locator('ds-active-panel').waitFor({ state: 'detached' });
    await focusOn('ds-records-table tbody a');
  });

  it('closes the date picker and the panel of a day, and gives the focus back', async () => {
    await open('/records');
    const picker = page.locator('ds-day-field button').first();
    await picker.press('Enter');
    await focusOn('mat-calendar *');
    await page.keyboard.press('Escape');
    await page.locator('mat-calendar').waitFor({ state: 'detached' });
    await focusOn('ds-day-field button');
    const day = page.locator('ds-records-table tbody a').first();
    await day.press('Enter');
    await focusOn('dialog *');
    await page.getByRole('link', { name: say('panel.previous') }).press('Enter');
    await page.getByRole('dialog').locator('ds-day-history-list, .ds-empty').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') != null)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await hasFocus(day)).toBe(true);
  });
});
