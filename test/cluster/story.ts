// Two API nodes and three workers on one PostgreSQL lose each other. The specs run it without and with time limits.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { anySeed, Random } from '../crash/random.js';
import { dataOf, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';
import { bearer, JSON_TYPE, OPERATOR } from '../token-program.js';
import type { Progress, WirePage } from '../wire.js';
import type { ClusterNode } from './cluster-node.js';
import { ClusterRun } from './cluster-run.js';
import type { PollLimits } from './observer.js';

const RANGE = { start_date: '1990-01-01', end_date: '1990-12-31' };
/** The source delays this day until its worker is lost. */
const BLOCKED_DAY = '1990-01-15';
const SLOW = weather({ throttle: { days_per_minute: 60 } });
const OTHER_BATCH = { start_date: '2012-01-01', end_date: '2012-01-31', dataset: 'weather' };

/** Time limits in milliseconds; the run without measurements has none. */
export interface Limits extends PollLimits {
  /** Until a node shows a change that another one made. */
  readonly soon: number;
  readonly stop: number;
  readonly reconnect: number;
  readonly redelivery: number;
}

/** One story: each test continues from the state of the one before. */
export function describeCluster(limits: Limits): void {
  const atOnce = { everywhere: true, withinMs: limits.soon };
  const seed = anySeed();
  let run: ClusterRun;
  let one: DaysyncProcess;
  let two: DaysyncProcess;
  let taskId: string;
  let release: () => void;
  let holder: ClusterNode;
  let other: string;
  let lost: { readonly at: number; readonly asked: Promise<number> };

  beforeAll(async () => {
    run = await ClusterRun.open({
      range: RANGE,
      random: new Random(seed),
      api: 2,
      workers: 3,
      concurrency: 4,
      dayMs: [30, 60],
      others: [SLOW],
      limits,
    });
    one = run.cluster.node('api-1').daysync;
    two = run.cluster.node('api-2').daysync;
    release = run.counter.block(BLOCKED_DAY);
  });

  const workerOf = (pid: number): ClusterNode => {
    const found = run.cluster.workers.find((worker) => worker.pid === pid);
    if (found === undefined) throw new Error(`expected a worker, got process ${pid}`);
    return found;
  };
  const soon = async (is: () => Promise<boolean>, withinMs = limits.soon): Promise<boolean> => {
    const latest = performance.now() + withinMs;
    while (!(await is())) {
      if (performance.now() > latest) return false;
      await sleep(20);
    }
    return true;
  };
  const control = async (daysync: DaysyncProcess, id: string, verb: string): Promise<Progress> =>
    dataOf(await daysync.api(`sync/batch/${id}/${verb}`, { method: 'POST' })) as Progress;
  const statusOf = async (daysync: DaysyncProcess, id: string): Promise<string> =>
    (await daysync.progress(id)).status;

  it('show a batch at once that was started at the other node', async () => {
    const asked = run.counter.nextAsk(BLOCKED_DAY);
    taskId = (await run.start([run.cluster.node('api-1')])).task_id;
    expect(await two.progress(taskId)).toMatchObject({ total: 365 });
    const { items } = await two.batches();
    expect(items.map(({ task_id }) => task_id)).toEqual([taskId]);
    holder = workerOf((await asked).pid);
  });

  it('pause it at one node, and resume it at the other', async () => {
    await control(one, taskId, 'pause');
    expect(await run.watch.until(({ status }) => status === 'paused', atOnce)).toBe(true);
    await control(two, taskId, 'resume');
    expect(await run.watch.until(({ status }) => status === 'running', atOnce)).toBe(true);
  });

  it('run one batch at a time: that of another dataset is queued', async () => {
    other = (await two.startBatch(OTHER_BATCH)).task_id;
    const queued = { status: 'queued', waiting_for: { kind: 'queue' } };
    expect(await one.progress(other)).toMatchObject(queued);
    expect(await two.progress(other)).toMatchObject(queued);
  });

  it('accept a login of one node at the other, until it is logged out there', async () => {
    const login = await one.api('session', {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ token: OPERATOR }),
    });
    const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';');
    const headers = { cookie };
    const statusAt = async (daysync: DaysyncProcess): Promise<number> =>
      (await daysync.api('records', { headers })).status;
    expect(await soon(async () => (await statusAt(two)) === 200)).toBe(true);
    expect(await two.api('session', { headers })).toMatchObject({
      body: { data: { name: 'ana' } },
    });
    expect(await two.api('session', { method: 'DELETE', headers })).toMatchObject({ status: 204 });
    expect(await statusAt(two)).toBe(401);
    expect(await soon(async () => (await statusAt(one)) === 401)).toBe(true);
  });

  it('lose a worker that stops: it requeues its days', async () => {
    const { cluster, counter, disturbances } = run;
    const others = cluster.workers.filter((worker) => worker !== holder);
    const busy = (): ClusterNode | undefined =>
      others.find(({ pid }) => counter.daysOf(pid).length > 0);
    while (busy() === undefined) await sleep(1);
    const begun = performance.now();
    expect(await disturbances.stop(busy() ?? holder)).toBe(0);
    expect(performance.now() - begun).toBeLessThan(limits.stop);
    expect(await statusOf(one, taskId)).toBe('running');
  });

  it('lose all connections, and reconnect', async () => {
    expect(await run.disturbances.cut()).toBeGreaterThan(5);
    for (const { daysync } of run.cluster.nodes.filter(({ isUp }) => isUp)) {
      const isReady = async (): Promise<boolean> =>
        (await fetch(`${daysync.url}/health/ready`)).status === 200;
      expect(await soon(isReady, limits.reconnect)).toBe(true);
    }
  });

  it('have workers that serve their health and their metrics, and nothing else', async () => {
    const worker = run.cluster.workers.find(({ isUp }) => isUp);
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`${worker?.daysync.url ?? ''}${path}`, { headers: bearer(OPERATOR) })).status;
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/health/ready')).toBe(200);
    expect(await statusOf('/metrics')).toBe(200);
    expect(await statusOf('/api/v1/sync-status/sync/batch')).toBe(404);
    expect(await statusOf(`/api/v1/sync-status/sync/batch/progress/${taskId}`)).toBe(404);
    expect(await statusOf('/')).toBe(404);
  });

  it('lose a worker that is killed', async () => {
    const { counter, disturbances } = run;
    expect(counter.daysOf(holder.pid)).toContain(BLOCKED_DAY);
    lost = {
      at: performance.now(),
      asked: counter.nextAsk(BLOCKED_DAY).then(({ at }) => at),
    };
    expect(await disturbances.kill(holder)).toContain(BLOCKED_DAY);
    release();
  });

  it('run the days of a lost worker elsewhere, and end like a single process', async () => {
    const afterMs = (await lost.asked) - lost.at;
    process.stdout.write(`a killed worker's day runs elsewhere after ${afterMs.toFixed(0)} ms\n`);
    expect(afterMs).toBeLessThan(limits.redelivery);
    await run.end();
    const { observer, violations, counter } = run;
    process.stdout.write(
      `nodes at most ${observer.worstBehindMs.toFixed(0)} ms apart in ${observer.polls} polls\n`,
    );
    // A failure shows the seed beside the violations.
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(counter.asks.length).toBeGreaterThan(365);
    expect(run.batches).toBe(1);
  });

  it('then run the queued batch, until it is cancelled', async () => {
    const first = await one.progress(taskId);
    while ((await statusOf(one, other)) === 'queued') await sleep(20);
    const second = await two.progress(other);
    expect(Date.parse(second.started_at ?? '')).toBeGreaterThanOrEqual(
      Date.parse(first.finished_at ?? ''),
    );
    await control(two, other, 'cancel');
    expect(await one.ended(other)).toMatchObject({ status: 'cancelled' });
    expect(await two.ended(other)).toMatchObject({ status: 'cancelled' });
    const { items } = (await one.data('sync/batch')) as WirePage<Progress>;
    expect(items.map(({ status }) => status).sort()).toEqual(['cancelled', 'completed']);
  });

  it('stop with exit code 0', async () => {
    const codes = await run.cluster.stop();
    expect(codes.filter((code) => code !== 0)).toEqual([]);
    expect(run.violations).toEqual([]);
  });
}
