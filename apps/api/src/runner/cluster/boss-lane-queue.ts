import { sql } from 'kysely';
import { Pool } from 'pg';
import { fromKysely, PgBoss, type JobAttempt } from 'pg-boss';
import type { WriteTransaction } from '../../database/database.js';
import {
  connectionOf,
  withSettings,
  type PostgresAddress,
} from '../../database/postgres/postgres-connection.js';
import { classifyPostgresFailure } from '../../database/postgres/postgres-failure.js';
import {
  keyOf,
  LaneQueue,
  LEASE_MS,
  type AcquiredLane,
  type LaneId,
} from '../../batches/lane-queue.js';

const LANES = 'daysync.lanes';
/** The maximum of pg-boss. Leases expire by their heartbeats, much earlier. */
const LONGEST_SECONDS = 24 * 3_600 - 1;
/** Attempts and crashes are counted with the days, not with the jobs. */
const RETRY_LIMIT = 2_147_483_647;
/** Completed jobs stay visible for so long. */
const KEPT_SECONDS = 600;
/** A lane stays in the queue however long no worker runs. */
const NEVER_SECONDS = 10 * 365 * 24 * 3_600;
const SUPERVISE_SECONDS = 1;
/** How often old completed jobs are deleted. */
const MAINTENANCE_SECONDS = 60;
const CONNECTIONS = 2;
/** After a statement that hangs there is still time to renew a lease. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** For a server that never answers. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 500;
const STOP_MS = 2_000;

export interface BossLaneQueueOptions {
  readonly address: PostgresAddress;
  readonly nodeName: string;
  /** Called with errors outside of any call: a broken connection, pg-boss's own timers. */
  readonly onError: (error: unknown) => void;
}

interface LaneData {
  readonly batch_id: string;
  readonly number: number;
}

/** The answer of pg-boss to a change of jobs, which its types leave out. */
interface ChangedJobs {
  readonly affected: number;
  readonly settled: readonly string[];
}

/**
 * The free lanes as jobs of pg-boss, for any number of processes on PostgreSQL. A lane has one open job at most (queue
 * policy `exclusive`). Its lease is the job's heartbeat, its fence the job's `retryCount`.
 *
 * pg-boss fetches jobs in the order of `created_on`. So that the lane that is free longest comes first, `created_on` is set
 * to the time from which the lane is free. A lane whose lease has expired keeps its time, and is fetched next.
 */
export class BossLaneQueue extends LaneQueue {
  private constructor(
    private readonly pool: Pool,
    private readonly boss: PgBoss,
  ) {
    super();
  }

  /** Connects, and makes the schema of pg-boss and the queue where they are missing. */
  static async open({ address, nodeName, onError }: BossLaneQueueOptions): Promise<BossLaneQueue> {
    const connection = connectionOf(address, `daysync ${nodeName} queue`);
    // Without a timeout, for the migrations of pg-boss.
    const migrating = new Pool({ ...connection, max: 1 });
    const running = new Pool({
      // The server aborts the statement as well: a late fetch would acquire a lane that no process runs.
      ...withSettings(connection, `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`),
      max: CONNECTIONS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    for (const each of [migrating, running]) each.on('error', onError);
    let pool = migrating;
    const executeSql = async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> => {
      try {
        return await pool.query(text, values);
      } catch (error) {
        throw classifyPostgresFailure(error);
      }
    };
    const boss = new PgBoss({
      db: { executeSql },
      instanceName: nodeName,
      // `LaneLeases` reaps instead: it waits after the database was away.
      supervise: false,
      schedule: false,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    });
    boss.on('error', onError);
    const queue = new BossLaneQueue(running, boss);
    try {
      await boss.start();
      await boss.createQueue(LANES, {
        policy: 'exclusive',
        heartbeatSeconds: LEASE_MS / 1_000,
        expireInSeconds: LONGEST_SECONDS,
        deleteAfterSeconds: KEPT_SECONDS,
        retentionSeconds: NEVER_SECONDS,
        retryLimit: RETRY_LIMIT,
        retryDelay: 0,
      });
    } catch (error) {
      await queue.close();
      throw error;
    } finally {
      pool = running;
      await migrating.end();
    }
    return queue;
  }

  async acquire(exceptBatches: readonly string[] = []): Promise<AcquiredLane | null> {
    const [job] = await this.boss.fetch<LaneData>(LANES, { ignoreGroups: [...exceptBatches] });
    if (job === undefined) return null;
    const { id, data, retryCount } = job;
    return { batchId: data.batch_id, number: data.number, job: id, fence: retryCount };
  }

  async renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]> {
    if (lanes.length === 0) return [];
    const answer = await this.boss.touch(LANES, lanes.map(attemptOf));
    const renewed = new Set((answer as ChangedJobs).settled);
    return lanes.filter(({ job }) => renewed.has(job));
  }

  async enqueue(
    { db }: WriteTransaction,
    lanes: readonly LaneId[],
    delayMs: number,
  ): Promise<void> {
    if (lanes.length === 0) return;
    const jobs = lanes.map((lane) => ({
      data: { batch_id: lane.batchId, number: lane.number } satisfies LaneData,
      singletonKey: keyOf(lane),
      // For `acquire`: it can leave out the lanes of a batch.
      group: { id: lane.batchId },
      startAfter: NEVER_SECONDS,
    }));
    // The insert skips a lane that has a job.
    await this.boss.insert(LANES, jobs, { db: fromKysely(db) });
    // By the clock: the `now()` of pg-boss is the beginning of the transaction.
    await sql`
      update pgboss.job as job set start_after = free.since, created_on = free.since
      from (select clock_timestamp() + ${delayMs}::float8 * interval '1 millisecond' as since) as free
      where job.name = ${LANES} and job.singleton_key = any(${lanes.map(keyOf)}::text[])
        and job.state < 'active' and job.start_after > free.since
    `.execute(db);
  }

  async release(
    transaction: WriteTransaction,
    lane: AcquiredLane,
    delayMs: number | null,
  ): Promise<boolean> {
    const own = { db: fromKysely(transaction.db) };
    const answer = await this.boss.complete(LANES, attemptOf(lane), null, own);
    if ((answer as ChangedJobs).affected === 0) return false;
    if (delayMs !== null) await this.enqueue(transaction, [lane], delayMs);
    return true;
  }

  async clear({ db }: WriteTransaction, lanes: readonly LaneId[]): Promise<void> {
    await sql`
      delete from pgboss.job
      where name = ${LANES} and singleton_key = any(${lanes.map(keyOf)}::text[])
        and state < 'active'
    `.execute(db);
  }

  /** At most once a second, over all processes. */
  async reapExpired(): Promise<void> {
    await this.boss.supervise(LANES);
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, timeout: STOP_MS });
    await this.pool.end();
  }
}

function attemptOf({ job, fence }: AcquiredLane): JobAttempt {
  return { id: job, retryCount: fence };
}
