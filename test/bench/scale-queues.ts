// The queues that are measured: each does the same work on a number of processes, and returns days a second.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { Cluster } from '../cluster/cluster.js';
import { readDeadlocks } from '../cluster/postgres-state.js';
import { executeAt } from '../postgres-server.js';
import { providerSource, type DatasetYaml } from '../scratch.js';
import { startDurableRedis, startDurableServer } from './durable-servers.js';
import { startProgram, type BenchProgram } from './programs.js';

/** Days for each worker, up to the limit of a batch: enough that start and end hardly matter. */
const LEAST_DAYS = 1_000;
const DAYS_A_WORKER = 900;
const MOST_DAYS = 3_600;
/** Days before each measurement, not measured. */
const WARM_UP_DAYS = 100;
const FIRST_DAY = calendarDay('2015-01-01');
const POLL_MS = 25;

function daysFor(workers: number): number {
  return Math.min(MOST_DAYS, Math.max(LEAST_DAYS, workers * DAYS_A_WORKER));
}

/** Runs days on a number of workers. @returns days a second */
type Measure = (workers: number) => Promise<number>;

export interface Work {
  /** Days at a time of each worker. */
  readonly concurrency: number;
  /** The duration of a day in the source, in milliseconds. */
  readonly dayMs: number;
  readonly mostWorkers: number;
}

/** Daysync on PostgreSQL, and the number of deadlocks. */
export async function prepareDaysync({ concurrency, dayMs, mostWorkers }: Work) {
  const datasetOf = (name: string, lanes: number): DatasetYaml => ({
    name,
    // The handlers of the queues run in their workers' process, too.
    source: { ...providerSource('timed-day', { ms: dayMs }), thread: false },
    target: { table: name, columns: { value: 'text' } },
    concurrency: lanes,
  });
  const parts = Array.from({ length: mostWorkers }, (_, index) => `part_${index + 1}`);
  const postgres = await startDurableServer();
  const cluster = await Cluster.start({
    api: 1,
    workers: mostWorkers,
    workerConcurrency: concurrency,
    maxActiveBatches: mostWorkers,
    datasets: [
      datasetOf('timed', concurrency * mostWorkers),
      ...parts.map((name) => datasetOf(name, concurrency)),
    ],
    postgres,
  });
  await Promise.all(cluster.workers.map((worker) => worker.stop()));
  const measure =
    (run: (workers: number, days: number) => Promise<number>): Measure =>
    async (count) => {
      const workers = cluster.workers.slice(0, count);
      await Promise.all(workers.map((worker) => worker.start()));
      await run(count, WARM_UP_DAYS);
      const days = daysFor(count);
      const took = await run(count, days);
      await Promise.all(workers.map((worker) => worker.stop()));
      return (days * 1_000) / took;
    };
  return {
    oneBatch: measure((_, days) => sync(cluster, 'timed', days)),
    /** The same days in one batch for each worker, all at once. */
    batchesAtOnce: measure(async (count, days) => {
      const each = parts.slice(0, count).map((name) => sync(cluster, name, days / count));
      return Math.max(...(await Promise.all(each)));
    }),
    countDeadlocks: () => readDeadlocks(postgres.url()),
  };
}

async function sync(cluster: Cluster, dataset: string, days: number): Promise<number> {
  const { daysync } = cluster.node('api-1');
  const range = { start_date: FIRST_DAY, end_date: addDays(FIRST_DAY, days - 1) };
  const begun = performance.now();
  const { task_id } = await daysync.startBatch({ ...range, mode: 'all', dataset });
  for (;;) {
    const { finished_at, status, success } = await daysync.progress(task_id);
    if (finished_at !== null) {
      expect({ status, success }).toEqual({ status: 'completed', success: days });
      return performance.now() - begun;
    }
    await sleep(POLL_MS);
  }
}

/** Other queues, on their own PostgreSQL, and the names of those that are not installed. */
export async function preparePeers(
  work: Work,
): Promise<{ peers: ReadonlyMap<string, Measure>; missing: readonly string[] }> {
  const url = (await startDurableServer()).url();
  await executeAt(
    url,
    `create table peer_day (day integer primary key, value text not null);
    create table peer_progress (finished integer not null);
    insert into peer_progress values (0)`,
  );
  const peers = new Map([['pg-boss', preparePeer('pg-boss', url, 0, work)]]);
  const redisPort = await startDurableRedis();
  if (redisPort === undefined) return { peers, missing: ['bullmq'] };
  peers.set('bullmq', preparePeer('bullmq', url, redisPort, work));
  return { peers, missing: [] };
}

/** The same work with another queue, in processes of `queue-peer.ts`. */
function preparePeer(
  kind: string,
  url: string,
  redisPort: number,
  { concurrency, dayMs }: Work,
): Measure {
  const args = [kind, url, redisPort, concurrency, dayMs];
  return async (count) => {
    await executeAt(url, 'truncate peer_day');
    const workers = await Promise.all(Array.from({ length: count }, () => PeerWorker.start(args)));
    const [first] = workers;
    const run = async (days: number): Promise<number> => {
      const done = (): number => workers.reduce((sum, worker) => sum + worker.done, 0);
      const before = done();
      const begun = performance.now();
      first?.add(days);
      while (done() - before < days) await sleep(POLL_MS);
      return performance.now() - begun;
    };
    await run(WARM_UP_DAYS);
    const days = daysFor(count);
    const took = await run(days);
    await Promise.all(workers.map((worker) => worker.end()));
    expect(await executeAt(url, 'select count(*)::integer as n from peer_day')).toEqual([
      { n: days },
    ]);
    return (days * 1_000) / took;
  };
}

class PeerWorker {
  private finished = 0;

  private constructor(private readonly child: BenchProgram['child']) {
    // The worker prints a dot for each day.
    child.stdout.on('data', (dots: string) => (this.finished += dots.length));
  }

  static async start(args: readonly unknown[]): Promise<PeerWorker> {
    return new PeerWorker((await startProgram('peers/queue-peer.ts', ...args)).child);
  }

  get done(): number {
    if (this.child.exitCode !== null) throw new Error('expected a worker, got its end');
    return this.finished;
  }

  add(days: number): void {
    this.child.stdin.write(`add ${days}\n`);
  }

  async end(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.stdin.end();
    await closed;
  }
}
