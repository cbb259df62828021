// `npm run screenshots`: draws screenshots/ from the real console, every page and state of it in both languages and in
// light and dark colours, and for a phone.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { drawFonts, giveFonts } from '../browser/chinese-fonts.js';
import { openBrowser } from '../browser/browser.js';
import { openPage, showConsole, type ShownConsole } from '../browser/shown-console.js';
import { wordsOf } from '../browser/words-of.js';
import { startDaysync } from '../daysync-process.js';
import { TOP, weather } from '../scratch.js';
import { DRAWN } from './docs-pictures.mjs';

const FOLDER = path.join(TOP, DRAWN);
type Variant = readonly [language: 'zh' | 'en', colors: 'light' | 'dark', width: 1_440 | 360];
const VARIANTS: readonly Variant[] = [
  ['zh', 'light', 1_440],
  ['zh', 'dark', 1_440],
  ['en', 'light', 1_440],
  ['en', 'dark', 1_440],
  ['zh', 'light', 360],
  ['en', 'dark', 360],
];
/** Of these each state is drawn beside each page. */
const WITH_STATES = ['zh light 1440', 'en dark 1440'];
/** A list goes on below. */
const TALLEST = 1_500;
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;

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
    page = await (await openContext(variant)).newPage();
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
    for (const name of ['calendar', 'records', 'batches', 'datasets', 'quarantine', 'webhooks']) {
      await openPage(page, `${fresh.url}/${name}`);
      await draw(page, `${name}-empty`, variant);
    }
    await page.route('**/api/v1/**', (route) => route.abort());
    for (const name of [
      'sync',
      'calendar',
      'records',
      'batches',
      'datasets',
      'quarantine',
      'webhooks',
    ]) {
      await page.goto(`${fresh.url}/${name === 'sync' ? '' : name}`);
      await page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
      await draw(page, `${name}-error`, variant);
    }
    await page.unroute('**/api/v1/**');
    await fresh.stop();
  });

  it('what stands there while it is read, and when it can’t be read again', async () => {
    const { url } = shown.daysync;
    const lists = ['records', 'calendar', 'batches', 'datasets', 'quarantine', 'webhooks'];
    await page.route('**/api/v1/**', () => undefined);
    for (const name of lists) {
      await page.goto(`${url}/${name}`);
      await page.locator('.ds-skeleton').first().waitFor();
      await draw(page, `${name}-loading`, variant);
    }
    await page.unroute('**/api/v1/**');
    await openPage(page, `${url}/records?dataset=readings`);
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.locator('thead button').first().click();
    await page.getByRole('status').filter({ hasText: /\S/ }).first().waitFor();
    await draw(page, 'records-stale', variant);
    await page.unroute('**/api/v1/**');
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

  it('the login', async () => {
    const token = 'operator-0123456789-abcdefghijklmn';
    const env = { AUTH_TOKENS: `ana:operator:${token}` };
    const closed = await startDaysync({ datasets: [weather()], env });
    await page.goto(closed.url);
    await page.getByRole('heading').first().waitFor();
    await draw(page, 'login', variant);
    await closed.stop();
  });
});

function openContext([language, colorScheme, width]: Variant): Promise<BrowserContext> {
  const viewport = windowOf(width);
  const asked = { bypassCSP: true, locale: LOCALES[language], colorScheme, viewport };
  return browser.newContext(asked).then(async (context) => {
    await giveFonts(context);
    return context;
  });
}

function windowOf(width: number): { readonly width: number; readonly height: number } {
  return { width, height: width < 600 ? 740 : 860 };
}

async function draw(page: Page, name: string, [language, colours, width]: Variant): Promise<void> {
  // As tall as the page is: what is fixed to the window's foot stands at the foot of the picture.
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(tall, TALLEST);
  await page.setViewportSize({ width, height });
  await drawFonts(page);
  const file = [name, language, colours, ...(width < 600 ? ['phone'] : [])].join('.');
  await page.screenshot({ path: path.join(FOLDER, `${file}.png`) });
  await page.setViewportSize(windowOf(width));
}
