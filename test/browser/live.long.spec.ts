import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { setVisibility } from './visibility.js';

/** Two days a second, for long enough that a tab may be hidden for a while. */
const DATASETS = [weather({ throttle: { days_per_minute: 120 } })];
const RANGE = { start_date: '2012-01-01', end_date: '2012-02-09' };

let daysync: DaysyncProcess;
let context: BrowserContext;
const requests: Request[] = [];
beforeAll(async () => {
  daysync = await startDaysync({ datasets: DATASETS });
  context = await (await openBrowser()).newContext({ locale: 'zh-CN' });
  context.setDefaultTimeout(150_000);
  context.on('request', (request) => requests.push(request));
});

const streams = (): Request[] => requests.filter((request) => request.url().endsWith('/events'));
const polls = (): Request[] =>
  requests.filter((request) => /\/sync\/batch\/progress\/[^/]+$/.test(request.url()));

async function openStreams(): Promise<number> {
  const { body } = await daysync.call('/metrics');
  return Number(/^daysync_watchers(?:\{.*\})? (\d+)$/m.exec(String(body))?.[1]);
}

/** Waits until a tab shows more days than now. */
async function seeItMove(page: Page): Promise<void> {
  const shown = async (): Promise<number> => {
    const text = await page.evaluate(() => document.body.innerText);
    return Number(/进度: (\d+)\//.exec(text)?.[1] ?? 0);
  };
  const before = await shown();
  while ((await shown()) <= before) await sleep(100);
}

/** Waits until the server has so many open streams. */
async function haveStreams(count: number): Promise<void> {
  while ((await openStreams()) !== count) await sleep(50);
}

describe('tabs of one browser', () => {
  it('have an event stream each while they are shown, poll slowly while hidden, and catch up', async () => {
    await daysync.startBatch(RANGE);
    const [one, other] = [await context.newPage(), await context.newPage()];
    for (const page of [one, other]) await page.goto(daysync.url);
    for (const page of [one, other]) await seeItMove(page);
    await haveStreams(2);
    const { length } = polls();
    for (const page of [one, other]) await seeItMove(page);
    expect([polls(), streams()]).toMatchObject([{ length }, { length: 2 }]);

    await setVisibility(one, 'hidden');
    await haveStreams(1);
    // One poll takes the place of the stream; shown, others would come every two seconds.
    while (polls().length <= length) await sleep(50);
    await sleep(5_000);
    expect(polls()).toHaveLength(length + 1);
    await seeItMove(other);

    await setVisibility(one, 'visible');
    while (polls().length <= length + 1) await sleep(50);
    await seeItMove(one);
    await haveStreams(2);

    for (const page of [one, other]) await page.getByText('✅ 批量同步完成').first().waitFor();
    await haveStreams(0);
  });
});

describe('a page that is left', () => {
  it('has no stream while the browser keeps it, one when it is back, and none once it has gone', async () => {
    const { task_id } = await daysync.startBatch({ ...RANGE, mode: 'all' });
    const page = await context.newPage();
    await page.goto(`${daysync.url}/batches/${task_id}`);
    await haveStreams(1);
    for (const [type, count] of [
      ['pagehide', 0],
      ['pageshow', 1],
    ] as const) {
      await page.evaluate(
        (name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
        type,
      );
      await haveStreams(count);
    }
    await seeItMove(page);
    await page.goto('about:blank');
    await haveStreams(0);
    await page.close();
    await daysync.post(`sync/batch/${task_id}/cancel`, {});
  });
});

describe('the banner', () => {
  it('is on every page while a batch goes on, two lines high at 360 px, with nothing cut off', async () => {
    const page = await context.newPage();
    await page.setViewportSize({ width: 360, height: 640 });
    await page.clock.install();
    await page.goto(`${daysync.url}/records`);
    await page.getByRole('search').waitFor();
    const { task_id } = await daysync.startBatch({ ...RANGE, end_date: '2012-03-31', mode: 'all' });
    const banner = page.getByRole('region', { name: '当前批次' });
    // The console polls the batches every 15 s, after the previous answer.
    const link = banner.getByRole('link');
    while (!(await link.isVisible())) {
      await page.clock.fastForward(15_000);
      await sleep(250);
    }
    const size = await banner.evaluate(({ scrollWidth, clientWidth, clientHeight }) => ({
      isCut: scrollWidth > clientWidth,
      height: clientHeight,
    }));
    expect(size.isCut).toBe(false);
    expect(size.height).toBeLessThanOrEqual(72);
    await banner.getByRole('link').click();
    await page.waitForURL(`**/batches/${task_id}`);
    await banner.waitFor();
    await daysync.post(`sync/batch/${task_id}/cancel`, {});
    await banner.getByText('⏹️ 批量同步已取消').waitFor();
    await banner.getByRole('button', { name: '关闭' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.close();
  });
});
