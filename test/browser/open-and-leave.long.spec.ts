import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, it } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { draws } from '../draws.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';

const TIMES = draws(6, 60);
/** Long enough for all turns on a busy machine. */
const TIMEOUT_MS = 1_200_000;
const RANGE = { start_date: '2012-01-01', end_date: '2012-12-31' };

/** What lives in a page. */
interface Living {
  readonly timers: number;
  readonly requests: number;
  readonly streams: number;
}

let daysync: DaysyncProcess;
let context: BrowserContext;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather({ throttle: { days_per_minute: 30 } })] });
  await daysync.startBatch(RANGE);
  context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  context.setDefaultTimeout(150_000);
  await context.addInitScript(count);
});

/** Runs in the page before anything else: counts what begins and ends there. */
function count(): void {
  const timers = new Set<number>();
  const living = { requests: 0, streams: 0 };
  const { setTimeout, clearTimeout, setInterval, clearInterval, fetch, EventSource } = window;
  Object.assign(window, {
    living: () => ({ ...living, timers: timers.size }),
    setTimeout: (run: () => void, ms?: number): number => {
      const id = setTimeout(() => {
        timers.delete(id);
        run();
      }, ms);
      timers.add(id);
      return id;
    },
    setInterval: (run: () => void, ms?: number): number => {
      const id = setInterval(run, ms);
      timers.add(id);
      return id;
    },
    clearTimeout: (id: number): void => {
      timers.delete(id);
      clearTimeout(id);
    },
    clearInterval: (id: number): void => {
      timers.delete(id);
      clearInterval(id);
    },
    fetch: async (...args: Parameters<typeof fetch>): Promise<Response> => {
      living.requests += 1;
      return fetch(...args).finally(() => (living.requests -= 1));
    },
    EventSource: class extends EventSource {
      constructor(url: string) {
        super(url);
        living.streams += 1;
      }
      override close(): void {
        if (this.readyState !== EventSource.CLOSED) living.streams -= 1;
        super.close();
      }
    },
  });
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body): void {
    living.requests += 1;
    this.addEventListener('loadend', () => (living.requests -= 1));
    send.call(this, body);
  };
}

const livingIn = (page: Page): Promise<Living> =>
  page.evaluate(() => (window as unknown as { living: () => Living }).living());

/** Waits until nothing short-lived lives there: one stream, no request, and no more timers than so many. */
async function settled(page: Page, mostTimers = Infinity): Promise<void> {
  for (;;) {
    const { requests, streams, timers } = await livingIn(page);
    if (streams === 1 && requests === 0 && timers <= mostTimers) return;
    await sleep(50);
  }
}

/** The least number of timers in a few samples. */
async function leastTimers(page: Page): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 10; sample += 1) {
    await sleep(100);
    samples.push((await livingIn(page)).timers);
  }
  return Math.min(...samples);
}

async function turn(page: Page): Promise<void> {
  const navigation = page.getByRole('navigation', { name: '主导航' });
  await navigation.getByRole('link', { name: '同步', exact: true }).click();
  await page.getByText('进度: ').first().waitFor();
  await navigation.getByRole('link', { name: '记录' }).click();
  await page.getByRole('search').waitFor();
}

describe('a console that goes from page to page', { timeout: TIMEOUT_MS }, () => {
  it(`leaves no timer, request or stream behind, ${TIMES} times`, async () => {
    const page = await context.newPage();
    await page.goto(daysync.url);
    await turn(page);
    await settled(page);
    const timers = await leastTimers(page);
    for (let time = 0; time < TIMES; time += 1) await turn(page);
    // What is left behind stays: this would never come to its end.
    await settled(page, timers);
    await page.close();
  });
});
