// Whoever uses the keyboard sees where they are: each stop of the Tab key has a ring, in the window and uncovered.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { openPage, showConsole, type ShownConsole } from './shown-console.js';

const SIZES = [
  [1_440, 900],
  // A window of 1280 by 900 at 200 %.
  [640, 450],
  [320, 640],
] as const;
/** A page with more stops repeats them, as a table does. */
const MOST_STOPS = 60;

let shown: ShownConsole;
let browser: Browser;
beforeAll(async () => {
  shown = await showConsole();
  browser = await openBrowser();
});

/** What is wrong with the element that has the focus; `undefined` once the focus has left the page. */
function faultOfFocus(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return undefined;
    const name = `${focused.tagName} ${focused.ariaLabel ?? focused.innerText.slice(0, 40)}`;
    const hasOutline = (element: Element): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    };
    // A field shows it by its frame.
    const frame = focused.closest('mat-form-field')?.querySelector('.mdc-notched-outline__leading');
    const isFramed = frame != null && getComputedStyle(frame).borderTopWidth === '2px';
    if (!hasOutline(focused) && !isFramed) return `${name}: no ring`;
    const box = focused.getBoundingClientRect();
    const left = Math.max(0, box.left);
    const right = Math.min(innerWidth, box.right);
    const top = Math.max(0, box.top);
    const bottom = Math.min(innerHeight, box.bottom);
    if (right - left < 1 || bottom - top < 1) return `${name}: outside of the window`;
    // A table that scrolls may be larger than the window.
    if (box.height > innerHeight / 3) return '';
    const isCut = bottom - top < box.height - 1 || right - left < box.width - 1;
    if (isCut) return `${name}: cut off by the window`;
    const covered = [0.1, 0.5, 0.9].map((share) => {
      const [x, y] = [left + (right - left) * share, top + (bottom - top) * share];
      const found = document.elementFromPoint(x, y);
      const isOwn = found !== null && (focused.contains(found) || found.contains(focused));
      return isOwn || found?.closest('mat-form-field')?.contains(focused) === true
        ? undefined
        : found?.outerHTML.slice(0, 80);
    });
    const by = covered.find((cover) => cover !== undefined);
    return by === undefined ? '' : `${name}: covered by ${by}`;
  });
}

describe.each(SIZES)('in a window of %i by %i px', (width, height) => {
  it('each stop of the Tab key has a ring, in the window and uncovered', async () => {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width, height } });
    const page = await context.newPage();
    const faults: string[] = [];
    for (const { name, address } of shown.pages) {
      await openPage(page, shown.daysync.url + address);
      for (let stops = 0; stops < MOST_STOPS; stops += 1) {
        await page.keyboard.press('Tab');
        const fault = await faultOfFocus(page);
        if (fault === undefined) break;
        if (fault !== '') faults.push(`${name}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    await context.close();
  });
});
