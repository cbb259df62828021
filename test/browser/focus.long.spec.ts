// Whoever uses the keyboard sees where they are: each stop of the Tab key has a ring, in the window and uncovered.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { faultOfFocus } from './focused.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';
import { shownStates } from './shown-states.js';
import { wordsOf } from './words-of.js';

const SIZES = [
  [1_440, 900],
  // A window of 1280 by 900 at 200 %.
  [640, 450],
  [320, 640],
] as const;
/** A page with more stops repeats them, as a table does. */
const MOST_STOPS = 60;
/** Long enough for all pages on a busy machine. */
const TIMEOUT_MS = 3_600_000;

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  // Its batch outlasts all variants of all pages.
  shown = await showConsole('2015-12-31');
  browser = await openBrowser();
});

/** What is wrong with the stops of the Tab key. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    let fault = await faultOfFocus(page);
    if (fault === undefined) break;
    if (fault !== '') {
      // A list that has just grown may have pushed the element: the stop counts as the next press shows it.
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      fault = await faultOfFocus(page);
      if (fault === undefined) break;
    }
    if (fault !== '') faults.push(fault);
  }
  return faults;
}

describe.each(SIZES)('in a window of %i by %i px', { timeout: TIMEOUT_MS }, (width, height) => {
  async function openWindow(): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width, height } });
    context.setDefaultTimeout(150_000);
    return context.newPage();
  }

  it('each stop of the Tab key has a ring, in the window and uncovered', async () => {
    const page = await openWindow();
    const faults: string[] = [];
    for (const { name, address } of shown.pages) {
      await openPage(page, shown.daysync.url + address);
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('so has each stop in a panel, a form and a result', async () => {
    const page = await openWindow();
    const faults: string[] = [];
    for (const { name, address, reach } of shownStates(shown)) {
      await openPage(page, shown.daysync.url + address);
      await reach(page, wordsOf('zh'));
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('and with the colours that the system forces', async () => {
    const page = await openWindow();
    await page.emulateMedia({ forcedColors: 'active' });
    const faults: string[] = [];
    for (const { name, address, isLike = false } of shown.pages) {
      if (isLike) continue;
      await openPage(page, shown.daysync.url + address);
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
