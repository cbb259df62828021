// The queues that are measured: each does the same work on so many processes, and gives how many days a second.
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { Client } from 'pg';
import { Cluster } from '../cluster/cluster.js';
import { startPostgres } from '../postgres.js';
import { TOP } from '../scratch.js';
import { startProgram, startRedis, type BenchProgram } from './programs.js';

const DAYS = 1_000;
/** Before each measurement, and not measured. */
const WARM_UP_DAYS = 100;
const FIRST_DAY = calendarDay('2015-01-01');
const POLL_MS = 10;

/** What runs days on so many workers; gives how many a second. */
type Measure = (workers: number) => Promise<number>;

export interface Work {
  /** Days at a time of each worker. */
  readonly concurrency: number;
  /** How long a day takes its source, in milliseconds. */
  readonly dayMs: number;
  readonly mostWorkers: number;
}

export async function prepareDaysync({ concurrency, dayMs, mostWorkers }: Work): Promise<Measure> {
  const module = path.join(TOP, 'test/sources/timed-day-source.ts');
  const dataset = {
    name: 'timed',
    source: { kind: 'provider', module, options: { ms: dayMs } },
    target: { table: 'timed', columns: { value: 'text' } },
    concurrency: concurrency * mostWorkers,
  };
  const cluster = await Cluster.start({
    api: 1,
    workers: mostWorkers,
    workerConcurrency: concurrency,
    datasets: [dataset],
  });
  await Promise.all(cluster.workers.map((worker) => worker.stop()));
  return async (count) => {
    const workers = cluster.workers.slice(0, count);
    await Promise.all(workers.map((worker) => worker.start()));
    await sync(cluster, WARM_UP_DAYS);
    const took = await sync(cluster, DAYS);
    await Promise.all(workers.map((worker) => worker.stop()));
    return (DAYS * 1_000) / took;
  };
}

/** How long a batch of so many days takes, in milliseconds. */
async function sync(cluster: Cluster, days: number): Promise<number> {
  const { daysync } = cluster.node('api-1');
  const range = { start_date: FIRST_DAY, end_date: addDays(FIRST_DAY, days - 1) };
  const begun = performance.now();
  const { task_id } = await daysync.startBatch({ ...range, mode: 'all' });
  for (;;) {
    const { finished_at, status, success } = await daysync.progress(task_id);
    if (finished_at !== null) {
      expect({ status, success }).toEqual({ status: 'completed', success: days });
      return performance.now() - begun;
    }
    await sleep(POLL_MS);
  }
}

/** Other queues, on a PostgreSQL of their own; and those that this machine does not have. */
export async function preparePeers(
  work: Work,
): Promise<{ peers: ReadonlyMap<string, Measure>; missing: readonly string[] }> {
  const url = (await startPostgres()).url();
  await query(url, 'create table peer_day (day integer primary key, value text not null)');
  await query(url, 'create table peer_progress (finished integer not null)');
  await query(url, 'insert into peer_progress values (0)');
  const peers = new Map([['pg-boss', preparePeer('pg-boss', url, 0, work)]]);
  const redisPort = await startRedis();
  if (redisPort === undefined) return { peers, missing: ['bullmq'] };
  peers.set('bullmq', preparePeer('bullmq', url, redisPort, work));
  return { peers, missing: [] };
}

/** The same work by another queue, in processes of `queue-peer.ts`. */
function preparePeer(
  kind: string,
  url: string,
  redisPort: number,
  { concurrency, dayMs }: Work,
): Measure {
  const args = [kind, url, redisPort, concurrency, dayMs];
  return async (count) => {
    await query(url, 'truncate peer_day');
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
    const took = await run(DAYS);
    await Promise.all(workers.map((worker) => worker.end()));
    expect(await query(url, 'select count(*)::integer as n from peer_day')).toEqual([{ n: DAYS }]);
    return (DAYS * 1_000) / took;
  };
}

/** A worker in a process of its own. */
class PeerWorker {
  private finished = 0;

  private constructor(private readonly child: BenchProgram['child']) {
    // It says a dot for each day.
    child.stdout.on('data', (dots: string) => (this.finished += dots.length));
  }

  static async start(args: readonly unknown[]): Promise<PeerWorker> {
    return new PeerWorker((await startProgram('peers/queue-peer.ts', ...args)).child);
  }

  /** How many days it has done. */
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

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
