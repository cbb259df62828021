// Starting a batch while another one runs, as an operator with several datasets does.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { openBrowser } from './browser.js';
import { wordsOf } from './words-of.js';

const say = wordsOf('en');
/** Four days a minute: the batch outlasts the file. */
const SLOW = { days_per_minute: 4 };
const NINE_DAYS = 'day,city,degrees\n'.concat(
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((date) => `2025-10-0${date},Oslo,${date}\n`),
);

let daysync: DaysyncApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', NINE_DAYS);
  daysync = await startApp({
    folder,
    env: { MAX_ACTIVE_BATCHES: '2' },
    datasets: [
      weather({ title: { zh: '天气', en: 'Weather' }, throttle: SLOW }),
      readings(csv, { title: { zh: '气温', en: 'Temperature' } }),
    ],
  });
  for (const day of ['2025-10-01', '2025-10-05', '2025-10-09']) {
    await daysync.sync({ dataset: 'readings', start_date: day, end_date: day });
  }
  await daysync.startBatch({
    dataset: 'weather',
    start_date: '2012-01-01',
    end_date: '2012-03-31',
  });
  browser = await openBrowser();
  // One for all tests: each has what the console has loaded, and nothing that another one has left there.
  context = await browser.newContext({ locale: 'en-GB' });
  context.setDefaultTimeout(150_000);
  page = await context.newPage();
});
afterEach(async () => {
  await page.unrouteAll();
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
});

const chosenDataset = () => page.getByLabel(say('start.dataset')).inputValue();
const startDate = () => page.getByRole('textbox', { name: say('start.start_date') });
const endDate = () => page.getByRole('textbox', { name: say('start.end_date') });

/** The batch that a click on "Start sync" starts. */
async function startBy(click: () => Promise<void>): Promise<string> {
  const started = Promise.withResolvers<string>();
  // Read on its way: the browser need not keep the body of an answer for a test.
  await page.route('**/sync/batch', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { data: { task_id: string } };
    started.resolve(answer.data.task_id);
    await route.fulfill({ response });
  });
  await click();
  return started.promise;
}

describe('a link to the start form, while another dataset runs', () => {
  it('opens the dataset, the days and the mode that it asks for, and syncs those', async () => {
    // The active batch is known before the datasets are.
    const active = page.waitForResponse(/\/sync\/batch\?/);
    await page.route('**/sync-status/datasets', async (route) => {
      await active;
      await page
        .getByRole('region', { name: say('progress.heading') })
        .getByText('2012-')
        .first()
        .waitFor();
      await route.continue();
    });
    await page.goto(
      `${daysync.url}/?dataset=readings&start_date=2025-10-02&end_date=2025-10-04&mode=missing`,
    );
    await startDate().waitFor();
    expect(await chosenDataset()).toBe('readings');
    expect(await startDate().inputValue()).toBe('2025-10-02');
    expect(await endDate().inputValue()).toBe('2025-10-04');
    const asked = new URL(page.url()).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      dataset: 'readings',
      start_date: '2025-10-02',
      end_date: '2025-10-04',
      mode: 'missing',
    });
    const submit = page.getByRole('button', { name: say('start.submit') });
    const started = await daysync.ended(await startBy(() => submit.click()));
    expect(started).toMatchObject({
      dataset: 'readings',
      start_date: '2025-10-02',
      end_date: '2025-10-04',
      mode: 'missing',
    });
  });

  it('keeps what the form was changed to in the address, for a reload and a colleague', async () => {
    await page.goto(daysync.url);
    await page.getByLabel(say('start.dataset')).selectOption('readings');
    await startDate().fill('2025-10-02');
    await endDate().fill('2025-10-03');
    await page.waitForURL(/dataset=readings&start_date=2025-10-02&end_date=2025-10-03/);
    await page.waitForURL(/task_id=/);
    const own = page;
    page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(own.url());
    await startDate().waitFor();
    expect(await chosenDataset()).toBe('readings');
    expect(await startDate().inputValue()).toBe('2025-10-02');
    expect(await endDate().inputValue()).toBe('2025-10-03');
    await page.close();
    page = own;
  });
});

