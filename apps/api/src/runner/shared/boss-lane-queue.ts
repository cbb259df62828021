import { sql } from 'kysely';
import { Pool } from 'pg';
import { fromKysely, PgBoss, type JobAttempt } from 'pg-boss';
import type { WriteTransaction } from '../../database/database.js';
import { connectionOf } from '../../database/postgres/postgres-connection.js';
import { classifyPostgresFailure } from '../../database/postgres/postgres-failure.js';
import {
  keyOf,
  LaneQueue,
  LEASE_MS,
  type AcquiredLane,
  type LaneId,
} from '../../batches/lane-queue.js';

const LANES = 'daysync.lanes';
/** The most that pg-boss takes, and longer than a lane is held: leases are ended by their heartbeats. */
const LONGEST_SECONDS = 24 * 3_600 - 1;
/** Attempts and crashes are counted with the days; an expired lease costs nothing. */
const RETRY_LIMIT = 2_147_483_647;
/** Completed jobs are for whoever looks at the queue. */
const KEPT_SECONDS = 600;
/** A lane waits for however long no worker runs. */
const NEVER_SECONDS = 10 * 365 * 24 * 3_600;
const SUPERVISE_SECONDS = 1;
/** How often completed jobs that were kept long enough are deleted. */
const MAINTENANCE_SECONDS = 60;
const CONNECTIONS = 2;
/** After a statement that hangs there is time for another renewal within the lease. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** For a server that does not answer at all. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 500;
const STOP_MS = 2_000;

export interface BossLaneQueueOptions {
  readonly url: string;
  readonly nodeName: string;
  /** Called with the errors of what no call waits for: a connection that breaks, pg-boss's own timers. */
  readonly onError: (error: unknown) => void;
}

interface LaneData {
  readonly batch_id: string;
  readonly number: number;
}

/** What pg-boss answers to a change of jobs, which its types leave out. */
interface Settled {
  readonly affected: number;
  readonly settled: readonly string[];
}

/**
 * The free lanes as jobs of pg-boss, for any number of processes on PostgreSQL: a lane has one job that is not
 * completed (queue policy `exclusive`), its lease is the job's heartbeat, the fence is the job's `retryCount`.
 *
 * pg-boss fetches in the order of `created_on`, so a job's `created_on` is the time from which its lane is free. One
 * whose lease has expired keeps it, and is the next.
 */
export class BossLaneQueue extends LaneQueue {
  private constructor(
    private readonly pool: Pool,
    private readonly boss: PgBoss,
  ) {
    super();
  }

  /** Connects, and makes the schema of pg-boss and the queue where they are missing. */
  static async open({ url, nodeName, onError }: BossLaneQueueOptions): Promise<BossLaneQueue> {
    const connection = connectionOf(url, `daysync ${nodeName} queue`);
    // The migrations of pg-boss take as long as they take.
    const migrating = new Pool({ ...connection, max: 1 });
    const running = new Pool({
      ...connection,
      max: CONNECTIONS,
      // The server ends it as well: no process would run a lane that a fetch acquires later.
      options: `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
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
      // Whoever calls `reapExpired` knows when the database has been away.
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

  async acquire(): Promise<AcquiredLane | null> {
    const [job] = await this.boss.fetch<LaneData>(LANES);
    if (job === undefined) return null;
    const { id, data, retryCount } = job;
    return { batchId: data.batch_id, number: data.number, job: id, fence: retryCount };
  }

  async renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]> {
    if (lanes.length === 0) return [];
    const answer = await this.boss.touch(LANES, lanes.map(attemptOf));
    const held = new Set((answer as Settled).settled);
    return lanes.filter(({ job }) => held.has(job));
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
      startAfter: NEVER_SECONDS,
    }));
    // A lane that has a job keeps it: the insert leaves it out.
    await this.boss.insert(LANES, jobs, { db: fromKysely(db) });
    // Not from the beginning of the transaction on, which is the `now()` of pg-boss.
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
    if ((answer as Settled).affected === 0) return false;
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
