// What the source answered on a failed day, and the log of a batch that runs.
import { beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { openTab } from './browser.js';

const KEY = 'canary-7f3a-secret';
const MOST_SHOWN = 2_048;

const { promise: isToGoOn, resolve: goOn } = Promise.withResolvers<void>();
let daysync: DaysyncApp;
let page: Page;
beforeAll(async () => {
  const server = await startHttpServer((request, response) => {
    const day = new URL(request.url ?? '', 'http://x').searchParams.get('day');
    if (day === '2025-10-03') {
      const body = { error: 'outside of your plan', token: KEY, trace: 'x'.repeat(3_000) };
      response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } else if (day === '2025-09-02') void isToGoOn.then(() => response.end('[{"id":1}]'));
    else response.end('[{"id":1}]');
  });
  const source = {
    kind: 'http',
    url: `${urlOf(server)}/?day={day}`,
    headers: { authorization: 'Bearer ${TRADES_KEY}' },
  };
  const target = { table: 'trades', columns: { id: 'integer' } };
  daysync = await startApp({
    datasets: [{ name: 'trades', source, target, attempts: 1 }],
    env: { TRADES_KEY: KEY },
  });
  page = await openTab({ locale: 'en-GB' });
});

it('a day shows the status and the first 2 kB of the answer, without the secret', async () => {
  await daysync.sync({ start_date: '2025-10-03', end_date: '2025-10-03' });
  await page.goto(`${daysync.url}/records?dataset=trades&day=2025-10-03`);
  const panel = page.getByRole('dialog');
  await panel.getByText('Response of the source (status 422)').waitFor();
  const shown = (await panel.locator('pre').textContent()) ?? '';
  expect(shown).toContain('{"error":"outside of your plan","token":"${TRADES_KEY}","trace":"xxx');
  expect(shown).toMatch(/x…$/);
  expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(MOST_SHOWN);
  expect(await page.content()).not.toContain(KEY);
});

it('the log of a batch is live while it runs', async () => {
  const range = { start_date: '2025-09-01', end_date: '2025-09-02' };
  const { task_id: id } = await daysync.startBatch(range);
  await page.goto(`${daysync.url}/batches/${id}`);
  const log = page.getByRole('region', { name: 'Log' });
  const ofSecond = log.getByRole('listitem').filter({ hasText: '2025-09-02' });
  await ofSecond.filter({ hasText: 'Attempt 1 started' }).waitFor();
  expect(await ofSecond.count()).toBe(1);
  goOn();
  await ofSecond.filter({ hasText: 'Succeeded, 1 row' }).waitFor();
  await log.getByText('Batch completed').waitFor();
});
