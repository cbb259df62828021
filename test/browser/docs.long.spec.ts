import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

const TOKEN = 'a-token-of-more-than-32-characters';

let daysync: DaysyncProcess;
let page: Page;
const faults: string[] = [];
const elsewhere: string[] = [];
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  page = await (await openBrowser()).newPage();
  page.setDefaultTimeout(150_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(daysync.url) && !url.startsWith('data:')) elsewhere.push(url);
  });
});

describe('Swagger UI', () => {
  it('shows the operations under the policy that forbids all scripts but ours', async () => {
    await page.goto(`${daysync.url}/docs`);
    await page.getByText('Start a batch over a range of days').waitFor();
    expect(faults).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it('takes a token and sends a request with it', async () => {
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    const dialog = page.locator('.dialog-ux');
    await dialog.locator('input').first().fill(TOKEN);
    await dialog.getByRole('button', { name: 'Apply credentials' }).first().click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();

    const operation = page.locator('#operations-datasets-listDatasets');
    await operation.click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const sent = page.waitForRequest((request) => request.url().endsWith('/datasets'));
    await operation.getByRole('button', { name: 'Execute' }).click();
    expect((await sent).headers()['authorization']).toBe(`Bearer ${TOKEN}`);
    await operation.locator('.live-responses-table').getByText('"weather"').first().waitFor();
    expect(elsewhere).toEqual([]);
  });
});

describe('the page behind the type of a problem', () => {
  it('opens at the code, and needs nothing else', async () => {
    faults.length = 0;
    const { body } = await daysync.api('nothing');
    await page.goto(new URL((body as { type: string }).type, daysync.url).href);
    const target = page.locator('section:target');
    expect(await target.textContent()).toMatch(/NOT_FOUND\s+HTTP 404.*Cause:.*How to fix:/s);
    expect(faults).toEqual([]);
  });
});
