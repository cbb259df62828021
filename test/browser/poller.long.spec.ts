import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { setVisibility } from './visibility.js';
import { WaywardProxy } from './wayward-proxy.js';

/** A batch that goes on for longer than anybody waits here. */
const RANGE = { start_date: '2012-01-01', end_date: '2012-12-31' };
/** How far a timer of a busy machine may be off. */
const SLACK_MS = 150;
const HALF_AN_HOUR_MS = 30 * 60_000;

let daysync: DaysyncProcess;
let browser: Browser;
let taskId: string;

/** A page that shows the batch, behind a proxy of its own that refuses the event stream. */
interface Watching {
  readonly page: Page;
  readonly proxy: WaywardProxy;
  readonly card: Locator;
  readonly banner: Locator;
}

/** A page with a running clock that the test can advance. */
async function openPage(url: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN' });
  context.setDefaultTimeout(150_000);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  await page.getByText('进度: ').first().waitFor();
  return page;
}

async function watch(path = `/batches/${taskId}`): Promise<Watching> {
  const proxy = await WaywardProxy.start(daysync.url);
  const page = await openPage(proxy.url + path);
  return {
    page,
    proxy,
    card: page.getByRole('region', { name: '同步进度' }),
    banner: page.getByRole('region', { name: '当前批次' }),
  };
}

/** Waits for the next polls, and returns the times between them. */
async function nextGaps(proxy: WaywardProxy, count: number): Promise<number[]> {
  const from = proxy.polls.length;
  await proxy.polled(from + count + 1);
  return proxy.gaps(from).slice(0, count);
}

async function pollsIn(proxy: WaywardProxy, ms: number): Promise<number> {
  const { length } = proxy.polls;
  await sleep(ms);
  return proxy.polls.length - length;
}

const STORIES = {
  'polls every two seconds, for banner and page together': async () => {
    const { proxy } = await watch();
    const gaps = await nextGaps(proxy, 4);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    // Two that poll would make it a second; a request that is late is no rule broken.
    expect(mean).toBeGreaterThan(1_500);
    expect(proxy.refusedStreams).toBeGreaterThan(0);
  },

  'comes back later and later to a server that fails, and says so': async () => {
    const { proxy, card } = await watch();
    proxy.treatment = { status: 500 };
    const [first = 0, second = 0] = await nextGaps(proxy, 2);
    await card.getByText('服务器繁忙').waitFor();
    // 1 to 2 s after the first failure, 2 to 4 s after the second.
    expect(first).toBeGreaterThan(1_000 - SLACK_MS);
    expect(second).toBeGreaterThan(2_000 - SLACK_MS);
    proxy.treatment = 'pass';
    await card.getByText('服务器繁忙').waitFor({ state: 'hidden' });
  },

  'is there again when a server that was gone is back': async () => {
    const { proxy, card, banner } = await watch();
    proxy.treatment = 'cut';
    await card.getByText('与服务器的连接已断开').waitFor();
    await banner.getByText('连接已断开', { exact: true }).waitFor();
    proxy.treatment = 'pass';
    await card.getByText('与服务器的连接已断开').waitFor({ state: 'hidden' });
  },

  'asks hardly while it is hidden, and at once when it is shown': async () => {
    const { page, proxy } = await watch();
    await nextGaps(proxy, 0);
    await setVisibility(page, 'hidden');
    expect(await pollsIn(proxy, 5_000)).toBe(0);
    // Its clock stands still: no timer brings the next poll, but the jump to there one of a hidden page.
    const before = proxy.polls.length;
    await page.clock.pauseAt(Date.now() + 60_000);
    await proxy.polled(before + 1);
    // It is answered before the page is shown.
    await sleep(1_000);
    const { length } = proxy.polls;
    await setVisibility(page, 'visible');
    await page.clock.runFor(100);
    await proxy.polled(length + 1);
  },

  'asks nothing while the browser keeps the page that was left, and at once when it is back':
    async () => {
      const { page, proxy } = await watch('/');
      const turn = (type: 'pagehide' | 'pageshow'): Promise<boolean> =>
        page.evaluate(
          (name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
          type,
        );
      await nextGaps(proxy, 0);
      await turn('pagehide');
      expect(await pollsIn(proxy, 3_000)).toBe(0);
      const { length } = proxy.polls;
      await page.clock.pauseAt(Date.now() + 60_000);
      await turn('pageshow');
      await page.clock.runFor(100);
      await proxy.polled(length + 1);
    },

  'stops after half an hour, says so, and goes on when the reader asks for it': async () => {
    const { page, proxy, card, banner } = await watch();
    // The half hour begins with the first poll.
    await nextGaps(proxy, 0);
    await page.clock.fastForward(HALF_AN_HOUR_MS);
    await card.getByText('已停止自动刷新，批次仍在服务器上运行').waitFor();
    await banner.getByText('已停止刷新').waitFor();
    // A poll that was given up at that moment may still be on its way.
    await sleep(1_000);
    expect(await pollsIn(proxy, 5_000)).toBe(0);
    await banner.getByRole('button', { name: '继续查看' }).click();
    await nextGaps(proxy, 1);
    expect(await page.getByText('已停止').count()).toBe(0);
    expect(await page.getByRole('button', { name: '继续查看' }).count()).toBe(0);
  },

  'lets an open stream be for more than half an hour': async () => {
    const page = await openPage(`${daysync.url}/batches/${taskId}`);
    const shown = page.getByText('进度: ').first();
    const seeItMove = async (): Promise<void> => {
      const before = await shown.textContent();
      while ((await shown.textContent()) === before) await sleep(100);
    };
    await seeItMove();
    await page.clock.fastForward(2 * HALF_AN_HOUR_MS);
    await seeItMove();
    expect(await page.getByText('已停止').count()).toBe(0);
  },
} as const satisfies Readonly<Record<string, () => Promise<void>>>;

type Story = keyof typeof STORIES;

describe('a console whose event stream is refused', () => {
  /** Each in a page of its own, all of them side by side: they wait more than they work. */
  const results = new Map<string, Promise<PromiseSettledResult<void>>>();
  beforeAll(async () => {
    daysync = await startDaysync({ datasets: [weather({ throttle: { days_per_minute: 20 } })] });
    taskId = (await daysync.startBatch(RANGE)).task_id;
    browser = await openBrowser();
    for (const [title, run] of Object.entries(STORIES)) {
      results.set(
        title,
        Promise.allSettled([run()]).then(([result]) => result),
      );
    }
  });

  it.each(Object.keys(STORIES) as Story[])('%s', async (title) => {
    const result = await results.get(title);
    if (result?.status === 'rejected') throw result.reason;
    expect(result?.status).toBe('fulfilled');
  });
});
