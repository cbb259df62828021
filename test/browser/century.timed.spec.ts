import { expect, it } from 'vitest';
import { openBrowser } from './browser.js';
import { startWithRecords, timeToInteractive } from './ten-years.js';

/** A hundred years of days, of which the calendar opens with the last ten. */
const DAYS = 36_500;
const FIRST_SHOWN = 2016;
const SOON_MS = 1_000;
/** What else the machine does makes it longer, and never shorter. */
const RUNS = 3;

it('the calendar of a dataset with 36,500 days is drawn within a second', async () => {
  const { url } = await startWithRecords(1926, DAYS);
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  context.setDefaultTimeout(150_000);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    times.push(await timeToInteractive(context, url, FIRST_SHOWN));
  }
  process.stdout.write(`a calendar of 36,500 days: ${times.map(Math.round).join(', ')} ms\n`);
  expect(Math.min(...times)).toBeLessThanOrEqual(SOON_MS);
});
