// Runs a batch with many watchers, and measures what each of them sees and what that costs the server.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { dataOf, type DaysyncProcess } from '../daysync-process.js';
import { ended } from '../ended.js';
import { readExposition } from '../exposition.js';
import type { DateRange, Progress } from '../wire.js';
import { startProgram } from './programs.js';

/** The interval in which the server measures the delay of its event loop. */
const SAMPLING_MS = 10;
const SETTLE_MS = 20;

export interface Watchers {
  readonly count: number;
  /** How often each polls; by default each has the event stream. */
  readonly periodMs?: number;
}

/** The measurements, from the moment when every watcher is connected and the batch is resumed. */
export interface WatchedRun {
  readonly ms: number;
  /** What the server used of its processors, for batch and watchers. */
  readonly cpuMs: number;
  /** The 99th percentile of the delay of the server's event loop. */
  readonly lagMs: number;
  /** What it sent to all watchers together. */
  readonly bytes: number;
  /** How long each poll took, before the end. */
  readonly latencies: readonly number[];
  readonly changes: number;
  /** The time of each rev that a watcher has seen, in milliseconds of the epoch. */
  readonly changedAt: ReadonlyMap<number, number>;
  /** The revs that each watcher has seen. */
  readonly seen: readonly Seen[];
}

/** The revs that a watcher has seen, in that order, and when. */
type Seen = readonly (readonly [rev: number, at: number])[];

/** What loads/watchers.ts prints. */
interface Sight extends Pick<WatchedRun, 'bytes' | 'latencies' | 'seen'> {
  readonly wrong: number;
  readonly changedAt: Readonly<Record<string, number>>;
}

/** Runs a batch of all days of a range. Each watcher must see its end, and never an older state. */
export async function runWatched(
  daysync: DaysyncProcess,
  range: DateRange,
  { count, periodMs }: Watchers,
): Promise<WatchedRun> {
  const { task_id: taskId } = await daysync.startBatch({ ...range, mode: 'all' });
  const control = async (verb: string): Promise<Progress> =>
    dataOf(await daysync.post(`sync/batch/${taskId}/${verb}`, {})) as Progress;
  let paused = await control('pause');
  while (paused.running > 0) {
    await sleep(SETTLE_MS);
    paused = await daysync.progress(taskId);
  }
  const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${taskId}`;
  const options = periodMs === undefined ? [] : [periodMs];
  const { child } = await startProgram('loads/watchers.ts', url, count, ...options);
  const watched = ended(child);
  const before = await readServer(daysync);
  const begun = Date.now();
  await control('resume');
  const { code, stdout } = await watched;
  const after = await readServer(daysync);

  expect(code).toBe(0);
  const { wrong, bytes, latencies, changedAt, seen } = JSON.parse(stdout) as Sight;
  const last = await daysync.progress(taskId);
  expect(last).toMatchObject({ status: 'completed', success: last.total });
  expect(wrong).toBe(0);
  expect(seen.filter((own) => own.at(-1)?.[0] !== last.rev)).toEqual([]);
  expect(
    seen.filter((own) => own.some(([rev], index) => rev <= (own[index - 1]?.[0] ?? 0))),
  ).toEqual([]);

  const isNew = ([rev]: readonly [number, number]): boolean => rev > paused.rev;
  const changes = Object.entries(changedAt).map(([rev, at]) => [Number(rev), at] as const);
  return {
    ms: Date.parse(last.finished_at ?? '') - begun,
    cpuMs: after.cpuMs - before.cpuMs,
    lagMs: after.lagMs,
    bytes,
    latencies,
    changes: last.rev - paused.rev,
    changedAt: new Map(changes.filter(isNew)),
    seen: seen.map((own) => own.filter(isNew)),
  };
}

/** How long it took each watcher to see each change or a later one, in milliseconds. */
export function delaysOf({ changedAt, seen }: WatchedRun): number[] {
  return seen.flatMap((own) =>
    [...changedAt].map(([changed, at]) => (own.find(([rev]) => rev >= changed)?.[1] ?? NaN) - at),
  );
}

/** The server's metrics; the lag is that since the last call. */
async function readServer(daysync: DaysyncProcess): Promise<{ cpuMs: number; lagMs: number }> {
  const { value } = readExposition((await daysync.call('/metrics')).body as string);
  const msOf = (series: string): number => 1_000 * (value(series) ?? NaN);
  return {
    cpuMs: msOf('process_cpu_seconds_total'),
    lagMs: Math.max(0, msOf('nodejs_eventloop_lag_p99_seconds') - SAMPLING_MS),
  };
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}
