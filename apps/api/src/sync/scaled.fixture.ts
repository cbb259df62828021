import type { CalendarDay, ProgressChange } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { sql } from 'kysely';
import { pino } from 'pino';
import { systemClock, toInstant, type Clock } from '../clock.js';
import type { PostgresTransaction } from '../database/database.js';
import type { News } from '../database/news.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { OWN_TABLES, type BatchRow, type Schema } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { prepareTarget } from '../datasets/target-table.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchAdmission } from './batch-admission.js';
import { BatchCommit } from './batch-commit.js';
import { BatchControl } from './batch-control.js';
import { BatchCreation } from './batch-creation.js';
import { ScratchState } from './scratch-state.fixture.js';
import { LostSlots } from './lost-slots.js';
import { asksAdmission } from './node-feed.js';
import { planDays } from './plan.js';
import type { BegunDay, Finished, Turn } from './slot-turn.js';
import { SlotTurns } from './slot-turns.js';
import { SyncMetrics } from './sync-metrics.js';
import { makeDataset, rowsOf } from './sync.fixture.js';

const logger = pino({ level: 'silent' });

/** One process of an installation, without its loop. */
export interface ScratchNode {
  readonly name: string;
  readonly turns: SlotTurns;
  readonly admission: BatchAdmission;
  readonly lost: LostSlots;
}

interface NodeOptions {
  /** As it has them configured. */
  readonly datasets?: readonly Dataset[];
  readonly maxActiveBatches?: number;
  readonly bootedAt?: string;
}

/** An installation on a real PostgreSQL, with pg-boss; its processes are as many as a spec wants. */
export class ScaledSync extends ScratchState<PostgresDatabase> {
  /** What has been told, in its order. */
  readonly news: News[] = [];
  /** The time of all its processes, which stands still until it is moved. */
  readonly clock = standingClock();
  private nodes = 0;

  private constructor(
    readonly url: string,
    database: PostgresDatabase,
    readonly queue: SlotQueue,
    readonly control = new BatchControl(database),
    readonly commit = new BatchCommit(database),
    readonly registry = new ProgressRegistry({
      ttlSeconds: 3_600,
      maxFinished: 1_000,
      clock: { now: () => systemClock.monotonic() },
    }),
  ) {
    super(database);
  }

  /** @param url of an empty database */
  static async open(url: string): Promise<ScaledSync> {
    const database = await PostgresDatabase.open({ url, connections: 6, applicationName: 'spec' });
    const queue = await SlotQueue.open({ url, nodeName: 'spec' });
    const sync = new ScaledSync(url, database, queue);
    await database.write('targets', (transaction) => prepareTarget(transaction, makeDataset()));
    // As a node does it whose news others hear.
    database.announceBy(async (db, news) => {
      sync.news.push(news);
      if (asksAdmission(news)) await queue.askAdmission(db);
    });
    return sync;
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.database.close();
  }

  /** As it was when it was opened. */
  async reset(): Promise<void> {
    this.news.length = 0;
    await sql`truncate ${sql.join(OWN_TABLES.map((table) => sql.table(table)))}, readings`.execute(
      this.database.read,
    );
    await sql`delete from pgboss.job`.execute(this.database.read);
  }

  /** One more process. */
  node({
    datasets = [makeDataset()],
    maxActiveBatches = 1,
    bootedAt = toInstant(this.clock.ms),
  }: NodeOptions = {}): ScratchNode {
    const { clock, commit, control, database, queue, registry } = this;
    this.nodes += 1;
    const name = `node ${this.nodes}`;
    const metrics = new SyncMetrics(new Metrics(['readings'], name));
    const lost = new LostSlots(database, queue, control, registry, clock, logger, metrics);
    const catalog = new DatasetCatalog(datasets);
    const dispatcher = { fetchDay: () => Promise.resolve(rowsOf(1)), waitMs: () => null };
    const turns = new SlotTurns({
      ...{ database, queue, commit, lost, registry, catalog, dispatcher, clock, logger },
      ...{ node: name, bootedAt },
    });
    const config = { maxActiveBatches };
    const admission = new BatchAdmission(database, queue, catalog, config, clock, logger, metrics);
    return { name, turns, admission, lost };
  }

