// Where a calendar of a hundred years opens, and the ways to another year.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import type { DaysyncProcess } from '../daysync-process.js';
import { openBrowser } from './browser.js';
import { startWithRecords } from './ten-years.js';

/** A hundred years, which end in 2025. */
const DAYS = 36_500;
const NEWEST = '2025-12-06';

let daysync: DaysyncProcess;
let browser: Browser;
beforeAll(async () => {
  daysync = await startWithRecords(1926, DAYS);
  browser = await openBrowser();
});

async function open(width: number, query = ''): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${daysync.url}/calendar${query}`);
  return page;
}

/** Waits until a day stands in the window, without any scrolling by the test. */
function untilSeen(page: Page, day: string): Promise<unknown> {
  return page.waitForFunction((shown) => {
    const box = document.querySelector(`td[data-day='${shown}']`)?.getBoundingClientRect();
    if (box === undefined) return false;
    return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  }, day);
}

describe.each([1_440, 1_024, 360])('a calendar of a hundred years, %i px wide', (width) => {
  it('opens at its newest day', async () => {
    const page = await open(width);
    await untilSeen(page, NEWEST);
    await page.context().close();
  });

  it('leads to any year by its list of years, and back', async () => {
    const page = await open(width);
    const years = page.getByRole('combobox', { name: '年份' });
    await years.selectOption('1950');
    await untilSeen(page, '1950-01-02');
    await page.waitForURL(/[?&]from=\d+/);
    await years.selectOption('2025');
    await untilSeen(page, '2025-01-02');
    await page.context().close();
  });
});

describe('the cells of a calendar', () => {
  it('are shaded by their rows if the reader wants it, and the address keeps it', async () => {
    const page = await open(1_440);
    const [few, many] = ['2025-08-31', '2025-08-28'].map((day) =>
      page.locator(`td[data-day='${day}']`),
    ) as [Locator, Locator];
    await few.waitFor();
    const coloursOf = (): Promise<string[]> =>
      Promise.all(
        [few, many].map((cell) =>
          cell.evaluate((found) => getComputedStyle(found, '::before').backgroundColor),
        ),
      );
    const plain = await coloursOf();
    expect(plain[0]).toBe(plain[1]);
    await page.getByRole('checkbox', { name: '按行数着色' }).check();
    await page.waitForURL(/[?&]shade=rows/);
    await expect.poll(coloursOf).not.toEqual(plain);
    const shaded = await coloursOf();
    expect(shaded[0]).not.toBe(shaded[1]);
    await page.reload();
    await few.waitFor();
    expect(await coloursOf()).toEqual(shaded);
    await page.context().close();
  });
});
