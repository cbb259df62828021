import {
  isTerminal,
  type BatchStatus,
  type Control,
  type ControlVerb,
  type MessageCode,
  type ProgressChange,
  type ProgressEvent,
} from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database, type WriteTransaction } from '../database/database.js';
import type { News } from '../database/news.js';
import type { BatchRow } from '../database/schema.js';
import { writeDayError } from '../dispatch/day-error-columns.js';
import { tellOfBatch } from './batch-notices.js';
import { findBatch, timeOfChange } from './batch-row.js';
import { countDaysOf, type EndedDays } from './ended-days.js';
import { skipOpen } from './open-days.js';

export type ControlResult =
  | {
      readonly kind: 'changed';
      readonly dataset: string;
      /** The state that it leads to. */
      readonly status: BatchStatus;
      readonly change: ProgressChange;
      /** The batch's `rev` by it. */
      readonly rev: number;
      /** The days that took their outcome. */
      readonly ended: readonly EndedDays[];
    }
  /** The batch is where the verb leads, or has gone on from there. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown' }
  /** The verb means nothing in this state. */
  | { readonly kind: 'refused'; readonly state: BatchStatus };

/** From which states a verb moves a batch, and in which it finds its work done. */
const VERBS: Readonly<
  Record<ControlVerb, { from: readonly BatchStatus[]; done: readonly BatchStatus[] }>
> = {
  pause: { from: ['queued', 'running'], done: ['paused'] },
  resume: { from: ['paused'], done: ['queued', 'running'] },
  cancel: { from: ['queued', 'running', 'paused', 'cancelling'], done: ['cancelled'] },
};

/** Pause, resume and cancel: each is one transaction, and durable when it resolves. */
@Injectable()
export class BatchControl {
  constructor(private readonly database: Database) {}

  /**
   * Moves a batch by a verb, and keeps who asked for it.
   * @param committed told the result before any other transaction begins
   */
  apply(
    taskId: string,
    { verb, by, at: asked }: Control,
    committed?: (result: ControlResult) => void,
  ): Promise<ControlResult> {
    return this.database.write(
      'control',
      async (transaction): Promise<ControlResult> => {
        const moved = await moveBy(transaction, taskId, verb, asked);
        if (moved.kind !== 'changed') return moved;
        const change = { ...moved.change, control: { verb, by } };
        await transaction.db
          .updateTable('batch')
          .set({ control_verb: verb, control_by: by, control_at: change.at })
          .where('task_id', '=', taskId)
          .execute();
        await tellOfEnd(transaction, taskId, moved.status);
        return { ...moved, change };
      },
      { committed, news: (result) => newsOf(taskId, result) },
    );
  }

  /** Ends a batch that is cancelling where nothing of it is in flight any more, as its process has ended. */
  endCancelling(
    taskId: string,
    at: string,
    committed?: (result: ControlResult) => void,
  ): Promise<ControlResult> {
    return this.database.write(
      'control',
      async (transaction): Promise<ControlResult> => {
        const batch = await findBatch(transaction, taskId);
        if (batch?.status !== 'cancelling') return { kind: 'unchanged' };
        const moved = await moveBy(transaction, taskId, 'cancel', at);
        if (moved.kind === 'changed') await tellOfEnd(transaction, taskId, moved.status);
        return moved;
      },
      { committed, news: (result) => newsOf(taskId, result) },
    );
  }
}

function newsOf(task_id: string, result: ControlResult): readonly News[] {
  if (result.kind !== 'changed') return [];
  const { change, rev } = result;
  return [{ kind: 'batch_moved', task_id, rev, change, tried_ms: [] }];
}

async function tellOfEnd(
  transaction: WriteTransaction,
  taskId: string,
  status: BatchStatus,
): Promise<void> {
  if (isTerminal(status)) await tellOfBatch(transaction, taskId);
}

async function moveBy(
  transaction: WriteTransaction,
  taskId: string,
  verb: ControlVerb,
  asked: string,
): Promise<ControlResult> {
  const batch = await findBatch(transaction, taskId);
  if (batch === undefined) return { kind: 'unknown' };
  const at = timeOfChange(batch, asked);
  const { from, done } = VERBS[verb];
  if (done.includes(batch.status)) return { kind: 'unchanged' };
  if (!from.includes(batch.status)) return { kind: 'refused', state: batch.status };
  switch (verb) {
    case 'pause':
      await move(transaction, batch, at, { status: 'paused', message_code: 'BATCH_PAUSED' });
      return changed(batch, 'paused', at, [{ type: 'batch_paused', error: null }]);
    case 'resume':
      await releaseHeldDays(transaction, batch);
      await move(transaction, batch, at, {
        status: 'queued',
        message_code: 'BATCH_QUEUED',
        held: 0,
      });
      return changed(batch, 'queued', at, [{ type: 'batch_resumed' }]);
    case 'cancel':
      return cancel(transaction, batch, at);
    default: {
      const unknown: never = verb;
      return unknown;
    }
  }
}

/** The days that met a source that was down are tried anew, with all their attempts. */
async function releaseHeldDays(
  { db }: WriteTransaction,
  { task_id, rev }: BatchRow,
): Promise<void> {
  await db
    .updateTable('batch_day')
    .set({ waits_for: null, attempts: 0, ...writeDayError(null), rev: rev + 1 })
    .where('task_id', '=', task_id)
    .where('waits_for', '=', 'source')
    .execute();
}

/** The days not begun are skipped at once; the batch ends with the last of those in flight. */
async function cancel(
  transaction: WriteTransaction,
  batch: BatchRow,
  at: string,
): Promise<ControlResult> {
  const ends = batch.running === 0;
  if (batch.status === 'cancelling' && !ends) return { kind: 'unchanged' };
  const { task_id: taskId, rev } = batch;
  const ended = await skipOpen(transaction, {
    taskId,
    reason: 'cancelled',
    at,
    rev: rev + 1,
    sparingRunning: true,
  });
  const skipped = countDaysOf(ended);
  await move(transaction, batch, at, {
    status: ends ? 'cancelled' : 'cancelling',
    message_code: ends ? 'BATCH_CANCELLED' : 'BATCH_CANCELLING',
    skipped: batch.skipped + skipped,
    held: 0,
    finished_at: ends ? at : null,
  });
  const events: ProgressEvent[] = [];
  if (batch.status !== 'cancelling') events.push({ type: 'batch_cancelling' });
  if (skipped > 0) events.push({ type: 'days_skipped', count: skipped });
  if (ends) events.push({ type: 'batch_cancelled' });
  return changed(batch, ends ? 'cancelled' : 'cancelling', at, events, ended);
}

function changed(
  { dataset, rev }: BatchRow,
  status: BatchStatus,
  at: string,
  events: readonly ProgressEvent[],
  ended: readonly EndedDays[] = [],
): ControlResult {
  return { kind: 'changed', dataset, status, change: { at, events }, rev: rev + 1, ended };
}

async function move(
  { db }: WriteTransaction,
  { task_id, rev }: BatchRow,
  at: string,
  changes: {
    readonly status: BatchStatus;
    readonly message_code: MessageCode;
    readonly skipped?: number;
    readonly held?: number;
    readonly finished_at?: string | null;
  },
): Promise<void> {
  await db
    .updateTable('batch')
    .set({ ...changes, error_code: null, error_text: null, rev: rev + 1, updated_at: at })
    .where('task_id', '=', task_id)
    .execute();
}
