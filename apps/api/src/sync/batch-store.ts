import { ACTIVE_STATUSES, type Progress } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { Database } from '../database/database.js';
import type { BatchDayRow, BatchRow, Schema } from '../database/schema.js';
import { progressOfRow } from './batch-progress.js';
import { readRange, type BatchRange, type RangeState } from './range-state.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface BatchFilter {
  readonly dataset?: string | undefined;
  readonly status?: Progress['status'] | undefined;
  /** The batch whose retries they are. */
  readonly retryOf?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

type Batches = SelectQueryBuilder<Schema, 'batch', object>;

/** A batch, and what its estimate is made from. */
export interface BatchState {
  readonly batch: BatchRow;
  /** How long its days took that were tried, in milliseconds. */
  readonly durations: readonly number[];
  /** How many of its days are still to be tried, those in flight included. */
  readonly remaining: number;
}
/** What the column of a `rev` holds in PostgreSQL; who asks for more than that asks for nothing. */
const MOST_REV = 2 ** 31 - 1;

/** Batches and their planned days in the database. */
@Injectable()
export class BatchStore {
  constructor(private readonly database: Database) {}

  /** What a plan for the range depends on now. */
  range(range: BatchRange): Promise<RangeState> {
    return readRange(this.database.read, range);
  }

  /** How long the latest tries of a dataset's days took, in milliseconds; at most `count` of them. */
  async latestDurations(dataset: string, count: number): Promise<number[]> {
    const rows = await this.database.read
      .selectFrom('sync_record')
      .select('duration_ms')
      .where('dataset', '=', dataset)
      .where('duration_ms', 'is not', null)
      .orderBy('last_tried_at', 'desc')
      .limit(count)
      .execute();
    return rows.flatMap(({ duration_ms }) => duration_ms ?? []);
  }

  /** The row of a batch. */
  find(taskId: string): Promise<BatchRow | undefined> {
    return this.database.read
      .selectFrom('batch')
      .selectAll()
      .where('task_id', '=', taskId)
      .executeTakeFirst();
  }

  /** The batches that have not ended, in the order of their starts. */
  active(): Promise<BatchRow[]> {
    return this.database.read
      .selectFrom('batch')
      .selectAll()
      .where('status', 'in', ACTIVE_STATUSES)
      .orderBy('seq')
      .execute();
  }

  /** A batch with what its estimate is made from, all of one committed state; for PostgreSQL. */
  state(taskId: string): Promise<BatchState | undefined> {
    const reading = this.database.read.transaction().setIsolationLevel('repeatable read');
    return reading.execute(async (db) => {
      const batch = await db
        .selectFrom('batch')
        .selectAll()
        .where('task_id', '=', taskId)
        .executeTakeFirst();
      if (batch === undefined) return undefined;
      const durations = await readDurations(db, taskId);
      return { batch, durations, remaining: await countRemaining(db, taskId) };
    });
  }

  /** The batch of a dataset that was started last. */
  async latest(dataset: string): Promise<Progress | undefined> {
    const row = await this.database.read
      .selectFrom('batch')
      .selectAll()
      .where('dataset', '=', dataset)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && progressOfRow(row);
  }

