// What every page has: the theme, the list of keyboard shortcuts, and numbers and times as the reader writes them.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

let daysync: DaysyncProcess;
let browser: Browser;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  browser = await openBrowser();
});

async function open(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(daysync.url);
  await page.getByRole('button', { name: 'Start sync' }).waitFor();
  return page;
}

describe('the theme', () => {
  it('changes all colours at once, and stays for the next visit', async () => {
    const page = await open();
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await background()).toBe(dark);
    await page.context().close();
  });
});

describe('the navigation', () => {
  it.each(['zh-CN', 'en-GB'])('shows all of its links at any width, in %s', async (locale) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    await page.goto(daysync.url);
    const links = page.getByRole('navigation').first().getByRole('link');
    await links.last().waitFor();
    for (const width of [320, 360, 500, 640, 768, 1_040, 1_440]) {
      await page.setViewportSize({ width, height: 740 });
      const cut = await links.evaluateAll((all) =>
        all
          .map((link) => ({ link, box: link.getBoundingClientRect() }))
          .filter(({ box, link }) => {
            const [x, y] = [box.right - 1, box.top + box.height / 2];
            return box.left < 0 || !link.contains(document.elementFromPoint(x, y));
          })
          .map(({ link }) => link.textContent),
      );
      expect(cut, `${width} px`).toEqual([]);
    }
    expect(await links.count()).toBe(7);
    await context.close();
  });
});

describe('the list of keyboard shortcuts', () => {
  it('opens by ?, except while text is typed, and gives the focus back', async () => {
    const page = await open();
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await page.getByRole('link', { name: 'Calendar', exact: true }).focus();
    await page.keyboard.press('?');
    await dialog.getByText('Select a range').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const focused = await page.evaluate(() => document.activeElement?.textContent.trim());
    expect(focused).toBe('Calendar');
    await page.getByRole('textbox', { name: 'Start date' }).press('?');
    expect(await dialog.count()).toBe(0);
    await page.context().close();
  });

  it('opens by its button as well, and its key can be turned off', async () => {
    const page = await open();
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await dialog.getByRole('checkbox').uncheck();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: 'Start sync' }).waitFor();
    await page.getByRole('link', { name: 'Calendar', exact: true }).focus();
    await page.keyboard.press('?');
    expect(await dialog.count()).toBe(0);
    await page.context().close();
  });
});

describe('numbers and times', () => {
  it('are written as in the reader’s language, with the zone beside each time', async () => {
    await daysync.sync({ dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-01' });
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    await page.goto(`${daysync.url}/calendar`);
    await page.locator('ds-calendar-legend').getByText('1,460').waitFor();
    await page.goto(`${daysync.url}/records`);
    const tried = page.locator('td.instant').first();
    await tried.waitFor();
    expect(await tried.innerText()).toMatch(/^\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d GMT\+8$/);
    await context.close();
  });
});
