// The site as readers see it: in a browser, from the program, under its Content-Security-Policy.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE, PAGES } from '../../site/navigation.mjs';
import { openBrowser } from '../browser/browser.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { pageFindings } from './page-findings.js';

let daysync: DaysyncProcess;
let page: Page;
const faults: string[] = [];
const elsewhere: string[] = [];

beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  page = await watched(await (await openBrowser()).newContext({ reducedMotion: 'reduce' }));
});

/** A page that writes down what goes wrong in it, and what it asks of other hosts. */
async function watched(context: BrowserContext): Promise<Page> {
  context.setDefaultTimeout(60_000);
  const opened = await context.newPage();
  opened.on('pageerror', (error) => faults.push(error.message));
  opened.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${opened.url()}: ${message.text()}`);
  });
  opened.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(daysync.url) && !url.startsWith('data:')) elsewhere.push(url);
  });
  return opened;
}

async function open(at: string): Promise<void> {
  await page.goto(`${daysync.url}${BASE}${at}`);
  await page.waitForFunction(() => {
    const app = document.querySelector('#app');
    return app !== null && '__vue_app__' in app;
  });
}

async function search(text: string): Promise<readonly string[]> {
  await page.locator('.VPNavBarSearch button').click();
  await page.locator('#localsearch-input').fill(text);
  const results = page.locator('#localsearch-list a');
  await results.first().waitFor();
  return results.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
}

afterAll(() => {
  expect(elsewhere).toEqual([]);
});

describe('the site in a browser', () => {
  it('opens every page without an error, and asks no other host for anything', async () => {
    for (const { at } of PAGES) {
      await open(`${at}.html`);
      expect(await page.locator('.vp-doc h1').count()).toBe(1);
    }
    expect(faults).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it('finds an English word', async () => {
    await open('');
    expect(await search('quarantine')).toContain(`${BASE}quarantine.html`);
    await page.locator('#localsearch-list a').first().click();
    await page.waitForURL(/quarantine/);
    // The address changes before the page does.
    await page.locator('h1', { hasText: /quarantine/i }).waitFor();
    expect(faults).toEqual([]);
  });

  it('finds a Chinese word in the middle of a sentence', async () => {
    await open('zh/');
    const found = await search('推迟');
    expect(found).toContain(`${BASE}zh/concepts.html`);
    expect(found.every((address) => address.startsWith(`${BASE}zh/`))).toBe(true);
    expect(faults).toEqual([]);
  });

  it('leads to the same page in the other language, or to its first page', async () => {
    await page.setViewportSize({ width: 1_440, height: 900 });
    for (const [from, to] of [
      ['concepts.html', 'zh/concepts.html'],
      ['zh/console.html', 'console.html'],
      ['cli.html', 'zh/'],
    ] as const) {
      await open(from);
      await page.locator('.VPNavBarTranslations button').hover();
      await page.locator('.VPNavBarTranslations a').click();
      await page.waitForURL(`${daysync.url}${BASE}${to}`);
    }
  });

  it('follows the colours of the system, and keeps those that are chosen', async () => {
    const isDark = (): Promise<boolean> =>
      page.evaluate(() => document.documentElement.classList.contains('dark'));
    await page.emulateMedia({ colorScheme: 'dark' });
    await open('start.html');
    expect(await isDark()).toBe(true);
    await page.locator('.VPNavBarAppearance button').click();
    await page.reload();
    expect(await isDark()).toBe(false);
    await page.evaluate(() => {
      localStorage.clear();
    });
    await page.emulateMedia({ colorScheme: null });
  });

  it('has a page of its own for what is not there', async () => {
    const answer = await page.goto(`${daysync.url}${BASE}none.html`);
    expect(answer?.status()).toBe(404);
    await page.getByText('PAGE NOT FOUND').waitFor();
    faults.length = 0;
  });
});

/** One page of each kind: text, tables, code, pictures, the longest, a decision. */
const KINDS = {
  en: [
    '',
    'configuration.html',
    'start.html',
    'console.html',
    'api-objects.html',
    'adr/0022-lanes.html',
  ],
  zh: ['zh/', 'zh/concepts.html', 'zh/start.html', 'zh/console.html'],
} as const;

/** Long enough for every page on a busy machine. */
const TIMEOUT_MS = 1_200_000;

it('axe finds nothing on any page in a narrow window', { timeout: TIMEOUT_MS }, async () => {
  const findings: string[] = [];
  for (const { at } of PAGES) {
    await open(`${at}.html`);
    findings.push(...(await pageFindings(page, [390])).map((one) => `${at}: ${one}`));
  }
  expect(findings).toEqual([]);
});

describe.each(['en', 'zh'] as const)('axe finds nothing, %s', (language) => {
  it.each(KINDS[language])('on the page /%s', async (at) => {
    await open(at);
    expect(await pageFindings(page)).toEqual([]);
  });

  it('in the search', async () => {
    await open(KINDS[language][0]);
    await search(language === 'en' ? 'day' : '日期');
    expect(await pageFindings(page)).toEqual([]);
  });

  it('in the menus of a narrow window', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await open(KINDS[language][1]);
    await page.locator('.VPLocalNav .menu').click();
    await page.locator('.VPSidebar.open').waitFor();
    expect(await pageFindings(page, [390])).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.VPNavBarHamburger').click();
    await page.locator('.VPNavScreen').waitFor();
    expect(await pageFindings(page, [390])).toEqual([]);
  });
});