describe('the preview', () => {
  it('counts the throttle in its estimate', async () => {
    await page.goto(
      `${daysync.url}/?dataset=weather&start_date=2013-01-01&end_date=2013-01-31&mode=missing`,
    );
    // At 4 days a minute.
    await page.getByText('31 days to sync (31 missing), about 8 min').waitFor();
  });
});

describe('the dataset', () => {
  it('is remembered over pages and visits', async () => {
    await page.goto(`${daysync.url}/calendar`);
    await page.waitForURL(/calendar\?dataset=weather$/);
    await page.getByLabel(say('start.dataset')).selectOption('readings');
    await page.locator("td[data-day='2025-10-01']").waitFor();
    await page.getByRole('link', { name: say('nav.sync'), exact: true }).click();
    await page.waitForURL(/\/\?(.*&)?dataset=readings/);
    await expect.poll(chosenDataset).toBe('readings');
    const later = await page.context().newPage();
    await page.close();
    page = later;
    await page.goto(`${daysync.url}/calendar`);
    await page.waitForURL(/calendar\?dataset=readings$/);
  });
});

describe('the running batch', () => {
  const NAME = 'Weather · 1 Jan – 31 Mar 2012';

  it('is called by its dataset and its days wherever it is shown', async () => {
    await page.goto(daysync.url);
    await page.getByRole('heading', { name: NAME, level: 2 }).waitFor();
    await page.waitForFunction(() => /^\(\d+%\) Weather · Sync · Daysync$/.test(document.title));
    const banner = page.getByRole('region', { name: say('banner.label') });
    await banner.getByText(NAME).waitFor();
    await page.getByRole('link', { name: say('nav.batches'), exact: true }).click();
    await page
      .getByRole('row', { name: /2012-01-01/ })
      .getByText('Weather', { exact: true })
      .waitFor();
    await page.waitForFunction(() => /^\(\d+%\) Weather · Batches · Daysync$/.test(document.title));
    await banner.getByRole('link').click();
    await page.getByRole('heading', { name: NAME, level: 1 }).waitFor();
    await page.waitForFunction(
      (name) => document.title.replace(/^\(\d+%\) /, '') === `${name} · Daysync`,
      NAME,
    );
  });
});

describe('a start in place', () => {
  const panel = () => page.getByRole('group', { name: /^Sync Temperature/ });

  it('starts what is selected on the calendar', async () => {
    await page.goto(
      `${daysync.url}/calendar?dataset=readings&start_date=2025-10-02&end_date=2025-10-03`,
    );
    await page.getByRole('button', { name: say('calendar.fill') }).click();
    await panel().getByText(say('preview.nothing')).waitFor();
    await panel().getByLabel(say('start.mode')).selectOption('all');
    await panel().getByText('2 days to sync').waitFor();
    await panel()
      .getByRole('button', { name: say('start.submit') })
      .click();
    await panel().getByRole('link', { name: 'Show progress' }).click();
    await page.getByRole('heading', { name: 'Temperature · 2–3 Oct 2025', level: 1 }).waitFor();
  });

  it('syncs a day again in its panel, which stays open', async () => {
    await page.goto(`${daysync.url}/calendar?dataset=readings&day=2025-10-03`);
    await page.getByRole('button', { name: say('panel.again') }).click();
    await panel().getByText('1 day to sync').waitFor();
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
    await page
      .getByRole('dialog')
      .getByRole('heading', { name: /2025-10-03/ })
      .waitFor();
    await page.getByRole('button', { name: say('panel.again') }).click();
    await panel()
      .getByRole('button', { name: say('start.submit') })
      .click();
    await panel().getByText('Temperature · 3 Oct 2025').last().waitFor();
  });
});
