import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

let daysync: DaysyncProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
  for (const [start_date, end_date] of [
    ['2012-03-01', '2012-03-03'],
    ['2012-03-06', '2012-03-06'],
    ['2012-03-09', '2012-03-09'],
  ]) {
    await daysync.sync({ start_date, end_date });
  }
  browser = await openBrowser();
  context = await browser.newContext({ locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(150_000);
});

const dayOf = (day: string) => page.locator(`td[data-day='${day}']`);

describe('the calendar', () => {
  it('is one stop of Tab, and a range is selected and led on by the keyboard alone', async () => {
    await page.goto(`${daysync.url}/calendar`);
    await dayOf('2015-12-31').waitFor();
    await page.getByRole('button', { name: '补齐 2 个缺口' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    expect(await dayOf('2012-03-01').evaluate((cell) => cell === document.activeElement)).toBe(
      true,
    );
    // Weeks stand side by side: to the right it is a week, downwards a day.
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('已选 2012-03-01 至 2012-03-09，9 天').waitFor();
    await page.waitForURL(/start_date=2012-03-01&end_date=2012-03-09/);
    await expect.poll(() => page.locator('td[aria-selected]').count()).toBe(9);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(/^将同步 4 天/).waitFor();
    // A colleague who gets the address sees the same.
    await page.reload();
    await page.getByText('已选 2012-03-01 至 2012-03-09，9 天').waitFor();
    await page.getByRole('link', { name: '查看记录' }).click();
    await page.waitForURL(/\/records\?dataset=weather&start_date=2012-03-01&end_date=2012-03-09/);
    await page.goBack();
    await dayOf('2012-03-05').press('Escape');
    await page.getByText('已选').waitFor({ state: 'detached' });
  });

  it.each([1_280, 360])('shows each state by more than its colour, %d px wide', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await dayOf('2012-03-01').waitFor();
    const shapes = await dayOf('2012-03-01').evaluate((cell) => {
      const before = cell.getAttribute('data-state') ?? '';
      const states = [...document.querySelectorAll<HTMLElement>('ds-calendar-legend .sign')].map(
        ({ dataset }) => ('unusual' in dataset ? 'unusual' : (dataset['state'] ?? '')),
      );
      const found = states.map((state) => {
        // An unusual day is a synced one.
        cell.toggleAttribute('data-unusual', state === 'unusual');
        cell.setAttribute('data-state', state === 'unusual' ? 'synced' : state);
        const { content, borderStyle, borderRadius, inset, backgroundColor } = getComputedStyle(
          cell,
          '::before',
        );
        const [red = 255, green = 255, blue = 255] = (backgroundColor.match(/\d+/g) ?? []).map(
          Number,
        );
        const isFilled = 0.3 * red + 0.6 * green + 0.1 * blue < 160;
        return { state, shape: [content, borderStyle, borderRadius, inset, isFilled].join(' ') };
      });
      cell.setAttribute('data-state', before);
      cell.removeAttribute('data-unusual');
      return found;
    });
    expect(shapes).toHaveLength(10);
    const alike = shapes.filter(({ state, shape }) =>
      shapes.some((other) => other.state !== state && other.shape === shape),
    );
    expect(alike).toEqual([]);
    await page.setViewportSize({ width: 1_280, height: 720 });
  });

  it('lays weeks one below the other on a phone: a tap opens, a finger that rests selects', async () => {
    const phone = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    });
    const tab = await phone.newPage();
    await tab.addInitScript(() => {
      const shifts: number[] = [];
      new PerformanceObserver((list) => {
        // A shift is not among the types of entries that TypeScript knows.
        for (const entry of list.getEntries())
          shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
      Object.assign(window, { shifts });
    });
    await tab.goto(`${daysync.url}/calendar`);
    const [first, below] = ['2012-03-01', '2012-03-08'].map((day) =>
      tab.locator(`td[data-day='${day}']`),
    );
    if (first === undefined || below === undefined) throw new Error('expected two days');
    // All years are drawn: none of their days is replaced any more.
    await tab.getByText('2 个缺口').first().waitFor();
    await first.scrollIntoViewIfNeeded();
    const [above, under] = [await first.boundingBox(), await below.boundingBox()];
    if (above === null || under === null) throw new Error('expected two boxes');
    expect(Math.min(above.width, above.height)).toBeGreaterThanOrEqual(40);
    expect([under.x, under.y > above.y]).toEqual([above.x, true]);
    const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await tab.evaluate(sideways)).toBe(0);
    const shifts = await tab.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);

    const finger = await phone.newCDPSession(tab);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', box?: typeof above) => {
      const middle = box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const touchPoints = middle === undefined ? [] : [middle];
      await finger.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', above);
    await tab.getByText('已选 2012-03-01 至 2012-03-01，1 天').waitFor();
    await touch('touchMove', under);
    await touch('touchEnd');
    await tab.getByText('已选 2012-03-01 至 2012-03-08，8 天').waitFor();
    await first.tap();
    await tab.getByRole('dialog').getByText('2012-03-01').first().waitFor();
    await phone.close();
  });
});
