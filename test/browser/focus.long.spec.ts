// Whoever uses the keyboard sees where they are: each stop of the Tab key has a ring, in the window and uncovered.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { faultOfFocus } from './focused.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';
import { shownStates } from './shown-states.js';
import { wordsOf } from './words-of.js';

const WIDE = [1_440, 900] as const;
/** A window of 1280 by 900 at 200 %. */
const ZOOMED = [640, 450] as const;
const NARROW = [320, 640] as const;
type Size = readonly [width: number, height: number];
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

async function openWindow([width, height]: Size): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width, height } });
  context.setDefaultTimeout(150_000);
  return context.newPage();
}

/** What is wrong on some pages, once each is as it is wanted. */
async function faultsOfAll<Shown extends { readonly name: string; readonly address: string }>(
  page: Page,
  all: readonly Shown[],
  reach: (one: Shown) => Promise<void> = async () => undefined,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const one of all) {
    await openPage(page, shown.daysync.url + one.address);
    await reach(one);
    faults.push(...(await faultsOf(page)).map((fault) => `${one.name}: ${fault}`));
  }
  await page.context().close();
  return faults;
}

describe(
  'each stop of the Tab key has a ring, in the window and uncovered',
  { timeout: TIMEOUT_MS },
  () => {
    const unlike = (): ShownConsole['pages'] => shown.pages.filter(({ isLike = false }) => !isLike);

    it('on every page', async () => {
      expect(await faultsOfAll(await openWindow(WIDE), shown.pages)).toEqual([]);
    });

    it.each([ZOOMED, NARROW])('in a window of %i by %i px', async (...size) => {
      expect(await faultsOfAll(await openWindow(size), unlike())).toEqual([]);
    });

    it('with the colours that the system forces', async () => {
      const page = await openWindow(ZOOMED);
      await page.emulateMedia({ forcedColors: 'active' });
      expect(await faultsOfAll(page, unlike())).toEqual([]);
    });

    it.each([WIDE, NARROW])(
      'in a panel, a form and a result, in a window of %i by %i px',
      async (...size) => {
        const page = await openWindow(size);
        const faults = await faultsOfAll(page, shownStates(shown), ({ reach }) =>
          reach(page, wordsOf('zh')),
        );
        expect(faults).toEqual([]);
      },
    );
  },
);
