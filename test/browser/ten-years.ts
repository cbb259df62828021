// Ten years of days in the calendar, and how long the page is busy with them.
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';

/** Whole years, so that nothing but records is to be seen. */
const YEARS = { first: 2012, last: 2021 };
const RECORDS = 3_650;
/** The days of the years: what is drawn. */
const DAYS_SHOWN = 3_653;

/** Starts Daysync with a record for almost each day of ten years. */
export function startWithTenYears(): Promise<DaysyncProcess> {
  return startWithRecords(YEARS.first, RECORDS);
}

/** Starts Daysync with so many records, one a day from the first day of a year on. */
export async function startWithRecords(firstYear: number, count: number): Promise<DaysyncProcess> {
  const options = { datasets: [weather()] };
  const before = await startDaysync(options);
  await before.stop();
  insertRecords(before.databaseFile, firstYear, count);
  return startDaysync({ ...options, folder: before.folder });
}

/** Fills the records of a dataset, as if its days had been synced. */
function insertRecords(databaseFile: string, firstYear: number, count: number): void {
  const database = new DatabaseSync(databaseFile);
  try {
    database.exec(`
      WITH RECURSIVE days (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n + 1 < ${count})
      INSERT INTO sync_record (dataset, day, status, reason, rows, attempts, duration_ms,
        last_batch_id, last_tried_at, last_success_at, error_code, error_text, target_version)
      SELECT 'weather', date('${firstYear}-01-01', n || ' days'),
        CASE n % 9 WHEN 0 THEN 'failed' WHEN 1 THEN 'skipped' ELSE 'success' END,
        CASE n % 9 WHEN 1 THEN 'no_data' END,
        n % 100, 1, 4, 'many', '2026-01-01T00:00:00.000Z',
        CASE WHEN n % 9 > 1 THEN '2026-01-01T00:00:00.000Z' END,
        CASE n % 9 WHEN 0 THEN 'TIMEOUT' END, CASE n % 9 WHEN 0 THEN 'took 60 s' END,
        CASE WHEN n % 9 > 1 THEN (SELECT max(id) FROM target_version) END
      FROM days`);
  } finally {
    database.close();
  }
}

/** One task of the page longer than 50 ms, as the browser reports it: https://w3c.github.io/longtasks/ */
interface LongTask {
  readonly start: number;
  readonly duration: number;
}

/** Makes the page report its long tasks from its next navigation on. */
async function watchTasks(page: Page): Promise<() => Promise<readonly LongTask[]>> {
  await page.addInitScript(() => {
    const tasks: LongTask[] = [];
    new PerformanceObserver((list) => {
      for (const { duration, startTime: start } of list.getEntries()) {
        tasks.push({ start, duration });
      }
    }).observe({ type: 'longtask', buffered: true });
    Object.assign(window, { tasks });
  });
  return async () => {
    // The browser reports a task some time after it.
    await page.waitForTimeout(500);
    return page.evaluate(() => (window as unknown as { tasks: LongTask[] }).tasks);
  };
}

/** Of the oldest year, which is drawn last. */
const lastDay = (firstYear: number): string => `td[data-day='${firstYear}-12-28'][data-state]`;

/**
 * Makes the page note the first frame that has an element. A locator that waits looks for it every half second only,
 * which would count as time of the page.
 */
async function watchFrames(page: Page, selector: string): Promise<() => Promise<number>> {
  await page.addInitScript((wanted) => {
    const drawnAt = new Promise<number>((resolve) => {
      const look = (): void => {
        if (document.querySelector(wanted) !== null) resolve(performance.now());
        else requestAnimationFrame(look);
      };
      look();
    });
    Object.assign(window, { drawnAt });
  }, selector);
  return () => page.evaluate(() => (window as unknown as { drawnAt: Promise<number> }).drawnAt);
}

/** How long the longest task was, in milliseconds, while the page went from the sync page to ten years of days. */
export async function longestTask(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  const tasksSoFar = await watchTasks(page);
  await page.goto(url);
  await page.getByRole('button', { name: '开始同步' }).waitFor();
  await page.waitForTimeout(1_000);
  const before = (await tasksSoFar()).length;
  await page.getByRole('link', { name: '日历', exact: true }).click();
  await page.locator(lastDay(YEARS.first)).waitFor({ state: 'attached' });
  const durations = (await tasksSoFar()).slice(before).map(({ duration }) => duration);
  await expectAllDays(page);
  await page.close();
  return Math.max(0, ...durations);
}

/**
 * How long it takes, in milliseconds, from the address of the calendar to all of its days and the end of the last long
 * task that draws them.
 * @param firstYear the oldest of the ten years that it opens with
 */
export async function timeToInteractive(
  context: BrowserContext,
  url: string,
  firstYear = YEARS.first,
): Promise<number> {
  const page = await context.newPage();
  const tasksSoFar = await watchTasks(page);
  const drawnAt = await watchFrames(page, lastDay(firstYear));
  await page.goto(`${url}/calendar`);
  const drawn = await drawnAt();
  const ends = (await tasksSoFar()).map(({ duration, start }) => start + duration);
  await expectAllDays(page);
  await page.close();
  return Math.max(drawn, ...ends);
}

async function expectAllDays(page: Page): Promise<void> {
  expect(await page.locator('td[data-state]').count()).toBe(DAYS_SHOWN);
}
