// A console with something to see on every page: days that are there, missing, empty, failed and unusual, batches that
// ended in each way, and one that runs.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';
import type { Progress } from '../wire.js';
import {
  birdstrikes,
  farFromNow,
  readings,
  scratchFolder,
  TOP,
  weather,
  writeScratch,
} from '../scratch.js';
import path from 'node:path';

/** What a page is called in file names and titles, and where it is. */
interface ShownPage {
  readonly name: string;
  readonly address: string;
  /** Whether other pages have all of its parts as well: quick runs leave it out. */
  readonly isLike?: boolean;
}

export interface ShownConsole {
  readonly daysync: DaysyncProcess;
  /** The batch that runs. */
  readonly runningId: string;
  readonly pages: readonly ShownPage[];
}

/** The running batch ends a day every three seconds: it outlasts a tour of all pages. */
const SLOW = { days_per_minute: 20 };

/** A key that the source repeats in its answers. */
const TRADES_KEY = 'canary-7f3a-secret';

/**
 * Starts the program and syncs what its pages show.
 * @param lastDay of the batch that runs: it ends twenty days a minute
 */
export async function showConsole(lastDay = '2013-04-30'): Promise<ShownConsole> {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', readingsText());
  const receiver = await WebhookReceiver.start();
  const full = await WebhookReceiver.start((response) => void response.writeHead(507).end());
  const gone = await WebhookReceiver.start((response) => void response.writeHead(410).end());
  const source = await startHttpServer(answerTrades);
  const failures = ['failed_days', 'failed', 'paused_by_itself'];
  const daysync = await startDaysync({
    folder,
    env: { WEBHOOK_SECRET: WEBHOOK_SECRET, TRADES_KEY },
    webhooks: [
      receiver.endpoint({ name: 'ops', on: failures }),
      full.endpoint({ name: 'archive', on: failures, datasets: ['readings', 'weather'] }),
      gone.endpoint({ name: 'chat', on: ['cancelled', 'completed'], datasets: ['weather'] }),
    ],
    datasets: [
      weather({
        title: { zh: '西雅图与纽约天气', en: 'Seattle and New York weather' },
        schedule: { cron: farFromNow(), time_zone: 'UTC', lookback_days: 3 },
      }),
      birdstrikes({ title: { zh: '鸟击记录', en: 'Wildlife strikes' } }),
      readings(csv, { title: { zh: '气温读数', en: 'Temperature readings' } }),
      readings(csv, {
        name: 'measured',
        title: { zh: '气温读数（隔离）', en: 'Temperature readings, with quarantine' },
        target: { table: 'measured', columns: { city: 'text', degrees: 'integer' } },
        on_bad_row: { quarantine: 100 },
      }),
      {
        name: 'trades',
        title: { zh: '订单', en: 'Orders' },
        source: {
          kind: 'http',
          url: `${urlOf(source)}/trades?day={day}`,
          headers: { authorization: 'Bearer ${TRADES_KEY}' },
        },
        target: { table: 'trades', columns: { id: 'integer' } },
        attempts: 2,
      },
      weather({
        name: 'weather_slow',
        title: { zh: '天气（限速）', en: 'Weather, throttled' },
        source: { kind: 'csv', path: path.join(TOP, 'data/weather.csv'), day_column: 'date' },
        target: { table: 'weather_slow', columns: { location: 'text', precipitation: 'real' } },
        throttle: SLOW,
      }),
    ],
  });
  const sync = (dataset: string, start_date: string, end_date: string): Promise<Progress> =>
    daysync.sync({ dataset, start_date, end_date });
  // With two gaps between them: February, and two days of April.
  for (const [start_date, end_date] of [
    ['2012-01-01', '2012-01-31'],
    ['2012-03-01', '2012-04-10'],
    ['2012-04-13', '2012-05-31'],
  ] as const) {
    await sync('weather', start_date, end_date);
  }
  await sync('birdstrikes', '1990-01-08', '1990-03-31');
  const failed = await sync('readings', '2025-10-01', '2025-10-24');
  const unlucky = await sync('readings', '2025-10-07', '2025-10-08');
  const apart = await sync('measured', '2025-10-01', '2025-10-10');
  await daysync.post('records/measured/settle', {
    ...{ start_date: '2025-10-12', end_date: '2025-10-12' },
    reason: 'The station was moved',
  });
  const refused = await sync('trades', '2025-10-01', '2025-10-06');
  const running = await daysync.startBatch({
    dataset: 'weather_slow',
    start_date: '2013-01-01',
    end_date: lastDay,
  });
  const cancelled = await daysync.startBatch({
    dataset: 'weather',
    start_date: '2015-01-01',
    end_date: '2015-01-31',
  });
  await daysync.post(`sync/batch/${cancelled.task_id}/cancel`, null);
  await receiver.come(2);
  await full.come(2);
  await gone.come(1);
  const pages = [
    { name: 'sync', address: '/' },
    { name: 'sync-ended', address: `/?task_id=${failed.task_id}`, isLike: true },
    { name: 'calendar', address: '/calendar?dataset=weather', isLike: true },
    { name: 'calendar-year', address: '/calendar?dataset=readings' },
    { name: 'records', address: '/records?dataset=readings' },
    { name: 'records-none', address: '/records?dataset=readings&status=skipped', isLike: true },
    { name: 'day', address: '/records?dataset=readings&day=2025-10-07' },
    { name: 'day-answer', address: '/records?dataset=trades&day=2025-10-03', isLike: true },
    { name: 'day-quarantine', address: '/records?dataset=measured&day=2025-10-07', isLike: true },
    { name: 'day-marked', address: '/records?dataset=measured&day=2025-10-12', isLike: true },
    { name: 'quarantine', address: '/quarantine?dataset=measured' },
    { name: 'quarantine-batch', address: `/quarantine?task_id=${apart.task_id}`, isLike: true },
    { name: 'batches', address: '/batches' },
    { name: 'batch-quarantine', address: `/?task_id=${apart.task_id}`, isLike: true },
    { name: 'batch-running', address: `/batches/${running.task_id}`, isLike: true },
    { name: 'batch-failed', address: `/batches/${failed.task_id}` },
    {
      name: 'batch-log',
      address: `/batches/${refused.task_id}?state=failed&log=problems`,
      isLike: true,
    },
    { name: 'batch-all-failed', address: `/batches/${unlucky.task_id}`, isLike: true },
    { name: 'batch-cancelled', address: `/batches/${cancelled.task_id}`, isLike: true },
    { name: 'datasets', address: '/datasets' },
    { name: 'dataset', address: '/datasets/readings' },
    { name: 'webhooks', address: '/webhooks' },
    { name: 'not-found', address: '/nowhere' },
  ];
  return { daysync, runningId: running.task_id, pages };
}

