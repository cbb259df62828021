import { isTerminal, type Progress, type ProgressError, type SkipCount } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, LaneRow } from '../../database/schema.js';
import { LOGGER } from '../../logging/logger.js';
import { LaneQueue, type LaneId } from '../lane-queue.js';
import { LiveView } from '../live-view.js';
import { SyncMetrics } from '../batch-metrics.js';
import { BatchTracing } from '../batch-tracing.js';
import { progressOf } from '../batch-progress.js';
import { writeWebhooks } from '../../webhooks/outbox.js';
import { failDeferredDays, skipOpen } from './open-days.js';
import { countRepaired } from './repaired-days.js';
import { countByReason, type EndedDays } from '../day-outcome.js';
import { changesState, transition, type BatchInput, type BatchState } from '../transition.js';

/** Carries out the transitions of batches. Only this class writes the row of a batch. */
@Injectable()
export class BatchStates {
  constructor(
    private readonly queue: LaneQueue,
    private readonly live: LiveView,
    private readonly metrics: SyncMetrics,
    private readonly tracing: BatchTracing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Carries out a transition of a batch that this transaction has locked with its lanes. Closes or deletes the lanes,
   * writes webhooks, and publishes the change.
   * @returns the batch after it
   * @throws {IllegalTransitionError}
   */
  async advance(
    transaction: WriteTransaction,
    state: BatchState,
    input: BatchInput,
  ): Promise<BatchState> {
    const row = transition(state, input);
    const next = await this.save(transaction, state, row);
    if (changesState(state, row)) {
      await this.publish(transaction, next);
      this.live.batchChanged(transaction, next);
    }
    return next;
  }

  /** The batch pauses itself: its source is down, or its days fail with the same error. */
  autoPause(
    transaction: WriteTransaction,
    state: BatchState,
    at: string,
    error: ProgressError,
  ): Promise<BatchState> {
    return this.advance(transaction, state, { type: 'pause', at, error });
  }

  /** Fails the deferred days of a running batch. */
  async failDeferred(
    transaction: WriteTransaction,
    state: BatchState,
    at: string,
  ): Promise<BatchState> {
    const { dataset, rev, batch_id: batchId } = state.batch;
    const change = { dataset, batchId, at, rev: rev + 1 };
    const failed = await failDeferredDays(transaction, change);
    const codes = failed.map(({ error }) => error?.code ?? null);
    this.countEnded(transaction, dataset, countByReason('failed', codes));
    transaction.afterCommit(() => {
      for (const { day, error } of failed) {
        this.logger.warn({ task_id: batchId, dataset, day, error }, `同步失败 ${day}`);
      }
    });
    return this.advance(transaction, state, { type: 'fail_days', at, count: failed.length });
  }

  /** Ends a batch that has no day in flight and none left to run; otherwise the batch stays as it is. */
  async endIfDone(
    transaction: WriteTransaction,
    before: BatchState,
    at: string,
  ): Promise<BatchState> {
    let state = before;
    if (state.lanes.some(({ day }) => day !== null)) return state;
    const { dataset, batch_id: batchId } = state.batch;
    const open = await countOpen(transaction, batchId);
    const isCancelling = state.batch.status === 'cancelling';
    if (!isCancelling) {
      if (open.run > 0) return state;
      if (open.deferred > 0) {
        if (state.batch.status !== 'running') return state;
        state = await this.failDeferred(transaction, state, at);
      }
    }
    // In a batch that is cancelling, a day may have been requeued since.
    if (isCancelling ? open.run + open.deferred + open.planned > 0 : open.planned > 0) {
      const reason = isCancelling ? 'cancelled' : 'not_run';
      const rev = state.batch.rev + 1;
      const skipped = await skipOpen(transaction, { batchId, reason, at, rev });
      this.countSkipped(transaction, dataset, skipped);
      state = await this.advance(transaction, state, { type: 'skip_days', at, skipped });
    }
    return this.advance(transaction, state, { type: 'end', at });
  }

  /** Counts ended days in the metrics, once that is durable. */
  countEnded(transaction: WriteTransaction, dataset: string, ended: readonly EndedDays[]): void {
    transaction.afterCommit(() => {
      this.metrics.daysEnded(dataset, ended);
    });
  }

  /** The same for skipped days. */
  countSkipped(
    transaction: WriteTransaction,
    dataset: string,
    skipped: readonly SkipCount[],
  ): void {
    const ended = skipped.map((skip) => ({ outcome: 'skipped', ...skip }) as const);
    this.countEnded(transaction, dataset, ended);
  }

  private async save(
    transaction: WriteTransaction,
    state: BatchState,
    row: BatchRow,
  ): Promise<BatchState> {
    const { db } = transaction;
    const { seq: _seq, batch_id, ...columns } = row;
    await db.updateTable('batch').set(columns).where('batch_id', '=', batch_id).execute();
    if (!changesState(state, row)) return { batch: row, lanes: state.lanes };
    if (isTerminal(row.status)) {
      await db.deleteFrom('lane').where('batch_id', '=', batch_id).execute();
      await this.queue.clear(transaction, state.lanes.map(idOf));
      return { batch: row, lanes: [] };
    }
    if (state.batch.status !== 'running') return { batch: row, lanes: state.lanes };
    await db
      .updateTable('lane')
      .set({ open: 0, wait_kind: null, wait_until: null, wait_detail: null })
      .where('batch_id', '=', batch_id)
      .execute();
    // A lane with a day in flight stays in the queue: if its lease has expired, it has to be acquired again.
    const idle = state.lanes.filter(({ day }) => day === null);
    await this.queue.clear(transaction, idle.map(idOf));
    const closed = { open: 0, wait_kind: null, wait_until: null, wait_detail: null } as const;
    return { batch: row, lanes: state.lanes.map((lane) => ({ ...lane, ...closed })) };
  }

  private async publish(transaction: WriteTransaction, state: BatchState): Promise<void> {
    const { batch: row } = state;
    const { dataset, error_code, status, batch_id } = row;
    await transaction.publish({ kind: 'batch_changed', batch_id });
    const pausesItself = status === 'paused' && error_code !== null;
    if (!isTerminal(status) && !pausesItself) return;
    if (isTerminal(status)) await countRepaired(transaction, this.live, row);
    await writeWebhooks(transaction, progressOf(state));
    transaction.afterCommit(() => {
      if (isTerminal(status)) {
        this.metrics.batchEnded(dataset, status);
        this.tracing.batchEnded(row);
      }
      this.report(progressOf(state));
    });
  }

  /** Logs a batch that has ended or has paused itself. Its reason is in the line. */
  private report({ task_id, dataset, error, ...progress }: Progress): void {
    const { failed, message, skipped, status, success } = progress;
    const fields = { task_id, dataset, status, success, failed, skipped };
    if (error === null) this.logger.info(fields, message);
    else if (status === 'paused') {
      this.logger.warn({ ...fields, error }, `批次已自动暂停：${error.code} ${error.text}`);
    } else this.logger.error({ ...fields, error }, `${message}：${error.code} ${error.text}`);
  }
}

function idOf({ number, batch_id }: LaneRow): LaneId {
  return { batchId: batch_id, number };
}

/** Counts the pending days of a batch: those to run, the deferred ones, and planned skips. */
async function countOpen(
  { db }: WriteTransaction,
  batchId: string,
): Promise<{ readonly run: number; readonly deferred: number; readonly planned: number }> {
  const rows = await db
    .selectFrom('batch_day')
    .select(['action', 'waits_for', (select) => select.fn.countAll<number>().as('count')])
    .where('batch_id', '=', batchId)
    .where('state', '=', 'pending')
    .groupBy(['action', 'waits_for'])
    .execute();
  const open = { run: 0, deferred: 0, planned: 0 };
  for (const { action, count, waits_for } of rows) {
    if (action === 'skip') open.planned += count;
    else if (waits_for === 'source') open.deferred += count;
    else open.run += count;
  }
  return open;
}
