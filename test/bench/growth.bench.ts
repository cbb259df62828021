// The cost of a day, a batch and a watcher with few of them and with many: it must grow linearly.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { providerSource, type DatasetYaml } from '../scratch.js';
import { atMost, figure, figureBeside, keep, type Figure } from './figures.js';
import { addBatches } from './growth-batches.js';
import { measureInTurn, timed, type Measurement } from './in-turn.js';
import { startProgram } from './programs.js';
import { serverCpuMs } from '../server-cpu.js';

const ROUNDS = 3;
const FIRST_DAY = calendarDay('2012-01-01');
const RANGES = [10, 100, 1_000, 3_650];
/** The number of days of short ranges, synced one after another. */
const LEAST_DAYS = 1_000;
const BATCHES = [10, 1_000, 100_000];
const TIMES = 20;
const WATCHERS = [1, 100, 2_000];
const WATCHED_MS = 4_000;
/** How much more one may cost at the largest size than at a smaller one. */
const MOST_RATIO = 1.5;

/** A day of one row. */
const days: DatasetYaml = {
  name: 'days',
  source: providerSource('large-day', { rows: 1, editions: 1 }),
  target: { table: 'days', columns: { n: 'integer', note: 'text' } },
};
const TEN_CHANGES_A_SECOND = { throttle: { days_per_minute: 600 } };

/**
 * Measures at each size in turn.
 * @param what the name of the row, with `…` for the size
 * @returns a row for each size, beside the size before it
 */
async function measureGrowth(
  what: string,
  unit: string,
  contestants: readonly (readonly [size: number, measure: Measurement])[],
): Promise<readonly Figure[]> {
  const named = contestants.map(([size, measure]) => [what.replace('…', numeral(size)), measure]);
  const all = Object.fromEntries(named) as Record<string, Measurement>;
  const measured = Object.entries(await measureInTurn(ROUNDS, all));
  return measured.map(([name, own], index) => {
    const fewer = measured[index - 1];
    if (fewer === undefined) return figure(name, unit, own);
    return figureBeside(name, unit, own, fewer, { aim: atMost(MOST_RATIO, 'ratio') });
  });
}

const numeral = (count: number): string => count.toLocaleString('en');

function rangeOf(first: number, count: number): Readonly<Record<string, string>> {
  const [start_date, end_date] = [first, first + count - 1].map((day) => addDays(FIRST_DAY, day));
  return { start_date: start_date ?? '', end_date: end_date ?? '', mode: 'all' };
}

async function msADay(daysync: DaysyncProcess, count: number): Promise<number> {
  let [synced, ms] = [0, 0];
  while (synced < LEAST_DAYS) {
    const ended = await daysync.sync(rangeOf(synced, count));
    expect(ended).toMatchObject({ status: 'completed', success: count });
    ms += Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
    synced += count;
  }
  return ms / synced;
}

async function measureRanges(): Promise<readonly Figure[]> {
  const daysync = await startDaysync({ datasets: [days], env: { LIMIT_STARTS: '0' } });
  // From now on each day replaces its rows.
  await daysync.sync(rangeOf(0, Math.max(...RANGES)));
  const figures = await measureGrowth(
    'a day in a range of … days',
    'ms',
    RANGES.map((count) => [count, () => msADay(daysync, count)]),
  );
  await daysync.stop();
  return figures;
}

async function startWithBatches(count: number): Promise<DaysyncProcess> {
  const options = { datasets: [days], env: { LIMIT_STARTS: '0', LIMIT_POLLS: '0' } };
  const made = await startDaysync(options);
  await made.sync(rangeOf(0, 1));
  await made.stop();
  addBatches(made.databaseFile, count);
  const daysync = await startDaysync({ ...options, folder: made.folder });
  expect((await daysync.batches()).total).toBe(count);
  return daysync;
}

/** The mean of some times, in milliseconds. */
async function msEach(work: (time: number) => Promise<unknown>): Promise<number> {
  const took = await timed(async () => {
    for (let time = 1; time <= TIMES; time++) await work(time);
  });
  return took / TIMES;
}

/** From the call to the polled end. */
async function runBatch(daysync: DaysyncProcess, day: number): Promise<void> {
  const { task_id } = await daysync.startBatch(rangeOf(day, 1));
  while ((await daysync.progress(task_id)).finished_at === null);
}

async function measureBatches(): Promise<readonly Figure[]> {
  const programs: (readonly [number, DaysyncProcess])[] = [];
  for (const count of BATCHES) programs.push([count, await startWithBatches(count)]);
  const figures = [
    ...(await measureGrowth(
      'a batch of one day, from its start to its end, with … batches behind it',
      'ms',
      programs.map(([count, daysync]) => [count, () => msEach((day) => runBatch(daysync, day))]),
    )),
    ...(await measureGrowth(
      'the first page of … batches',
      'ms',
      programs.map(([count, daysync]) => [count, () => msEach(() => daysync.batches())]),
    )),
  ];
  await Promise.all(programs.map(([, daysync]) => daysync.stop()));
  return figures;
}

/** The processor time to notify one watcher of a change with a number of watchers, in microseconds. */
async function usAnEvent(daysync: DaysyncProcess, url: string, watchers: number): Promise<number> {
  const { child } = await startProgram('loads/streams.ts', url, watchers);
  const eventsSoFar = async (): Promise<number> => {
    child.stdin.write('count\n');
    const [said] = (await once(child.stdout, 'data')) as [string];
    return Number(said);
  };
  const [before, eventsBefore] = [await serverCpuMs(daysync), await eventsSoFar()];
  await sleep(WATCHED_MS);
  const [after, eventsAfter] = [await serverCpuMs(daysync), await eventsSoFar()];
  const closed = once(child, 'close');
  child.stdin.end();
  await closed;
  expect(eventsAfter - eventsBefore).toBeGreaterThan(watchers);
  return ((after - before) * 1_000) / (eventsAfter - eventsBefore);
}

async function measureWatchers(): Promise<readonly Figure[]> {
  const daysync = await startDaysync({ datasets: [{ ...days, ...TEN_CHANGES_A_SECOND }] });
  const { task_id } = await daysync.startBatch(rangeOf(0, Math.max(...RANGES)));
  const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${task_id}/events`;
  const figures = await measureGrowth(
    'an event of a batch that changes ten times a second, … event streams, time of the processor',
    'µs',
    WATCHERS.map((count) => [count, () => usAnEvent(daysync, url, count)]),
  );
  expect(await daysync.progress(task_id)).toMatchObject({ status: 'running' });
  return figures;
}

it('the cost of one does not grow with their number', async () => {
  const figures = [
    ...(await measureRanges()),
    ...(await measureBatches()),
    ...(await measureWatchers()),
  ];
  await keep('growth', figures);
});
