// Adding days to a batch that runs, as an operator does who wants the next week as well.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import type { Progress } from '../wire.js';
import { openTab } from './browser.js';
import { wordsOf } from './words-of.js';

const say = wordsOf('en');
/** Four days a minute: the batch outlasts the file. */
const SLOW = { days_per_minute: 4 };

let daysync: DaysyncApp;
let page: Page;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather({ throttle: SLOW })] });
  page = await openTab({ locale: 'en-GB' });
});

/** A new batch over March of another year, which runs alone. */
async function runningBatch(year: number): Promise<Progress> {
  const { items } = await daysync.batches();
  for (const { task_id } of items.filter(({ finished_at }) => finished_at === null)) {
    await daysync.post(`sync/batch/${task_id}/cancel`, undefined);
  }
  return daysync.startBatch({ start_date: `${year}-03-01`, end_date: `${year}-03-31` });
}

const card = (): Locator => page.getByRole('region', { name: say('progress.heading') });
const endDate = (): Locator => card().getByRole('textbox', { name: say('start.end_date') });
const addDays = (): Locator => card().getByRole('button', { name: say('control.extend') });

describe('adding days to a batch that runs', () => {
  it('shows what the new days come to, adds them, and goes on in the same batch', async () => {
    const batch = await runningBatch(2012);
    await page.goto(daysync.url);
    await addDays().click();
    await card().getByRole('button', { name: '7 days after' }).click();
    expect(await endDate().inputValue()).toBe('2012-04-07');
    await card().getByText('7 days to sync').waitFor();
    await card().getByRole('button', { name: 'Add 7 days' }).click();
    await card().getByText('7 days added.').waitFor();
    await card()
      .getByText(/\/38 \(/)
      .waitFor();
    expect(await daysync.progress(batch.task_id)).toMatchObject({
      ...{ total: 38, end_date: '2012-04-07' },
    });
    // The focus is where it was.
    expect(await addDays().evaluate((button) => button === document.activeElement)).toBe(true);
  });
});
