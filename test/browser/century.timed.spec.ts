import { it } from 'vitest';
import { expectOnceAtMost, timesFloor } from '../machine-speed.js';
import { openBrowser } from './browser.js';
import { startWithRecords, timeToInteractive } from './ten-years.js';

/** A hundred years of days, of which the calendar opens with the last ten. */
const DAYS = 36_500;
const FIRST_SHOWN = 2016;
/** A second on the reference machine. */
const SOON = timesFloor(1_000);

it('the calendar of a dataset with 36,500 days is drawn soon', async () => {
  const { url } = await startWithRecords(1926, DAYS);
  const context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  context.setDefaultTimeout(150_000);
  await timeToInteractive(context, url, FIRST_SHOWN);
  await expectOnceAtMost(SOON, async () => {
    const ms = await timeToInteractive(context, url, FIRST_SHOWN);
    process.stdout.write(`a calendar of 36,500 days: ${Math.round(ms)} ms\n`);
    return ms;
  });
});
