import { sql, type Transaction } from 'kysely';
import { fromKysely, PgBoss, type JobAttempt } from 'pg-boss';
import type { PostgresTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';

/** Each job of it is a slot of a running batch: whoever holds it runs its days, and soon offers the slot anew. */
const SLOTS = 'daysync.slots';
/** Each job of it says that a batch may have its turn: a place came free, or one has joined the queue. */
const ADMISSIONS = 'daysync.admissions';
/** The fewest that pg-boss takes. */
const LEASE_SECONDS = 10;
/** The most that pg-boss takes, and longer than a slot is held: what is alive is told by its signs of life. */
const LONGEST_DAY_SECONDS = 24 * 3_600 - 1;
/** Ours are the counters of attempts and crashes; a lease that was lost costs nothing. */
const RETRY_LIMIT = 2_147_483_647;
/** Settled jobs are for whoever looks at the queue; each slot leaves one in five seconds, or one a day that takes longer. */
const KEPT_SECONDS = 600;
/** Signs of life come more often; a lease ends later. */
const ALIVE_SECONDS = 5;
const SUPERVISE_SECONDS = 1;
/** How often settled jobs that were kept long enough are taken away. */
const MAINTENANCE_SECONDS = 60;
/** A slot waits for however long no worker runs. */
const WAITING_SECONDS = 10 * 365 * 24 * 3_600;
const ASK_AGAIN_SECONDS = 2;
const CONNECTIONS = 2;
const STOP_MS = 2_000;
const MOST_ADMISSIONS = 100;

/** How long a slot is held without a sign of life, in milliseconds. */
export const LEASE_MS = LEASE_SECONDS * 1_000;

/** One of a batch's places for a day in flight. */
export interface Slot {
  readonly taskId: string;
  /** From 0 to the dataset's concurrency. */
  readonly number: number;
}

/** A slot that this process holds, until it ends it or stops giving signs of life. */
export interface HeldSlot extends Slot {
  readonly attempt: JobAttempt;
  /** Whether another process held it before, and was lost. */
  readonly redelivered: boolean;
}

/** What pg-boss answers to a change of jobs, which its types leave out. */
interface Settled {
  readonly affected: number;
  readonly settled: readonly string[];
}

interface SlotData {
  readonly task_id: string;
  readonly slot: number;
}

export interface SlotQueueOptions {
  readonly url: string;
  readonly nodeName: string;
}

/**
 * The slots of running batches, as jobs of pg-boss: leases, signs of life and redelivery are pg-boss's. A slot is one
 * job at a time (queue policy `exclusive`), so that no two processes hold it, whatever they are asked.
 */
export class SlotQueue {
  private onError: (error: unknown) => void = () => undefined;

  private constructor(private readonly boss: PgBoss) {
    boss.on('error', (error) => {
      this.onError(error);
    });
  }

  /** Has what goes wrong beside all calls told: a connection that breaks, a query that is slow. */
  tellErrors(tell: (error: unknown) => void): void {
    this.onError = tell;
  }

  /** Connects, and makes the queues where they are missing. */
  static async open({ url, nodeName }: SlotQueueOptions): Promise<SlotQueue> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: `daysync ${nodeName} queue`,
      instanceName: nodeName,
      max: CONNECTIONS,
      // The worker's own loop looks after them: it knows when the database has been away.
      supervise: false,
      schedule: false,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    });
    const queue = new SlotQueue(boss);
    try {
      await boss.start();
      const kept = {
        deleteAfterSeconds: KEPT_SECONDS,
        retentionSeconds: WAITING_SECONDS,
        retryLimit: RETRY_LIMIT,
        retryDelay: 0,
      };
      await boss.createQueue(SLOTS, {
        ...kept,
        policy: 'exclusive',
        heartbeatSeconds: LEASE_SECONDS,
        expireInSeconds: LONGEST_DAY_SECONDS,
      });
      await boss.createQueue(ADMISSIONS, { ...kept, policy: 'standard' });
    } catch (error) {
      await queue.close();
      throw error;
    }
    return queue;
  }

  /** Takes the slot that has been free for longest, inside a transaction; null where none is. */
  async take({ db }: PostgresTransaction): Promise<HeldSlot | null> {
    const [job] = await this.boss.fetch<SlotData>(SLOTS, { db: fromKysely(db) });
    if (job === undefined) return null;
    const { id, data, retryCount } = job;
    return {
      taskId: data.task_id,
      number: data.slot,
      attempt: { id, retryCount },
      redelivered: retryCount > 0,
    };
  }

  /** Offers a slot, inside a transaction; one that is there already is not there twice. */
  async offer({ db }: PostgresTransaction, slot: Slot, startAfter: Date | null): Promise<void> {
    const data: SlotData = { task_id: slot.taskId, slot: slot.number };
    await this.boss.send(SLOTS, data, {
      db: fromKysely(db),
      singletonKey: `${slot.taskId}/${slot.number}`,
      ...(startAfter === null ? {} : { startAfter }),
    });
  }

  /** Ends a held slot, inside a transaction. False where it is held by another by now: a fence. */
  async end({ db }: PostgresTransaction, { attempt }: HeldSlot): Promise<boolean> {
    const answer = await this.boss.complete(SLOTS, attempt, null, { db: fromKysely(db) });
    return (answer as Settled).affected === 1;
  }

  /** Gives a sign of life for held slots, and tells which of them are still held. */
  async keep(held: readonly HeldSlot[]): Promise<readonly HeldSlot[]> {
    if (held.length === 0) return [];
    const attempts = held.map(({ attempt }) => attempt);
    const kept = new Set(((await this.boss.touch(SLOTS, attempts)) as Settled).settled);
    return held.filter(({ attempt }) => kept.has(attempt.id));
  }

  /** Whether somebody gives signs of life for one of some jobs; asked inside a transaction. */
  async isAlive({ db }: PostgresTransaction, jobs: readonly string[]): Promise<boolean> {
    if (jobs.length === 0) return false;
    const { rows } = await sql`
      select 1 from pgboss.job
      where name = ${SLOTS} and id = any(${jobs}::uuid[]) and state = 'active'
        and heartbeat_on > clock_timestamp() - ${ALIVE_SECONDS} * interval '1 second'
      limit 1
    `.execute(db);
    return rows.length > 0;
  }

  /** Gives a sign of life for held slots, inside a transaction, and tells which are still held: a fence. */
  async keepIn(
    { db }: PostgresTransaction,
    held: readonly HeldSlot[],
  ): Promise<readonly HeldSlot[]> {
    const ids = held.map(({ attempt }) => attempt.id);
    const retries = held.map(({ attempt }) => attempt.retryCount);
    // Not by `touch`, whose time is that of the transaction's begin: it may have waited since, and what the process
    // has said meanwhile must not be taken back.
    const { rows } = await sql<{ id: string }>`
      update pgboss.job as job set heartbeat_on = clock_timestamp()
      from unnest(${ids}::uuid[], ${retries}::int[]) as held (id, retry_count)
      where job.name = ${SLOTS} and job.id = held.id and job.state = 'active'
        and job.retry_count = held.retry_count
      returning job.id
    `.execute(db);
    const kept = new Set(rows.map(({ id }) => id));
    return held.filter(({ attempt }) => kept.has(attempt.id));
  }

  /** Frees the slots of processes that have given no sign of life for too long. */
  async freeLost(): Promise<void> {
    await this.boss.supervise();
  }

  /** Says that a batch may have its turn, inside a transaction. */
  async askAdmission(db: Transaction<Schema>): Promise<void> {
    await this.boss.send(ADMISSIONS, {}, { db: fromKysely(db) });
  }

  /** Says so for a moment later: another process may know what this one does not. */
  async askAdmissionLater(db: Transaction<Schema>): Promise<void> {
    await this.boss.send(ADMISSIONS, {}, { db: fromKysely(db), startAfter: ASK_AGAIN_SECONDS });
  }

  /** Whether it was said that a batch may have its turn; inside the transaction that looks for it. */
  async takeAdmissions({ db }: PostgresTransaction): Promise<boolean> {
    const own = { db: fromKysely(db) };
    const jobs = await this.boss.fetch(ADMISSIONS, { ...own, batchSize: MOST_ADMISSIONS });
    if (jobs.length === 0) return false;
    await this.boss.complete(
      ADMISSIONS,
      jobs.map(({ id }) => id),
      null,
      own,
    );
    return true;
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true, timeout: STOP_MS });
  }
}
