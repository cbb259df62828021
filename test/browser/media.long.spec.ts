// What the reader asks of their system: less motion, or colours of their own. And what a screen reader hears.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';

/** How long to listen, and the least time between two announcements. */
const LISTEN_MS = 20_000;
const QUIET_MS = 5_000;

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  shown = await showConsole();
  browser = await openBrowser();
});

async function open(address: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  page.setDefaultTimeout(150_000);
  await openPage(page, shown.daysync.url + address);
  return page;
}

describe('less motion', () => {
  /** How many parts move on a page that waits for its answers. */
  async function moving(reducedMotion: 'reduce' | 'no-preference'): Promise<number> {
    const page = await open('/nowhere');
    await page.emulateMedia({ reducedMotion });
    await page.route('**/api/v1/**', () => undefined);
    await page.goto(`${shown.daysync.url}/records`);
    await page.locator('.ds-skeleton').first().waitFor();
    const count = await page.evaluate(() => document.getAnimations().length);
    await page.context().close();
    return count;
  }

  it('is none', async () => {
    expect(await moving('no-preference')).toBeGreaterThan(0);
    expect(await moving('reduce')).toBe(0);
  });
});

describe('forced colours', () => {
  it('still show parts of a bar, what is chosen, and the page that is open', async () => {
    const page = await open(`/batches/${shown.runningId}?state=success`);
    await page.emulateMedia({ forcedColors: 'active' });
    const looks = (selector: string, property: string): Promise<readonly string[]> =>
      page
        .locator(selector)
        .evaluateAll(
          (all, name) => all.map((one) => getComputedStyle(one).getPropertyValue(name)),
          property,
        );
    await page.locator('ds-progress-card ds-segmented-bar [data-kind=success]').waitFor();
    const [success] = await looks(
      'ds-progress-card ds-segmented-bar [data-kind=success]',
      'background-color',
    );
    const [open_] = await looks('ds-progress-card ds-segmented-bar div', 'background-color');
    expect(success).not.toBe(open_);
    const [chosen] = await looks('.states [aria-current]', 'background-color');
    const [other] = await looks('.states a:not([aria-current])', 'background-color');
    expect(chosen).not.toBe(other);
    const [here] = await looks('header nav a.here', 'border-bottom-color');
    const [away] = await looks('header nav a:not(.here)', 'border-bottom-color');
    expect(here).not.toBe(away);
    await page.context().close();
  });
});

describe('a screen reader', () => {
  it('hears how far a batch is, and of it at most every five seconds', async () => {
    const page = await open('/nowhere');
    const heard: string[] = [];
    await page.exposeFunction('hear', (text: string) => void heard.push(text));
    await page.addInitScript(() => {
      let last = '';
      const { hear } = globalThis as unknown as { readonly hear: (text: string) => void };
      const observer = new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          const region = element?.closest('[aria-live=polite], [role=status], [role=alert]');
          const text = region?.textContent.trim() ?? '';
          if (text !== '' && text !== last) hear(text);
          if (text !== '') last = text;
        }
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
    await openPage(page, `${shown.daysync.url}/?task_id=${shown.runningId}`);
    // The next tenth of it.
    await expect.poll(() => heard.join('\n'), { timeout: 150_000 }).toMatch(/%/);
    heard.length = 0;
    await page.waitForTimeout(LISTEN_MS);
    // The batch ends a day every three seconds.
    expect(heard.length, heard.join('\n')).toBeLessThanOrEqual(LISTEN_MS / QUIET_MS + 1);
    await page.context().close();
  });
});
