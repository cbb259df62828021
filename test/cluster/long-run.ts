// The long form of the cluster test: `npm run test:cluster -- --kills 50 --seed 1`. Syncs ten years of wildlife strikes
// repeatedly on two API nodes and three workers, until the number of killed workers is reached.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { numberOf, say } from '../crash/long-run-options.js';
import { anySeed, Random } from '../crash/random.js';
import type { ClusterNode } from './cluster-node.js';
import { disturbAtRandom } from './cluster-loop.js';
import { ClusterRun } from './cluster-run.js';
import { MOST_BEHIND_MS } from './shown-progress.js';

const RANGE = { start_date: '1990-01-01', end_date: '1999-12-31' };
const CLUSTER = { api: 2, workers: 3, concurrency: 6 };
const SHORT_RANGE = { start_date: '1990-01-01', end_date: '1990-04-30' };
/** Three times the promised limit. */
const MOST_REDELIVERY_MS = 45_000;

it('loses no day, repeats none, and no node shows an older state', async () => {
  const kills = numberOf('CLUSTER_KILLS') ?? 50;
  const random = new Random(numberOf('CLUSTER_SEED') ?? anySeed());
  say(`seed ${random.seed}: ${kills} kills`);

  const run = await ClusterRun.open({ ...CLUSTER, range: RANGE, random, dayMs: [5, 40] });
  await disturbAtRandom(run, { kills, random, report: say });
  say(summary(run, random.seed));
  expect(run.violations).toEqual([]);
  expect(run.observer.worstBehindMs).toBeLessThanOrEqual(MOST_BEHIND_MS);
  expect(Math.max(0, ...redeliveryTimes(run))).toBeLessThan(MOST_REDELIVERY_MS);
});

it('accepts no commit of a worker that was halted, which continues while others run its days', async () => {
  const random = new Random(anySeed());
  const run = await ClusterRun.open({ ...CLUSTER, range: SHORT_RANGE, random, dayMs: [200, 300] });
  const { cluster, counter, disturbances } = run;
  await run.start();
  const busy = (): ClusterNode | undefined =>
    cluster.workers.find(({ pid }) => counter.daysOf(pid).length > 0);
  while (busy() === undefined) await sleep(1);
  const worker = busy() ?? cluster.node('worker-1');
  const stood = await disturbances.halt(worker, async ([day = '']) => {
    // Its source has answered before it continues.
    const { pid } = await counter.nextAsk(day);
    expect(pid).not.toBe(worker.pid);
  });
  expect(stood).toBe(true);
  await run.end();
  expect(run.violations).toEqual([]);
  expect(run.redeliveries.map(({ how }) => how)).toContain('halted');
  const log = await worker.daysync.logLines();
  expect(log.map(({ msg }) => msg)).toContain('租约已失效，丢弃结果');
});

function redeliveryTimes({ redeliveries }: ClusterRun): number[] {
  return redeliveries
    .filter(({ how }) => how === 'killed')
    .map(({ afterMs }) => afterMs)
    .sort((a, b) => a - b);
}

/** The maximum number of days that were requested again after one kill. */
function mostRepeats({ redeliveries }: ClusterRun): number {
  const killed = redeliveries.filter(({ how }) => how === 'killed');
  const byKill = Map.groupBy(killed, ({ lostAt }) => lostAt);
  return Math.max(0, ...[...byKill.values()].map((days) => days.length));
}

function summary(run: ClusterRun, seed: number): string {
  const { disturbances, observer, redeliveries } = run;
  const times = redeliveryTimes(run);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  return [
    new Date().toISOString().slice(0, 10),
    `seed ${seed}`,
    `workers killed ${disturbances.kills}, halted ${disturbances.halts}`,
    `API nodes killed ${disturbances.apiKills}`,
    `database stopped ${disturbances.stops}, connections cut ${disturbances.cuts}`,
    `batches ${run.batches}, days ${run.days}`,
    `repeated in flight ${redeliveries.length}, at most ${mostRepeats(run)} a kill`,
    `on after a kill in ${ms(median)}, at most ${ms(times.at(-1) ?? 0)} (${times.length} days)`,
    `nodes at most ${ms(observer.worstBehindMs)} apart over ${observer.polls} polls` +
      `, and each with what another had by a poll at most ${ms(observer.worstCatchUpMs)} later` +
      ` (${ms(observer.worstExcusedMs)} beside a lost database, ${observer.unanswered} polls without a progress)`,
  ].join(', ');
}