  /** Batches: those that run, the other active ones in the order of the queue, then the newest first. */
  async list(filter: BatchFilter): Promise<Page<Progress>> {
    let query: Batches = this.database.read.selectFrom('batch');
    if (filter.dataset !== undefined) query = query.where('dataset', '=', filter.dataset);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status);
    if (filter.retryOf !== undefined) query = query.where('retry_of', '=', filter.retryOf);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await selectPage(this.database.read, query, filter).execute();
    return { items: rows.map(progressOfRow), total };
  }

  /**
   * The days of a batch in its order, and the `rev` that they are of: both of one committed state.
   * @param sinceRev leaves out the days that have not changed since
   */
  async days(
    taskId: string,
    sinceRev = -1,
  ): Promise<{ readonly days: readonly BatchDayRow[]; readonly rev: number } | undefined> {
    // One statement, and so one state; with no day to tell it has one row all the same.
    const rows = await this.database.read
      .selectFrom('batch')
      .leftJoin('batch_day', (join) =>
        join
          .onRef('batch_day.task_id', '=', 'batch.task_id')
          .on('batch_day.rev', '>', Math.min(sinceRev, MOST_REV)),
      )
      .where('batch.task_id', '=', taskId)
      .selectAll('batch_day')
      .select('batch.rev as batch_rev')
      .orderBy('position')
      .execute();
    const [first] = rows;
    if (first === undefined) return undefined;
    const days = rows.filter((row): row is typeof row & BatchDayRow => row.day !== null);
    return { days, rev: first.batch_rev };
  }

  /** How long the days of a batch took that were tried, in milliseconds. */
  durations(taskId: string): Promise<number[]> {
    return readDurations(this.database.read, taskId);
  }

  /** How many days of a batch are still to be tried, those in flight included. */
  remaining(taskId: string): Promise<number> {
    return countRemaining(this.database.read, taskId);
  }

  /** The batch whose turn it is: the first in the queue whose dataset no other batch holds. */
  nextQueued(except: readonly string[] = []): Promise<BatchRow | undefined> {
    return selectNextQueued(this.database.read, except);
  }
}

/**
 * A page of some batches. What has ended is sought by an index, as far as it is wanted: there may be any number of it,
 * and sorting all of it would take as long.
 */
function selectPage(
  db: Kysely<Schema>,
  batches: Batches,
  { limit, offset }: BatchFilter,
): SelectQueryBuilder<Schema, 'batch', BatchRow> {
  const active = batches.where('status', 'in', ACTIVE_STATUSES);
  const ended = batches.where('status', 'not in', ACTIVE_STATUSES);
  const skipped = db
    .selectFrom(active.select('seq').limit(offset).as('skipped'))
    .select((select) => select.fn.countAll().as('count'));
  const activePart = active
    .selectAll()
    .orderBy((order) => order('status', '=', 'running'), 'desc')
    .orderBy('seq')
    .limit(limit)
    .offset(offset);
  const endedPart = ended
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(limit)
    .offset(sql<number>`${offset} - ${skipped}`);
  const found = db
    .selectFrom(activePart.as('active'))
    .selectAll()
    .unionAll(db.selectFrom(endedPart.as('ended')).selectAll());
  return (
    db
      .selectFrom(found.as('batch'))
      .selectAll()
      .orderBy((order) => order('status', 'in', ACTIVE_STATUSES), 'desc')
      .orderBy((order) => order('status', '=', 'running'), 'desc')
      // The queue in its order; what has ended, newest first.
      .orderBy((order) =>
        order
          .case()
          .when('status', 'in', ACTIVE_STATUSES)
          .then(order.ref('seq'))
          .else(order.neg(order.ref('seq')))
          .end(),
      )
      .limit(limit)
  );
}

/** The batch whose turn it is: the first in the queue whose dataset no other batch holds. */
export function selectNextQueued(
  db: Kysely<Schema>,
  except: readonly string[],
): Promise<BatchRow | undefined> {
  let query = db
    .selectFrom('batch')
    .selectAll()
    .where('status', '=', 'queued')
    .where('dataset', 'not in', (holding) =>
      holding
        .selectFrom('batch')
        .select('dataset')
        .where('status', 'in', ['running', 'paused', 'cancelling']),
    )
    .orderBy('seq')
    .limit(1);
  if (except.length > 0) query = query.where('task_id', 'not in', except);
  return query.executeTakeFirst();
}

async function readDurations(db: Kysely<Schema>, taskId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('batch_day')
    .select('duration_ms')
    .where('task_id', '=', taskId)
    .where('duration_ms', 'is not', null)
    .execute();
  return rows.flatMap(({ duration_ms }) => duration_ms ?? []);
}

async function countRemaining(db: Kysely<Schema>, taskId: string): Promise<number> {
  const { count } = await db
    .selectFrom('batch_day')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('task_id', '=', taskId)
    .where('action', '=', 'run')
    .where('state', 'in', ['pending', 'running'])
    .executeTakeFirstOrThrow();
  return count;
}
