import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { residentMb } from '../resident.js';
import { startWithRecords } from './seeded-records.js';

const DATASETS = 100;
const DAYS = 10_000;

/** The figures of the design; asserted with three times the margin. */
const MOST_POLL_MS = 20;
/** The limit of a single poll, on a machine that does other work, too. */
const MOST_WORST_POLL_MS = 200;
const MOST_GROWTH_MB = 60;
const MARGIN = 3;
const LF = 0x0a;

/** Polls a batch that has ended. @returns the times in ms, shortest first */
async function poll(daysync: DaysyncProcess, taskId: string, done: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!done.aborted) {
    const begun = performance.now();
    await daysync.progress(taskId);
    times.push(performance.now() - begun);
    await sleep(2);
  }
  return times.toSorted((a, b) => a - b);
}

/** Downloads the whole file without storing it. */
async function takeExport(daysync: DaysyncProcess, query: string): Promise<number> {
  const response = await fetch(`${daysync.url}/api/v1/sync-status/records/export?${query}`);
  let lines = 0;
  for await (const piece of response.body ?? []) {
    const bytes = piece as Uint8Array;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  }
  return lines;
}

it('an export of a million records in any order delays no poll and needs little memory', async () => {
  const daysync = await startWithRecords(DATASETS, DAYS);
  const day = { start_date: '2012-01-01', end_date: '2012-01-01', mode: 'all' };
  const { task_id } = await daysync.sync(day);
  const before = await residentMb(daysync, 'VmRSS');
  for (const sort of ['-day', 'last_tried_at', 'rows']) {
    const done = new AbortController();
    const polls = poll(daysync, task_id, done.signal);
    const begun = performance.now();
    expect(await takeExport(daysync, `sort=${sort}`)).toBe(1 + DATASETS * DAYS);
    const seconds = (performance.now() - begun) / 1_000;
    done.abort();
    const times = await polls;
    const figures = {
      sort,
      seconds: Number(seconds.toFixed(1)),
      polls: times.length,
      poll_ms_p99: Number(times[Math.floor(times.length * 0.99)]?.toFixed(1)),
      worst_poll_ms: Number(times.at(-1)?.toFixed(1)),
      grown_mb: Math.round((await residentMb(daysync, 'VmHWM')) - before),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures.poll_ms_p99).toBeLessThan(MARGIN * MOST_POLL_MS);
    expect(figures.worst_poll_ms).toBeLessThan(MARGIN * MOST_WORST_POLL_MS);
    expect(figures.grown_mb).toBeLessThan(MARGIN * MOST_GROWTH_MB);
  }
});
