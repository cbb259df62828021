import { beforeAll, describe, expect, it } from 'vitest';
import { CrashRun } from './crash-run.js';
import type { UndisturbedRun } from './invariants.js';
import { undisturbedRun } from './undisturbed-run.js';

const RANGE = { start_date: '1990-01-01', end_date: '1990-04-30' };
const DAYS = 120;

let undisturbed: UndisturbedRun;
beforeAll(async () => {
  undisturbed = await undisturbedRun(RANGE);
  expect(undisturbed.days).toHaveLength(DAYS);
});

const status = (run: CrashRun): string => run.state.batches.at(-1)?.status ?? 'no batch';
/** The commit of the last day of a batch, in a process that runs one day at a time. */
const lastStep = (run: CrashRun): number => 1 + DAYS - (run.state.batches.at(-1)?.finished ?? 0);

// Each table is one folder and one batch: a row starts the program on what the previous row left, and kills it. No day
// is alone in flight at two of the kills, because such a day fails.
describe.each([
  {
    concurrency: 1,
    // The fault point, the moment, and the state of the batch after the kill.
    points: [
      ['targets:before_commit@1', 'in a new folder', 'no batch'],
      ['targets:after_commit@1', 'in a new folder', 'no batch'],
      ['start:before_commit@1', 'no answer, and no batch', 'no batch'],
      ['start:after_commit@1', 'no answer, and the batch runs', 'queued'],
      ['admit:before_commit@1', 'as the batch begins', 'queued'],
      ['admit:after_commit@1', 'as the batch begins', 'running'],
      ['step:before_commit@1', 'as its first day begins', 'running'],
      ['step:after_commit@1', 'as its first day begins', 'running'],
      ['step:before_commit@10', 'in mid-range', 'running'],
      ['targets:before_commit@1', 'in mid-range', 'running'],
      ['targets:after_commit@1', 'in mid-range', 'running'],
      ['recover:before_commit@1', 'in mid-range', 'running'],
      ['recover:after_commit@1', 'in mid-range', 'running'],
      ['step:after_commit@12', 'in mid-range', 'running'],
      ['step:before_commit@last', 'as the batch ends', 'running'],
      ['step:after_commit@last', 'as the batch ends', 'completed'],
    ],
  },
  {
    concurrency: 3,
    points: [
      ['start:after_commit@1', 'no answer, and the batch runs', 'queued'],
      ['admit:before_commit@1', 'as the batch begins', 'queued'],
      ['step:before_commit@1', 'as its first day begins', 'running'],
      ['step:after_commit@1', 'as its first day begins', 'running'],
      ['recover:before_commit@1', 'in mid-range', 'running'],
      ['recover:after_commit@1', 'in mid-range', 'running'],
      ['step:before_commit@20', 'in mid-range', 'running'],
      ['step:after_commit@21', 'in mid-range', 'running'],
    ],
  },
])('$concurrency at a time, killed at', ({ concurrency, points }) => {
  let run: CrashRun;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed });
  });

  it.each(points)('%s, %s', async (point = '', _, left) => {
    const killAt = point.replace('last', String(lastStep(run)));
    await run.died(await run.launchBatch(concurrency, { killAt }));
    expect(status(run)).toBe(left);
    expect(run.violations).toEqual([]);
  });

  it('and ends like an undisturbed run', async () => {
    await run.liveToTheEnd(concurrency);
    expect(run.violations).toEqual([]);
    expect(run.kills).toBe(points.length);
  });
});
