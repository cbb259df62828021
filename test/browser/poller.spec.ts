import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { launchBrowser } from './chromium.js';
import { WaywardProxy } from './wayward-proxy.js';

/** A batch that goes on for longer than anybody waits here. */
const RANGE = { start_date: '2012-01-01', end_date: '2012-12-31' };
/** How far a timer of a busy machine may be off. */
const SLACK_MS = 150;

let proxy: WaywardProxy;
let page: Page;
let taskId: string;
beforeAll(async () => {
  const daysync = await startDaysync({
    datasets: [weather({ throttle: { days_per_minute: 20 } })],
  });
  proxy = await WaywardProxy.start(daysync.url);
  taskId = (await daysync.startBatch(RANGE)).task_id;
  const context = await (await launchBrowser()).newContext({ locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
});
beforeEach(async () => {
  proxy.treatment = 'pass';
  await page.goto(`${proxy.url}/batches/${taskId}`);
  await page.getByText('进度: ').first().waitFor();
});

const card = () => page.getByRole('region', { name: '同步进度' });
/** Waits for the next polls, and gives back how far they were apart. */
async function nextGaps(count: number): Promise<number[]> {
  const from = proxy.polls.length;
  await proxy.polled(from + count + 1);
  return proxy.gaps(from).slice(0, count);
}

describe('a console whose event stream is refused', () => {
  it('polls every two seconds, for banner and page together', async () => {
    const [gap] = await nextGaps(1);
    expect(gap).toBeGreaterThan(2_000 - SLACK_MS);
    expect(proxy.refusedStreams).toBeGreaterThan(0);
  });

  it('never has two polls under way, however slow the server is', async () => {
    proxy.mostUnderWay = 0;
    proxy.treatment = { afterMs: 2_500 };
    await nextGaps(1);
    expect(proxy.mostUnderWay).toBe(1);
  });

  it('comes back later and later to a server that fails, and says so', async () => {
    proxy.treatment = { status: 500 };
    const [first = 0, second = 0] = await nextGaps(2);
    await card().getByText('服务器暂时无法应答').waitFor();
    // 1 to 2 s after the first failure, 2 to 4 s after the second.
    expect(first).toBeGreaterThan(1_000 - SLACK_MS);
    expect(second).toBeGreaterThan(2_000 - SLACK_MS);
    proxy.treatment = 'pass';
    await card().getByText('服务器暂时无法应答').waitFor({ state: 'hidden' });
  });

  it('waits as long as a throttling server says', async () => {
    proxy.treatment = { status: 429, retryAfter: 4 };
    await nextGaps(0);
    proxy.treatment = 'pass';
    const from = proxy.polls.length - 1;
    await proxy.polled(from + 2);
    expect(proxy.gaps(from)[0]).toBeGreaterThan(4_000 - SLACK_MS);
  });

  it('takes garbage for no answer, and what it knows stays on the page', async () => {
    proxy.treatment = { status: 200, body: '<html>' };
    await card().getByText('与服务器的连接已断开').waitFor();
    await card().getByText('进度: ').waitFor();
  });

  it('is there again when a server that was gone is back', async () => {
    proxy.treatment = 'cut';
    await card().getByText('与服务器的连接已断开').waitFor();
    await page.getByText('连接已断开', { exact: true }).waitFor();
    proxy.treatment = 'pass';
    await card().getByText('与服务器的连接已断开').waitFor({ state: 'hidden' });
  });

  it('asks hardly while it is hidden, and at once when it is shown', async () => {
    const turn = (state: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await nextGaps(0);
    await turn('hidden');
    const before = proxy.polls.length;
    await sleep(5_000);
    expect(proxy.polls).toHaveLength(before);
    const shownAt = performance.now();
    await turn('visible');
    await proxy.polled(before + 1);
    expect((proxy.polls[before] ?? 0) - shownAt).toBeLessThan(1_500);
  });

  it('has a plain word for a batch that is gone, and asks no more', async () => {
    proxy.treatment = { status: 404, body: '{"code":"BATCH_NOT_FOUND"}' };
    await card().getByText('没有这个批次').waitFor();
    const { length } = proxy.polls;
    await sleep(3_000);
    // The console looks for an active batch now and then, and may ask once after the same one.
    expect(proxy.polls.length - length).toBeLessThanOrEqual(1);
  });
});
