// `npm run screenshots`: draws screenshots/ from the real console, every page and state of it in both languages and in
// light and dark colours, and for a phone.
import { mkdir, rm } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../browser/browser.js';
import { openPage, showConsole, type ShownConsole } from '../browser/shown-console.js';
import { wordsOf } from '../browser/words-of.js';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { draw, FOLDER, openContext, type Variant } from './drawing.js';

const VARIANTS: readonly Variant[] = [
  ['zh', 'light', 1_440],
  ['zh', 'dark', 1_440],
  ['en', 'light', 1_440],
  ['en', 'dark', 1_440],
  ['en', 'light', 768],
  ['zh', 'dark', 768],
  ['zh', 'light', 360],
  ['en', 'dark', 360],
];
/** Of these each state is drawn beside each page. */
const WITH_STATES = ['zh light 1440', 'en dark 1440'];
/** Pages with a list, and where a filter leaves nothing of it. */
const LISTS = ['calendar', 'records', 'batches', 'datasets', 'quarantine', 'webhooks'];
const FILTERED = {
  records: 'records?dataset=readings&text=nothing',
  batches: 'batches?state=failed_to_run',
  quarantine: 'quarantine?dataset=weather',
  webhooks: 'webhooks?endpoint=ops&state=failed',
};
/** A batch's page with its log. */
const TALL = 2_400;
const TOKENS = {
  ana: 'operator-0123456789-abcdefghijklmn',
  ben: 'viewer-0123456789-abcdefghijklmnop',
};

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  shown = await showConsole();
  browser = await openBrowser();
});

describe.each(VARIANTS)('in %s, %s, %i px', (...variant) => {
  let page: Page;
  beforeAll(async () => {
    page = await (await openContext(browser, variant)).newPage();
  });

  it('every page', async () => {
    for (const { name, address } of shown.pages) {
      await openPage(page, shown.daysync.url + address);
      await draw(page, name, variant);
    }
    expect(shown.pages.length).toBeGreaterThan(8);
  });

  if (!WITH_STATES.includes(variant.join(' '))) return;

  it('what stands there when nothing has been synced, and when the server is away', async () => {
    const fresh = await startDaysync({ datasets: [weather()] });
    for (const name of LISTS) {
      await openPage(page, `${fresh.url}/${name}`);
      await draw(page, `${name}-empty`, variant);
    }
    await page.route('**/api/v1/**', (route) => route.abort());
    for (const name of ['sync', ...LISTS]) {
      await page.goto(`${fresh.url}/${name === 'sync' ? '' : name}`);
      await page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
      await draw(page, `${name}-error`, variant);
    }
    await page.unroute('**/api/v1/**');
    await fresh.stop();
  });

  it('what stands there while it is read, and when it can’t be read again', async () => {
    const { url } = shown.daysync;
    await page.route('**/api/v1/**', () => undefined);
    for (const name of LISTS) {
      await page.goto(`${url}/${name}`);
      await page.locator('.ds-skeleton').first().waitFor();
      await draw(page, `${name}-loading`, variant);
    }
    await page.unroute('**/api/v1/**');
    await openPage(page, `${url}/records?dataset=readings`);
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.locator('thead button').first().click();
    await page.locator('main ds-read-state .problem').waitFor();
    await draw(page, 'records-stale', variant);
    await page.unroute('**/api/v1/**');
  });

  it('what stands there when a filter leaves nothing', async () => {
    for (const [name, address] of Object.entries(FILTERED)) {
      await openPage(page, `${shown.daysync.url}/${address}`);
      await draw(page, `${name}-filtered`, variant);
    }
  });

  it('what a key or a click opens', async () => {
    const { url } = shown.daysync;
    await openPage(page, `${url}/calendar?dataset=readings`);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByRole('checkbox').waitFor();
    await draw(page, 'shortcuts', variant);
    await page.keyboard.press('Escape');

    const selected = 'start_date=2025-10-03&end_date=2025-10-06';
    await openPage(page, `${url}/calendar?dataset=readings&${selected}`);
    const say = wordsOf(variant[0]);
    const bar = page.locator('ds-selection-bar');
    await bar.getByRole('button', { name: say('calendar.fill') }).click();
    await page.locator('ds-start-here').waitFor();
    await draw(page, 'calendar-selection', variant);
    await openPage(page, `${url}/calendar?dataset=readings&shade=rows`);
    await draw(page, 'calendar-shades', variant);

    await openPage(page, `${url}/records?dataset=readings&status=failed`);
    await page.locator('ds-records-charts summary').first().click();
    await page.locator('thead').getByRole('checkbox').check();
    await page.locator('ds-records-retry').getByRole('button').first().waitFor();
    await draw(page, 'records-selected', variant);

    const log = shown.pages.find(({ name }) => name === 'batch-log')?.address ?? '';
    await openPage(page, url + log);
    await page.locator('ds-batch-log li').first().waitFor();
    await draw(page, 'batch-log', variant, TALL);

    await openPage(page, `${url}/batches`);
    await page.locator('ds-progress-banner button').last().click();
    await page.locator('ds-active-panel li').first().waitFor();
    await draw(page, 'active-batches', variant);
  });

  it('a batch that is paused, and one whose server is away', async () => {
    const { url } = shown.daysync;
    const call = `sync/batch/${shown.runningId}`;
    await shown.daysync.post(`${call}/pause`, null);
    await openPage(page, `${url}/?task_id=${shown.runningId}`);
    await draw(page, 'sync-paused', variant);
    await shown.daysync.post(`${call}/resume`, null);
    await page.route('**/events', (route) => route.abort());
    await openPage(page, `${url}/?task_id=${shown.runningId}`);
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByText(wordsOf(variant[0])('watch.unreachable')).first().waitFor();
    await draw(page, 'sync-lost', variant);
    await page.unroute('**/events');
    await page.unroute('**/api/v1/**');
  });

  it('the login, and the pages of a viewer', async () => {
    const env = { AUTH_TOKENS: `ana:operator:${TOKENS.ana},ben:viewer:${TOKENS.ben}` };
    const closed = await startDaysync({ datasets: [weather()], env, token: TOKENS.ana });
    await closed.sync({ dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-10' });
    await page.goto(closed.url);
    await page.getByRole('heading').first().waitFor();
    await draw(page, 'login', variant);
    await page.getByRole('textbox').fill(TOKENS.ben);
    await page.keyboard.press('Enter');
    await page.locator('ds-session-menu button').waitFor();
    for (const name of ['sync', ...LISTS]) {
      await openPage(page, `${closed.url}/${name === 'sync' ? '' : name}`);
      await draw(page, `${name}-viewer`, variant);
    }
    await openPage(page, `${closed.url}/datasets/weather`);
    await draw(page, 'dataset-viewer', variant);
    await closed.stop();
  });
});
