import { ACTIVE_STATUSES, type Progress } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { BatchDayRow, BatchRow } from '../database/schema.js';
import { progressOfRow } from './batch-progress.js';
import { readRange, type BatchRange, type RangeState } from './range-state.js';

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
  nextQueued(except: readonly string[] = []): Promise<BatchRow | undefined> {
    return this.database.read
      .selectFrom('batch')
      .selectAll()
      .where('status', '=', 'queued')
      .where('task_id', 'not in', except)
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