  /** A queued batch, as it is asked for now. */
  async start(
    start: CalendarDay,
    end: CalendarDay,
    { dataset = makeDataset() }: { dataset?: Dataset } = {},
  ): Promise<BatchRow> {
    const [order, mode] = ['asc', 'missing_and_failed'] as const;
    const created = await new BatchCreation(this.database).start(
      {
        ...{ dataset: dataset.name, fingerprint: dataset.fingerprint, start, end, mode, order },
        ...{ at: toInstant(this.clock.ms), by: null },
        unixSeconds: Math.floor(this.clock.ms / 1_000),
      },
      (lastTries) => planDays({ start, end, order, mode, lastTries, today: end }),
    );
    if (created.kind !== 'created') {
      throw new Error(`expected a batch, got ${JSON.stringify(created)}`);
    }
    return created.batch;
  }

  /** A batch that has its turn. */
  async startRunning(node: ScratchNode, start: CalendarDay, end: CalendarDay): Promise<BatchRow> {
    const batch = await this.start(start, end);
    await node.admission.admit();
    return this.batch(batch.task_id);
  }

  /** In a transaction of its own. */
  transact<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    return this.database.write('turn', work);
  }

  /**
   * The slots of some processes have had no sign of life for longer than a lease, and are free again.
   * @param days those of which days; all that are in flight by default
   */
  async lapse(...days: readonly BegunDay[]): Promise<void> {
    await age(this.database, days, 60);
    // It looks once a second, whoever asks.
    await sql`update pgboss.queue set monitor_claim_on = null, monitor_on = null`.execute(
      this.database.read,
    );
    await this.queue.freeLost();
  }

  /** The slots that are offered, and from when on. */
  async offered(): Promise<readonly { readonly key: string; readonly startAfter: string }[]> {
    const { rows } = await sql<{ key: string; at: Date }>`
      select singleton_key as key, start_after as at from pgboss.job
      where name = 'daysync.slots' and state = 'created' order by 1
    `.execute(this.database.read);
    return rows.map(({ key, at }) => ({ key, startAfter: toInstant(at.getTime()) }));
  }

  /** The moment has come that offered slots wait for; the queue has a clock of its own. */
  async offerNow(): Promise<void> {
    await sql`update pgboss.job set start_after = now() where state = 'created'`.execute(
      this.database.read,
    );
  }

  /** The changes that the news of a batch had, in their order. */
  changesOf(taskId: string): readonly ProgressChange[] {
    return this.news.flatMap((news) =>
      news.kind === 'batch_moved' && news.task_id === taskId ? [news.change] : [],
    );
  }
}

function standingClock(): Clock & { ms: number } {
  const read = (): number => clock.ms;
  const clock = {
    ms: Date.parse('2025-10-17T16:00:00.000Z'),
    ...{ now: read, steady: read, monotonic: read },
  };
  return clock;
}

/** The last sign of life of jobs is so many seconds ago. */
async function age(
  { read }: { readonly read: PostgresDatabase['read'] },
  days: readonly BegunDay[],
  seconds: number,
): Promise<void> {
  const ids = days.map(({ slot }) => slot.attempt.id);
  await sql<Schema>`
    update pgboss.job set heartbeat_on = clock_timestamp() - ${seconds} * interval '1 second'
    where state = 'active' and (${ids.length} = 0 or id = any(${ids}::uuid[]))
  `.execute(read);
}

/** The day that a turn has begun. */
export function begun(turn: Turn): BegunDay {
  if (turn.kind !== 'begun') throw new Error(`expected a day to begin, got ${turn.kind}`);
  return turn.day;
}

/** Commits a day with a row of its number. */
export async function finish(
  node: ScratchNode,
  day: BegunDay,
  { goesOn = false, fetched = rowsOf(Number(day.claim.day.slice(-2))) } = {},
): Promise<Finished> {
  const finished = { claim: day.claim, fetched, durationMs: 1 };
  const [first] = await node.turns.finish([{ day, finished, goesOn }]);
  if (first === undefined) throw new Error('expected what became of a day, got nothing');
  return first;
}
