import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { besideFloor, expectAtMost, MOST_HELD, timesFloor } from '../machine-speed.js';
import { residentMb } from '../resident.js';
import { startWithRecords } from './seeded-records.js';

const DATASETS = 100;
const DAYS = 10_000;

/** Twice the figure of the design, for 99 of 100 polls; none is held. */
const MOST_P99 = timesFloor(40);
/** Three times the figure of the design. */
const MOST_GROWTH_MB = 180;
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
    const begun = performance.now();
    const [times, floor] = await besideFloor(async () => {
      const done = new AbortController();
      const polls = poll(daysync, task_id, done.signal);
      expect(await takeExport(daysync, `sort=${sort}`)).toBe(1 + DATASETS * DAYS);
      done.abort();
      return polls;
    });
    const figures = {
      sort,
      seconds: Number(((performance.now() - begun) / 1_000).toFixed(1)),
      polls: times.length,
      poll_ms_p99: times[Math.floor(times.length * 0.99)] ?? Infinity,
      worst_poll_ms: times.at(-1) ?? Infinity,
      grown_mb: Math.round((await residentMb(daysync, 'VmHWM')) - before),
      floor,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expectAtMost(MOST_P99, figures.poll_ms_p99, floor.ms, '99 of 100 polls');
    expectAtMost(MOST_HELD, figures.worst_poll_ms, floor.ms, 'the slowest poll');
    expect(figures.grown_mb).toBeLessThan(MOST_GROWTH_MB);
  }
});
