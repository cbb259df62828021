import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openTab } from './browser.js';

/** Longer than the calendar takes to open. */
const MOVES_MS = 500;

it('a date is picked by keyboard alone, and the focus comes back', async () => {
  const daysync = await startDaysync({ datasets: [weather()] });
  const page = await openTab({ locale: 'zh-CN' });
  await page.goto(daysync.url);
  const field = page.getByRole('textbox', { name: '开始日期' });
  await field.fill('2012年3月5日');
  await field.press('Tab');
  expect(await field.inputValue()).toBe('2012-03-05');

  const opener = page.getByRole('button', { name: '开始日期 · 打开日历' });
  for (const [key, day] of [
    ['Enter', '2012-03-06'],
    ['Escape', '2012-03-06'],
  ] as const) {
    await opener.press('Enter');
    const cell = page.getByRole('dialog').locator('[role=grid] :focus');
    const before = await cell.getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    while ((await cell.getAttribute('aria-label')) === before) await sleep(20);
    // Material takes no key as an end while the calendar still moves in.
    await sleep(MOVES_MS);
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe(day);
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
  }
});
