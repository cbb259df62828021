// A console that stays open while the server is replaced by one with another build of it.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { ReplacedBuild } from './replaced-build.js';

/** Longer than a tab takes from one request to the next. */
const QUIET_MS = 1_000;

let target: string;
let browser: Browser;
beforeAll(async () => {
  target = (await startDaysync({ datasets: [weather()] })).url;
  browser = await openBrowser();
});

interface LoadedTab {
  readonly server: ReplacedBuild;
  readonly page: Page;
}

/** A tab that has loaded the first page with all of its parts. */
async function open(): Promise<LoadedTab> {
  const server = await ReplacedBuild.start(target);
  const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: '开始同步' }).waitFor();
  await page.waitForLoadState('networkidle');
  return { server, page };
}

/** Waits until the tab loads nothing any more. */
async function untilQuiet({ server, page }: LoadedTab): Promise<void> {
  for (let before = -1; before !== server.requests;) {
    before = server.requests;
    await page.waitForTimeout(QUIET_MS);
  }
}

const goToRecords = (page: Page): Promise<void> =>
  page.getByRole('link', { name: '记录', exact: true }).first().click();
/** Waits for a page with all of its parts: one that is still missing would be loaded from the build after it. */
async function shown(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
}
const recordsShown = (page: Page): Promise<void> => shown(page, '同步记录');

/** The files that the page of records needs beside those of the first page. */
async function partsOfRecords(): Promise<string[]> {
  const { page } = await open();
  const parts: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) parts.push(pathname);
  });
  await goToRecords(page);
  await recordsShown(page);
  await page.context().close();
  return parts;
}

describe('a tab that is open while the build of the console is replaced', () => {
  it('shows the next page after one reload, at its address', async () => {
    const { server, page } = await open();
    server.build = 'second';
    await goToRecords(page);
    await recordsShown(page);
    expect(server.loads).toEqual(['/', '/records']);
    expect(new URL(page.url()).pathname).toBe('/records');
    // The tab has the new build: no further page needs a reload.
    await page.getByRole('link', { name: '日历', exact: true }).first().click();
    await shown(page, '同步日历');
    expect(server.loads).toHaveLength(2);
  });

  it('is reloaded again for the build after that', async () => {
    const { server, page } = await open();
    server.build = 'second';
    await goToRecords(page);
    await recordsShown(page);
    server.build = 'first';
    await page.getByRole('link', { name: '日历', exact: true }).first().click();
    await shown(page, '同步日历');
    expect(server.loads).toEqual(['/', '/records', '/calendar']);
  });

  it('is reloaded again for a build that comes back, once its reload is more than a minute ago', async () => {
    const { server, page } = await open();
    const pages = [
      ['second', '记录', '同步记录'],
      ['first', '日历', '同步日历'],
      ['second', '记录', '同步记录'],
    ] as const;
    let now = Date.now();
    for (const [build, link, heading] of pages) {
      server.build = build;
      await page.clock.setFixedTime(now);
      await page.getByRole('link', { name: link, exact: true }).first().click();
      await shown(page, heading);
      now += 61_000;
    }
    expect(server.loads).toEqual(['/', '/records', '/calendar', '/records']);
  });

  it('is not reloaded in a loop where two servers have a build each and neither has the part', async () => {
    const parts = await partsOfRecords();
    expect(parts.length).toBeGreaterThan(0);
    const { server, page } = await open();
    server.missing = parts;
    server.build = 'in turn';
    await goToRecords(page);
    await untilQuiet({ server, page });
    expect(server.loads).toEqual(['/', '/records']);
  });

  it('is reloaded once for the same build without the part, and then says so and offers another', async () => {
    const parts = await partsOfRecords();
    const { server, page } = await open();
    server.missing = parts;
    // As an extension of the browser does.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.src = 'data:text/javascript,';
      document.head.prepend(script);
    });
    await goToRecords(page);
    await page.getByRole('alert').filter({ hasText: '此部分内容加载失败' }).waitFor();
    expect(server.loads).toEqual(['/', '/records']);
    server.missing = [];
    await page.getByRole('button', { name: '刷新页面' }).click();
    await recordsShown(page);
  });
});
