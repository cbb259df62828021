// The element <daysync-progress>, as the program serves it, in a page that is not the console.
import type { Browser, Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { calendarDay, newProgress } from '@daysync/progress';
import { DayServer } from '../day-server.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR, VIEWER } from '../token-program.js';
import { axeFindings } from './axe.js';
import { openBrowser } from './browser.js';
import { setVisibility } from './visibility.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-10' };
const PATIENCE = { timeout: 60_000 };

let browser: Browser;
let source: DayServer;
let daysync: DaysyncApp;
beforeAll(async () => {
  browser = await openBrowser();
  source = await DayServer.start(() => 'row');
  daysync = await startApp({ datasets: [source.dataset()] });
});

interface OpenPage {
  readonly page: Page;
  readonly element: Locator;
  readonly bar: Locator;
  /** What the page requested of the API: `progress`, `events`. */
  readonly asked: string[];
}

/** A page of the same origin with one element. */
async function openPage(
  taskId: string,
  { lang = 'en', url = daysync.url, dark = false } = {},
): Promise<OpenPage> {
  const page = await browser.newPage({ colorScheme: dark ? 'dark' : 'light' });
  onTestFinished(() => page.close());
  page.setDefaultTimeout(PATIENCE.timeout);
  const asked: string[] = [];
  page.on('request', (request) => {
    const poll = /\/sync\/batch\/progress\/[^/]+(\/events)?$/.exec(request.url());
    if (poll !== null) asked.push(poll[1] === undefined ? 'progress' : 'events');
  });
  await page.route('**/my-page', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      // As strict as a page can be.
      headers: {
        'content-security-policy': "default-src 'self'; require-trusted-types-for 'script'",
      },
      body: `<!doctype html><html lang="${lang}"><head><title>My page</title>
        <meta name="color-scheme" content="light dark">
        <script type="module" src="/element.js"></script></head>
        <body><main><h1>My page</h1>
        <daysync-progress task-id="${taskId}"></daysync-progress></main></body></html>`,
    }),
  );
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    for (const type of ['progress', 'end', 'error']) {
      addEventListener(
        type,
        (event) => {
          const { detail } = event as CustomEvent<{
            readonly status?: string;
            readonly kind?: string;
          }>;
          seen.push(`${type} ${detail.status ?? detail.kind ?? ''}`);
        },
        { capture: true },
      );
    }
  });
  await page.goto(`${url}/my-page`);
  const element = page.locator('daysync-progress');
  return { page, element, bar: element.getByRole('progressbar'), asked };
}

const seenIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => (globalThis as unknown as { readonly seen: readonly string[] }).seen);

/** Waits until the element shows a text. */
const shows = (element: Locator, text: string | RegExp): Promise<void> =>
  element.getByText(text).first().waitFor();

describe('the progress element', () => {
  it('shows a batch live to its end, in words, numbers and a bar', async () => {
    const release = source.pauseDay('2012-01-04');
    const { task_id } = await daysync.startBatch({ ...RANGE, dataset: 'served' });
    const { page, element, bar, asked } = await openPage(task_id);
    await shows(element, '3/10 days (30%)');
    await shows(element, 'Syncing 2012-01-04...');
    await shows(element, /^Running$/);
    await shows(element, /Succeeded 3/);
    expect(await bar.getAttribute('aria-valuenow')).toBe('30');
    expect(await bar.getAttribute('aria-valuetext')).toBe('3/10 days (30%)');
    expect(await bar.getAttribute('aria-label')).toBe('Sync progress: served');
    expect(await axeFindings(page)).toEqual([]);
    release();
    await shows(element, 'Sync completed: 10 succeeded, 0 failed, 0 skipped');
    await shows(element, /^Completed$/);
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    expect(await element.getByRole('status').textContent()).toMatch(/^Sync completed/);
    const seen = await seenIn(page);
    expect(seen.slice(-2)).toEqual(['progress completed', 'end completed']);
    expect(seen).not.toContain('error');
    expect(asked).toEqual(['events']);
  });

  it('speaks the language of the page, and any other when that changes', async () => {
    const { items } = await daysync.batches();
    const { page, element } = await openPage(items[0]?.task_id ?? '', {
      lang: 'zh-CN',
      dark: true,
    });
    await shows(element, '批量同步完成: 成功10, 失败0, 跳过0');
    await shows(element, '10/10 天（100%）');
    expect(await axeFindings(page)).toEqual([]);
    await element.evaluate((node) => node.setAttribute('lang', 'en'));
    await shows(element, '10/10 days (100%)');
  });

  it('follows its attributes, and stops with the page that removes it', async () => {
    source.answering = (day) => (day === '2012-02-02' ? { status: 400 } : 'row');
    const range = { start_date: '2012-02-01', end_date: '2012-02-03', dataset: 'served' };
    const failed = await daysync.sync(range);
    const release = source.pauseDay('2012-03-02');
    const running = await daysync.startBatch({
      ...range,
      start_date: '2012-03-01',
      end_date: '2012-03-03',
    });
    const { page, element, asked } = await openPage('no-such-batch');
    await shows(element, 'There is no such batch.');
    await expect.poll(() => seenIn(page)).toEqual(['error refused']);
    expect(await axeFindings(page)).toEqual([]);
    await element.evaluate((node, id) => node.setAttribute('task-id', id), failed.task_id);
    await shows(element, 'Partly failed');
    await shows(element, /Failed 1/);
    await element.evaluate((node, id) => node.setAttribute('task-id', id), running.task_id);
    await shows(element, 'Syncing 2012-03-02...');
    await element.evaluate((node) => node.remove());
    asked.length = 0;
    const before = await seenIn(page);
    release();
    await daysync.ended(running.task_id);
    await page.waitForTimeout(300);
    expect([await seenIn(page), asked]).toEqual([before, []]);
  });

  it('polls slowly in a hidden tab, and beside an element that has a stream', async () => {
    const release = source.pauseDay('2012-04-02');
    const { task_id } = await daysync.startBatch({
      ...{ start_date: '2012-04-01', end_date: '2012-04-03' },
      dataset: 'served',
    });
    const { page, element, asked } = await openPage(task_id);
    await shows(element, 'Syncing 2012-04-02...');
    await element.evaluate((node) => node.after(node.cloneNode()));
    await shows(element.nth(1), 'Syncing 2012-04-02...');
    expect(asked).toEqual(['events', 'progress']);
    await element.nth(1).evaluate((node) => node.remove());
    await setVisibility(page, 'hidden');
    await expect.poll(() => asked, PATIENCE).toEqual(['events', 'progress', 'progress']);
    release();
    await daysync.ended(task_id);
    await setVisibility(page, 'visible');
    await shows(element, /^Sync completed/);
  });
});

