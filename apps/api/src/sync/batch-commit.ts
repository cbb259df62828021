import {
  isTerminal,
  type ProgressChange,
  type ProgressError,
  type ProgressEvent,
} from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database, type WriteTransaction } from '../database/database.js';
import type { News } from '../database/news.js';
import { TargetRefusedError } from '../datasets/target-rows.js';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import { tellOfBatch } from './batch-notices.js';
import { readBatch, timeOfChange } from './batch-row.js';
import { takeStep, type Step, type StepResult } from './batch-step.js';
import { returnDay, type Claim } from './day-commit.js';
import { countDaysOf, type EndedDays } from './ended-days.js';
import { skipOpen } from './open-days.js';

/** The change that ends a batch, and the days that took their outcome with it. */
export interface FailChange extends ProgressChange {
  /** The batch's `rev` by it. */
  readonly rev: number;
  readonly ended: readonly EndedDays[];
}

export interface StepOptions {
  /** What is written in the same transaction. */
  readonly alongside?: (transaction: WriteTransaction, result: StepResult) => Promise<void>;
  /** Told the result once it is durable; on SQLite before any other transaction begins. */
  readonly committed?: (result: StepResult) => void;
}

export interface ReturnOptions {
  /** What is written in the same transaction. */
  readonly alongside?: (transaction: WriteTransaction) => Promise<void>;
  readonly committed?: (returned: Returned) => void;
}

/** The commits that move a batch: each is one transaction, and one change of its progress. */
@Injectable()
export class BatchCommit {
  constructor(private readonly database: Database) {}

  /**
   * Commits the finished days with their rows, records and outcomes, skips the planned skips that the batch has come
   * to, begins the next days, and ends the batch with its last day. A day that is alone, and whose rows the target
   * does not take, fails.
   * @throws {StaleClaimError} if a finished day's claim no longer holds; nothing is written
   * @throws {TargetRefusedError} if one of several is refused; nothing is written
   */
  async step(step: Step, options: StepOptions = {}): Promise<StepResult> {
    try {
      return await this.write(step, options);
    } catch (error) {
      const [finished, ...others] = step.finished;
      const isRefused = error instanceof TargetRefusedError;
      if (!isRefused || finished === undefined || others.length > 0) throw error;
      // All of it is undone; a savepoint would have kept a copy of each page that the rows replace.
      const failed = { ...finished, fetched: refused(error) };
      return this.write({ ...step, finished: [failed] }, options);
    }
  }

  private write(step: Step, { alongside, committed }: StepOptions): Promise<StepResult> {
    const work = async (transaction: WriteTransaction): Promise<StepResult> => {
      const result = await takeStep(transaction, step);
      await alongside?.(transaction, result);
      return result;
    };
    return this.database.write('step', work, {
      committed,
      news: (result) => newsOfStep(step.taskId, result),
    });
  }

  /** Gives back days in flight that a stop drops: they begin again later, and it costs them no attempt. */
  giveBack(
    taskId: string,
    claims: readonly Claim[],
    at: string,
    { alongside, committed }: ReturnOptions = {},
  ): Promise<Returned> {
    return this.database.write(
      'give_back',
      async (transaction) => {
        const batch = await readBatch(transaction, taskId);
        const changed = { rev: batch.rev + 1, updated_at: timeOfChange(batch, at) };
        const events: ProgressEvent[] = [];
        for (const claim of claims) {
          await returnDay(transaction, { taskId, rev: changed.rev }, claim, {
            attempts: claim.attempt - 1,
          });
          events.push({ type: 'day_returned' });
        }
        await transaction.db
          .updateTable('batch')
          .set({ ...changed, running: batch.running - events.length })
          .where('task_id', '=', taskId)
          .execute();
        await alongside?.(transaction);
        return { change: { at: changed.updated_at, events }, rev: changed.rev };
      },
      { committed, news: (returned) => newsOf(taskId, returned) },
    );
  }

  /**
   * Ends a batch that can't go on: its open days are skipped as `not_run`. One that is cancelling ends as that.
   * Null if it has ended already.
   */
  fail(taskId: string, error: ProgressError, at: string): Promise<FailChange | null> {
    const work = async (transaction: WriteTransaction): Promise<FailChange | null> => {
      const batch = await readBatch(transaction, taskId);
      if (isTerminal(batch.status)) return null;
      const cancelled = batch.status === 'cancelling';
      const rev = batch.rev + 1;
      const endedAt = timeOfChange(batch, at);
      const reason = cancelled ? 'cancelled' : 'not_run';
      const ended = await skipOpen(transaction, { taskId, reason, at: endedAt, rev });
      const count = countDaysOf(ended);
      await transaction.db
        .updateTable('batch')
        .set({
          status: cancelled ? 'cancelled' : 'failed',
          skipped: batch.skipped + count,
          running: 0,
          held: 0,
          message_code: cancelled ? 'BATCH_CANCELLED' : 'BATCH_FAILED',
          error_code: cancelled ? null : error.code,
          error_text: cancelled ? null : error.text,
          rev,
          updated_at: endedAt,
          finished_at: endedAt,
        })
        .where('task_id', '=', taskId)
        .execute();
      await tellOfBatch(transaction, taskId);
      const events: ProgressEvent[] = [];
      for (let day = 0; day < batch.running; day++) events.push({ type: 'day_returned' });
      if (count > 0) events.push({ type: 'days_skipped', count });
      events.push(cancelled ? { type: 'batch_cancelled' } : { type: 'batch_failed', error });
      return { at: endedAt, events, ended, rev };
    };
    return this.database.write('fail', work, {
      news: (failed) =>
        failed === null ? [] : newsOf(taskId, { change: failed, rev: failed.rev }),
    });
  }
}

/** Days in flight that were given back. */
export interface Returned {
  readonly change: ProgressChange;
  /** The batch's `rev` by it. */
  readonly rev: number;
}

/** What a step means for those who follow the batch. */
export function newsOfStep(taskId: string, { change, rev, settled }: StepResult): readonly News[] {
  if (change === null) return [];
  const tried = settled.flatMap(({ finished: { durationMs }, verdict: { state } }) =>
    state === 'waiting' || state === 'held' ? [] : durationMs,
  );
  return newsOf(taskId, { change, rev }, tried);
}

function newsOf(
  task_id: string,
  { change: { at, events }, rev }: Returned,
  tried_ms: readonly number[] = [],
): readonly News[] {
  return [{ kind: 'batch_moved', task_id, rev, change: { at, events }, tried_ms }];
}

/** What stands in the place of rows that the target does not take. */
function refused({ message: text }: TargetRefusedError): FetchedDay {
  const error = { code: 'TARGET_REFUSED', text, row: null, column: null };
  return { kind: 'error', error, errorKind: 'lasting', retryAfterMs: null };
}
