// What the preview of a start advises before the click.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { wordsOf } from './words-of.js';

const say = wordsOf('en');

let daysync: DaysyncApp;
let page: Page;
beforeAll(async () => {
  // Its source has the days of 2012 to 2015.
  daysync = await startApp({ datasets: [weather()], env: { MAX_RANGE_DAYS: '100' } });
  await daysync.sync({ start_date: '2012-02-01', end_date: '2012-02-22' });
  const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

const startDate = (): Locator => page.getByRole('textbox', { name: say('start.start_date') });
const endDate = (): Locator => page.getByRole('textbox', { name: say('start.end_date') });

async function open(start: string, end: string, mode = 'missing'): Promise<void> {
  await page.goto(
    `${daysync.url}/?dataset=weather&start_date=${start}&end_date=${end}&mode=${mode}`,
  );
}

describe('the preview of a start', () => {
  it('says which days lie before the first day of the source, and leaves them out on request', async () => {
    await open('2011-12-01', '2012-01-31');
    await page.getByText('31 of 62 days lie before the source’s first day (2012-01-01).').waitFor();
    await page.getByRole('link', { name: 'Start at 2012-01-01' }).click();
    await page.waitForURL(/start_date=2012-01-01&end_date=2012-01-31&mode=missing/);
    await page.getByText('31 days to sync').waitFor();
    expect(await startDate().inputValue()).toBe('2012-01-01');
    expect(await page.getByText('before the source’s first day').count()).toBe(0);
  });

  it('says so where all days lie after the last day of the source', async () => {
    await open('2016-01-01', '2016-01-10');
    await page.getByText('All 10 days lie after the source’s last day (2015-12-31).').waitFor();
  });

  it('says how many synced days are replaced', async () => {
    await open('2012-02-01', '2012-02-29', 'all');
    await page.getByText('Replaces the rows of 22 synced days.').waitFor();
  });

  it('splits a range that is too long, and starts its batches one after another', async () => {
    await open('2013-01-01', '2013-12-31');
    await page.getByText('365 days are more than the 100 that a batch can have.').waitFor();
    await page.getByRole('link', { name: /^1 Jan\s–\s10 Apr 2013 \(100 days\)$/ }).waitFor();
    const whole = page.getByRole('button', { name: say('start.submit') });
    expect(await whole.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Start these 4 batches' }).click();
    await page.getByText(say('start.started_parts')).waitFor();
    const { items } = await daysync.batches();
    const ranges = items
      .filter(({ start_date }) => start_date.startsWith('2013'))
      .map(({ end_date, start_date }) => `${start_date} ${end_date}`);
    expect(ranges.sort()).toEqual([
      '2013-01-01 2013-04-10',
      '2013-04-11 2013-07-19',
      '2013-07-20 2013-10-27',
      '2013-10-28 2013-12-31',
    ]);
    expect(await endDate().inputValue()).toBe('2013-04-10');
  });
});
