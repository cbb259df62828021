// The numbers of a batch, wherever they are shown: in its card, in the list, on the calendar.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DayServer } from '../day-server.js';
import { dataOf, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import type { Progress } from '../wire.js';
import { openBrowser } from './browser.js';

const RANGE = { dataset: 'served', start_date: '2024-01-01', end_date: '2024-01-10' };

let served: DayServer;
let daysync: DaysyncProcess;
let page: Page;

beforeAll(async () => {
  served = await DayServer.start(() => 'row');
  daysync = await startDaysync({ datasets: [served.dataset({ attempts: 1 })] });
  const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
});

/** Answers the first days, and holds the others back until the returned function is called. */
function holdFrom(day: string): () => void {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  served.answering = (asked) => (asked >= day ? { until } : 'row');
  return resolve;
}

const card = () => page.getByRole('region', { name: 'Progress' });
const row = (name: RegExp) => page.getByRole('row', { name });

describe('the numbers of a batch', () => {
  it('are the days that have finished, which a pause does not lower, in card, bar and list', async () => {
    const release = holdFrom('2024-01-04');
    const { task_id } = await daysync.startBatch(RANGE);
    await page.goto(`${daysync.url}/batches/${task_id}`);
    await card().getByText('3/10 days finished · 1 running').waitFor();
    // The note's own line counts the day in flight.
    await card().getByText('Progress: 4/10 (40%)').waitFor();
    const bar = card().getByRole('progressbar');
    expect(await bar.getAttribute('aria-valuenow')).toBe('30');
    await expect.poll(() => page.title()).toMatch(/^\(30%\)/);
    await card().getByRole('button', { name: 'Pause' }).click();
    release();
    await card().getByText('4/10 days finished', { exact: true }).waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('40');
    await card().getByText('Rows written').waitFor();
    // The line at the bottom and the list of active batches have the same number.
    const banner = page.getByRole('region', { name: 'Current batch' });
    await banner.getByText('4/10 days (40%)').waitFor();
    await banner.getByRole('button', { name: 'All active (1)' }).click();
    const active = page.getByRole('region', { name: 'Active batches' });
    await active.getByText('4/10 days finished', { exact: true }).waitFor();
    await page.keyboard.press('Escape');

    await card().getByRole('button', { name: 'Cancel' }).click();
    await card().getByRole('button', { name: 'Cancel batch' }).click();
    await card().getByText('4/10 days finished · 6 not run').waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('40');
    expect(await card().innerText()).not.toContain('100%');
    await page.goto(`${daysync.url}/batches`);
    await row(/2024-01-01/)
      .getByText('4/10 days · 4 succeeded · 6 not run')
      .waitFor();
  });
});

describe('the states of a batch', () => {
  it('are those that people filter by, with the batches that need attention', async () => {
    served.answering = (day) => (day <= '2024-03-02' ? { status: 404 } : 'row');
    const parent = await daysync.sync({
      ...RANGE,
      ...{ start_date: '2024-03-01', end_date: '2024-03-05' },
    });
    expect(parent).toMatchObject({ failed: 2 });
    await page.goto(`${daysync.url}/batches`);
    await page.getByLabel('State').selectOption({ label: 'Needs attention' });
    await row(/2024-03-01/)
      .getByText('Partly failed')
      .waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    expect(page.url()).toBe(`${daysync.url}/batches?state=needs_attention`);

    // A retry repairs one of the two days: the parent says so, and offers the other.
    served.answering = (day) => (day === '2024-03-01' ? { status: 404 } : 'row');
    const answer = await daysync.api(`sync/batch/${parent.task_id}/retry`, { method: 'POST' });
    expect(answer).toMatchObject({ status: 202 });
    await daysync.ended((dataOf(answer) as Progress).task_id);
    await page.goto(`${daysync.url}/batches/${parent.task_id}`);
    await card().getByText('1 of 2 repaired').waitFor();
    await card().getByRole('button', { name: 'Retry 1 failed day' }).waitFor();
    served.answering = () => 'row';
    await card().getByRole('button', { name: 'Retry 1 failed day' }).click();
    await card().getByText('✅').waitFor();
    await page.goBack();
    await card().getByText('2 of 2 repaired').waitFor();
    expect(
      await card()
        .getByRole('button', { name: /^Retry/ })
        .count(),
    ).toBe(0);
    await page.goto(`${daysync.url}/batches?state=needs_attention`);
    await page.getByText('No batches match the filters').waitFor();
  });
});