/** Opens one of the pages, and waits until nothing of it is on its way. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
  await page.getByRole('heading').first().waitFor();
  await page.locator('.ds-skeleton').first().waitFor({ state: 'detached' });
}

/** Two readings a day, one day with many, two with a text for a number, and two with a city too few. */
function readingsText(): string {
  const lines = ['day,city,degrees'];
  for (let date = 1; date <= 24; date += 1) {
    const day = `2025-10-${String(date).padStart(2, '0')}`;
    const count = date === 16 ? 60 : 2 + (date % 3);
    for (let hour = 0; hour < count; hour += 1) {
      const degrees = date === 7 || date === 8 ? 'mild' : String(10 + ((date * 7 + hour) % 9));
      lines.push(`${day},Oslo,${degrees}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A row a day, except on three: a key that has expired, a day outside of the plan, and a source that is away. */
function answerTrades(request: IncomingMessage, response: ServerResponse): void {
  const day = new URL(request.url ?? '', 'http://x').searchParams.get('day');
  if (day === '2025-10-02') response.writeHead(401).end('{"error":"the key has expired"}');
  else if (day === '2025-10-03') {
    const body = { error: 'outside of your plan', plan: 'basic', token: TRADES_KEY };
    response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } else if (day === '2025-10-04') response.writeHead(503).end('out for lunch');
  else response.end('[{"id":1}]');
}
