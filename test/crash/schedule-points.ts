// A scheduled run, and kills before and after the commit that starts it.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { change, queryRows } from '../database-queries.js';
import { launchDaysync, startDaysync } from '../daysync-process.js';
import { farFromNow, scratchFolder, weather } from '../scratch.js';

const LONG_AGO = '2000-01-01T00:00:00.000Z';

/** A fault point, and after a kill there whether the run is decided, and its batches. */
type Point = readonly [point: string, left: readonly unknown[]];

// The first transaction saves the schedules, the second starts the run.
export const BEFORE_ANY: Point = ['after_commit@1', [false]];
export const BEFORE_START: Point = ['before_commit@2', [false]];
export const STARTED: Point = ['after_commit@2', [true, 'schedule']];

/** Starts the program again and again on what the kill before has left. */
export async function expectOneBatch(points: readonly Point[]): Promise<void> {
  const folder = await scratchFolder();
  const schedule = { cron: farFromNow(), lookback_days: 2 };
  const options = { folder, datasets: [weather({ schedule })], env: { MAX_RANGE_DAYS: '2' } };
  const first = await startDaysync(options);
  // The schedule's row is written when the program listens, or soon after.
  const rows = (): ReturnType<typeof queryRows> =>
    queryRows(first.database, 'select decided_until from dataset_schedule');
  while ((await rows()).length === 0) await sleep(20);
  await first.stop();
  await change(
    first.database,
    `update dataset_schedule set decided_until = '${LONG_AGO}', covered_until = '${LONG_AGO}'`,
  );

  /** The state after a start that is killed there: whether the run is decided, and its batches. */
  const killedAt = async (point: string): Promise<readonly unknown[]> => {
    const env = { ...options.env, DAYSYNC_FAULT: `schedule:${point}=kill` };
    await (await launchDaysync({ ...options, env })).died();
    const batches = await queryRows(first.database, 'select started_by from batch');
    const isDecided = (await rows())[0]?.['decided_until'] !== LONG_AGO;
    return [isDecided, ...batches.map((batch) => batch['started_by'])];
  };
  for (const [point, left] of points) expect(await killedAt(point)).toEqual(left);

  const last = await startDaysync(options);
  const { items, total } = await last.batches();
  expect(total).toBe(1);
  expect(await last.ended(items[0]?.task_id ?? '')).toMatchObject({ total: 2, skipped: 2 });
}
