import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

declare global {
  interface Window {
    messages: string[];
    loads: number;
    startSync(startDate: string, endDate: string): Promise<void>;
  }
}

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  // A day in three seconds: the client asks every two, so that it sees each day.
  const slow = { throttle: { days_per_minute: 20 } };
  daysync = await startDaysync({ datasets: [weather(slow)] });
  page = await (await (await openBrowser()).newContext({ bypassCSP: true })).newPage();
  await page.goto(daysync.url);
  await page.addScriptTag({ path: path.join(import.meta.dirname, 'note-client.js') });
});

describe('the client of the feature note, unchanged', () => {
  it('starts a batch, sees each day and the end, and then loads the list', async () => {
    await page.evaluate(() => window.startSync('2012-01-01', '2012-01-03'));
    await page.waitForFunction(() => window.loads > 0);
    const messages = await page.evaluate(() => window.messages);
    const lines = messages.map((message) =>
      message
        .trim()
        .split(/\s*\n\s*/)
        .join(' | '),
    );
    const seen = lines.filter((line, index) => line !== lines[index - 1]);

    expect(seen.slice(0, 2).map((line) => line.split(' | ').slice(0, 2))).toEqual([
      ['🔄 正在同步 2012-01-01...', '进度: 1/3 (33%)'],
      ['🔄 正在同步 2012-01-02...', '进度: 2/3 (67%)'],
    ]);
    // The last day of a fast source may be over before the next poll: then its end is what is seen of it.
    expect(seen.slice(2).every((line) => line.includes('进度: 3/3 (100%)'))).toBe(true);
    expect(seen.at(-1)).toBe(
      '🔄 批量同步完成: 成功3, 失败0, 跳过0 | 进度: 3/3 (100%) | 成功: 3, 失败: 0, 跳过: 0',
    );
    expect(await page.evaluate(() => window.loads)).toBe(1);
  });
});
