// What the console costs in a real browser: its first load, and ten years of days in the calendar.
import { expect, it } from 'vitest';
import { openBrowser } from '../browser/browser.js';
import { loadConsole } from '../browser/first-load.js';
import { longestTask, startWithTenYears, timeToInteractive } from '../browser/ten-years.js';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes, weather } from '../scratch.js';
import { atMost, figure, keep } from './figures.js';
import { measureInTurn } from './in-turn.js';

const ROUNDS = 3;
const MOST_KB = 200;
/** Users notice a longer task. */
const MOST_TASK_MS = 50;

it('the first load, and the calendar of ten years', async () => {
  const fresh = await startDaysync({ datasets: [weather(), birdstrikes()] });
  const old = await startWithTenYears();
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: 'zh-CN' });
  const { load, task, interactive } = await measureInTurn(ROUNDS, {
    load: async () => {
      const { bytes, faults } = await loadConsole(browser, fresh);
      expect(faults).toEqual([]);
      return bytes / 1_000;
    },
    task: () => longestTask(context, old.url),
    interactive: () => timeToInteractive(context, old.url),
  });
  const loaded =
    'first load of the console: files in brotli, headers and the first answers of the API';
  const drawn = 'longest task while a calendar of 3,650 days is drawn';
  const opened = 'from the address of a calendar of 3,650 days until it is complete and clickable';
  const note = '0: no task of 50 ms or more; the browser reports only those';
  await keep('console', [
    figure(loaded, 'kB', load, { aim: atMost(MOST_KB, 'own') }),
    figure(drawn, 'ms', task, { aim: atMost(MOST_TASK_MS, 'own'), note }),
    figure(opened, 'ms', interactive),
  ]);
});
