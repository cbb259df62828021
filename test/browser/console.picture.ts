// `npm run screenshots`: draws the pictures of the docs from the real console.
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes, TOP, weather } from '../scratch.js';
import { drawFonts, serveFonts, useFonts } from './chinese-fonts.js';
import { launchBrowser } from './chromium.js';

it('draws docs/console.png: a batch in the middle', async () => {
  const title = { zh: '西雅图与纽约天气', en: 'Seattle and New York weather' };
  const throttle = { days_per_minute: 30 };
  const daysync = await startDaysync({ datasets: [weather({ title, throttle }), birdstrikes()] });
  await daysync.sync({ dataset: 'birdstrikes', start_date: '1990-01-08', end_date: '1990-01-14' });
  const browser = await launchBrowser();
  const context = await browser.newContext({
    bypassCSP: true,
    locale: 'zh-CN',
    viewport: { width: 1_200, height: 960 },
    deviceScaleFactor: 2,
  });
  await serveFonts(context);
  const page = await context.newPage();
  await page.goto(daysync.url);
  await useFonts(page);
  await page.getByRole('button', { name: '开始同步' }).click();
  await page.getByText('进度: 2/10 (20%)').first().waitFor();
  await drawFonts(page);
  await page.getByText('进度: 5/10 (50%)').first().waitFor();
  await page.screenshot({ path: path.join(TOP, 'docs/console.png') });
  const { items } = await daysync.batches();
  expect(items[0]).toMatchObject({ status: 'running' });
});
