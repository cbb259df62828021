import {
  ACTIVE_STATUSES,
  type CalendarDay,
  type Outcome,
  type Progress,
  type SyncMode,
} from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { Database, type WriteTransaction } from '../database/database.js';
import type { BatchDayRow, BatchRow, DayOrder, Schema } from '../database/schema.js';
import { progressOfRow } from './batch-progress.js';
import type { PlannedDay } from './plan.js';

/** SQLite binds at most 32,766 values to a statement. */
const DAYS_PER_INSERT = 500;

export interface NewBatch extends BatchRange {
  readonly fingerprint: string;
  readonly mode: SyncMode;
  readonly order: DayOrder;
  readonly at: string;
  /** Whole seconds since the epoch: the end of the `task_id`, or the next free one after it. */
  readonly unixSeconds: number;
}

export type CreateResult =
  | { readonly kind: 'created'; readonly batch: BatchRow }
  /** An active batch has days of the same range. */
  | { readonly kind: 'overlaps'; readonly taskId: string }
  /** The plan is not the one that was asked for. */
  | { readonly kind: 'plan_changed' };

/** The days that a batch would have. */
export interface BatchRange {
  readonly dataset: string;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
}

/** What a plan depends on: the last tries of the range, and the active batch in its way, if there is one. */
export interface RangeState {
  readonly lastTries: ReadonlyMap<CalendarDay, Outcome>;
  readonly overlaps: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface BatchFilter {
  readonly dataset?: string | undefined;
  readonly status?: Progress['status'] | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Batches and their planned days in the database. */
@Injectable()
export class BatchStore {
  constructor(private readonly database: Database) {}

  /**
   * Writes a batch and its days in one transaction.
   * @param plan plans the days from how the last tries of the range ended, as this transaction sees them; null
   * refuses the batch
   */
  create(
    batch: NewBatch,
    plan: (lastTries: ReadonlyMap<CalendarDay, Outcome>) => readonly PlannedDay[] | null,
  ): Promise<CreateResult> {
    return this.database.write('start', async (transaction) => {
      const { db } = transaction;
      const { lastTries, overlaps } = await readRange(db, batch);
      if (overlaps !== null) return { kind: 'overlaps', taskId: overlaps };
      const days = plan(lastTries);
      if (days === null) return { kind: 'plan_changed' };
      const task_id = await freeTaskId(transaction, batch);
      const row = await db
        .insertInto('batch')
        .values({
          task_id,
          dataset: batch.dataset,
          fingerprint: batch.fingerprint,
          status: 'queued',
          start_date: batch.start,
          end_date: batch.end,
          mode: batch.mode,
          day_order: batch.order,
          retry_of: null,
          total: days.length,
          success: 0,
          failed: 0,
          skipped: 0,
          running: 0,
          current_day: null,
          message_code: 'BATCH_STARTED',
          error_code: null,
          error_text: null,
          rev: 1,
          created_at: batch.at,
          started_at: null,
          updated_at: batch.at,
          finished_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      for (let first = 0; first < days.length; first += DAYS_PER_INSERT) {
        await db
          .insertInto('batch_day')
          .values(
            days.slice(first, first + DAYS_PER_INSERT).map((planned, index) => ({
              task_id,
              day: planned.day,
              position: first + index,
              action: planned.action,
              state: 'pending' as const,
              reason: planned.action === 'skip' ? planned.reason : null,
              attempts: 0,
              rev: 1,
            })),
          )
          .execute();
      }
      return { kind: 'created', batch: row };
    });
  }

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

  /** Batches: those that run, the other active ones in the order of the queue, then the newest first. */
  async list(filter: BatchFilter): Promise<Page<Progress>> {
    let query = this.database.read.selectFrom('batch');
    if (filter.dataset !== undefined) query = query.where('dataset', '=', filter.dataset);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
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
      .limit(filter.limit)
      .offset(filter.offset)
      .execute();
    return { items: rows.map(progressOfRow), total };
  }

  /** Every day of a batch, in its order. */
  days(taskId: string): Promise<BatchDayRow[]> {
    return this.database.read
      .selectFrom('batch_day')
      .selectAll()
      .where('task_id', '=', taskId)
      .orderBy('position')
      .execute();
  }

  /** How long the days of a batch took that were tried, in milliseconds. */
  async durations(taskId: string): Promise<number[]> {
    const rows = await this.database.read
      .selectFrom('batch_day')
      .select('duration_ms')
      .where('task_id', '=', taskId)
      .where('duration_ms', 'is not', null)
      .execute();
    return rows.flatMap(({ duration_ms }) => duration_ms ?? []);
  }

  /** How many days of a batch are still to be tried, those in flight included. */
  async remaining(taskId: string): Promise<number> {
    const { count } = await this.database.read
      .selectFrom('batch_day')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('task_id', '=', taskId)
      .where('action', '=', 'run')
      .where('state', 'in', ['pending', 'running'])
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The batch whose turn it is: the first in the queue whose dataset no other batch holds. */
  nextQueued(): Promise<BatchRow | undefined> {
    return this.database.read
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
      .executeTakeFirst();
  }
}

async function readRange(
  db: Kysely<Schema>,
  { dataset, start, end }: BatchRange,
): Promise<RangeState> {
  const overlapping = await db
    .selectFrom('batch')
    .select('task_id')
    .where('dataset', '=', dataset)
    .where('status', 'in', ACTIVE_STATUSES)
    .where('start_date', '<=', end)
    .where('end_date', '>=', start)
    .orderBy('seq')
    .executeTakeFirst();
  const tries = await db
    .selectFrom('sync_record')
    .select(['day', 'status'])
    .where('dataset', '=', dataset)
    .where('day', '>=', start)
    .where('day', '<=', end)
    .execute();
  return {
    lastTries: new Map(tries.map(({ day, status }) => [day, status])),
    overlaps: overlapping?.task_id ?? null,
  };
}

async function freeTaskId({ db }: WriteTransaction, batch: NewBatch): Promise<string> {
  for (let seconds = batch.unixSeconds; ; seconds++) {
    const taskId = `${batch.start}_${batch.end}_${seconds}`;
    const taken = await db
      .selectFrom('batch')
      .select('seq')
      .where('task_id', '=', taskId)
      .executeTakeFirst();
    if (taken === undefined) return taskId;
  }
}
