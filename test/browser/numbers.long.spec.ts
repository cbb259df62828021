// What a batch with failed days says in its card and in the list, until all of them are repaired.
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

const card = () => page.getByRole('region', { name: 'Progress' });
const row = (name: RegExp) => page.getByRole('row', { name });

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
    const retries = page.getByRole('region', { name: 'Retries' });
    await retries.getByText(/^2\/2 days · 1 succeeded/).waitFor();
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