it('keeps the last state while the server is down, says so, and goes on with the next one', async () => {
  const folder = await scratchFolder();
  const release = source.pauseDay('2012-01-04');
  const datasets = [source.dataset({ name: 'restarted' })];
  const own = await startApp({ datasets, folder });
  const { task_id } = await own.startBatch({ ...RANGE, dataset: 'restarted' });
  const { page, element } = await openPage(task_id, { url: own.url });
  await shows(element, '3/10 days (30%)');
  const port = Number(new URL(own.url).port);
  await own.stop();
  await shows(element, /^Connection to the server lost/);
  await shows(element, '3/10 days (30%)');
  expect(await axeFindings(page)).toEqual([]);
  release();
  await startApp({ datasets, folder, port });
  await shows(element, 'Sync completed: 10 succeeded, 0 failed, 0 skipped');
  expect(await element.getByText('Connection to the server lost').isVisible()).toBe(false);
  expect(await seenIn(page)).toContain('error unreachable');
});

it('has what a page has set before the script of the element ran', async () => {
  const datasets = [source.dataset({ name: 'guarded' })];
  const own = await startApp({ datasets, env: { AUTH_TOKENS }, token: OPERATOR });
  const { task_id } = await own.sync({ ...RANGE, dataset: 'guarded' });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  const early = JSON.stringify({ taskId: task_id, token: VIEWER });
  await page.route('**/my-page', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><title>My page</title>
        <daysync-progress></daysync-progress>
        <script>Object.assign(document.querySelector('daysync-progress'), ${early});</script>
        <script type="module" src="/element.js"></script></html>`,
    }),
  );
  await page.goto(`${own.url}/my-page`);
  const element = page.locator('daysync-progress');
  await shows(element, 'Sync completed: 10 succeeded, 0 failed, 0 skipped');
  expect(await element.getAttribute('task-id')).toBe(task_id);
});

describe('answers of another server', () => {
  const QUEUED = newProgress({
    task_id: 't1',
    dataset: 'weather',
    total: 10,
    start_date: calendarDay('2025-10-01'),
    end_date: calendarDay('2025-10-10'),
    mode: 'all',
    at: '2025-10-01T08:00:00.000Z',
  });
  const ETA = { likely: '2025-10-01T08:01:00.000Z', late: '2025-10-01T08:01:00.000Z' };
  const RUNNING = { ...QUEUED, status: 'running', eta: ETA, poll_after_ms: 250 };

  /** A page whose element gets this progress at each request; without a batch at first. */
  async function openAnswered(progress: object, options?: { lang: string }): Promise<OpenPage> {
    const opened = await openPage('', options);
    await opened.page.route(/\/sync\/batch\/progress\//, (route) =>
      route.request().url().endsWith('/events')
        ? route.fulfill({ status: 404, json: { code: 'NOT_FOUND' } })
        : route.fulfill({ json: { status: 'success', data: progress } }),
    );
    return opened;
  }

  it('count the time left down while they are the same', async () => {
    const { element, asked } = await openAnswered(RUNNING);
    await element.evaluate((node) => node.setAttribute('task-id', 't1'));
    await shows(element, 'Time left: 57 s');
    expect(asked.length).toBeGreaterThan(4);
  });

  it('that are no progress end the watch, and leave the stream to another element', async () => {
    const { page, element, asked } = await openAnswered({ task_id: 't1' });
    const errors: string[] = [];
    page.on('pageerror', ({ name }) => errors.push(name));
    await element.evaluate((node) => node.setAttribute('task-id', 't1'));
    await expect.poll(() => errors, PATIENCE).toEqual(['TypeError']);
    // Longer than the interval in which the element shows the time left.
    await page.waitForTimeout(1_500);
    expect(errors).toEqual(['TypeError']);
    expect(asked).toEqual(['events', 'progress']);
    await element.evaluate((node) => {
      const another = document.createElement('daysync-progress');
      another.setAttribute('task-id', 't2');
      node.after(another);
    });
    await expect.poll(() => asked.slice(0, 3), PATIENCE).toEqual(['events', 'progress', 'events']);
  });

  it('are shown in the language of the page in a shadow root, too', async () => {
    const { page } = await openAnswered(RUNNING, { lang: 'zh-CN' });
    await page.evaluate(() => {
      const host = document.body.appendChild(document.createElement('div'));
      const element = document.createElement('daysync-progress');
      element.setAttribute('task-id', 't1');
      host.attachShadow({ mode: 'open' }).append(element);
    });
    await page.getByText('同步中', { exact: true }).waitFor();
  });
});
