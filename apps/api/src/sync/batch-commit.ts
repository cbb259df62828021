import {
  isTerminal,
  type BatchStatus,
  type CalendarDay,
  type ProgressChange,
  type ProgressError,
  type ProgressEvent,
  type WaitingFor,
} from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database, type WriteTransaction } from '../database/database.js';
import type { BatchRow } from '../database/schema.js';
import type { Dataset } from '../datasets/dataset.js';
import { replaceDay, targetHasRows } from '../datasets/target-table.js';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import { writeDayError } from '../dispatch/day-error-columns.js';
import { skipOpen } from './open-days.js';
import { decideOutcome, type DayOutcome } from './day-outcome.js';

/** The right to finish a day: it holds as long as its token is the one in the database. */
export interface Claim {
  readonly day: CalendarDay;
  readonly token: number;
}

/** A day that was fetched, ready to be committed. */
export interface FinishedDay {
  readonly claim: Claim;
  readonly fetched: FetchedDay;
  readonly durationMs: number;
}

export interface Step {
  readonly dataset: Dataset;
  readonly taskId: string;
  readonly at: string;
  /** The day to commit, if there is one. */
  readonly finished: FinishedDay | null;
  /** How many days may begin now. */
  readonly mayBegin: number;
  /** What the batch waits for if days are left and none of them begins. */
  readonly waiting: WaitingFor | null;
}

export interface StepResult {
  /** Null where there was nothing to do: the batch does not go on now, and no day was to be committed. */
  readonly change: ProgressChange | null;
  readonly status: BatchStatus;
  readonly outcome: DayOutcome | null;
  readonly claims: readonly Claim[];
}

/** Somebody else holds the day now: what this claim brought is dropped. */
export class StaleClaimError extends Error {
  override readonly name = 'StaleClaimError';
  constructor(taskId: string, { day, token }: Claim) {
    super(`expected claim ${token} to hold ${day} of batch ${taskId}, and it does not`);
  }
}

const END_MESSAGES = { cancelled: 'BATCH_CANCELLED', completed: 'BATCH_COMPLETED' } as const;

/** The commits that move a batch: each is one transaction, and one change of its progress. */
@Injectable()
export class BatchCommit {
  constructor(private readonly database: Database) {}

  /**
   * Commits the finished day with its rows, record and outcome, skips the planned skips that the batch has come
   * to, begins the next days, and ends the batch with its last day.
   * @throws {StaleClaimError} if the finished day's claim no longer holds; nothing is written
   */
  step(step: Step): Promise<StepResult> {
    return this.database.write('step', async (transaction) => {
      const { db } = transaction;
      const batch = await readBatch(transaction, step.taskId);
      const halted = batch.status !== 'queued' && batch.status !== 'running';
      if (halted && step.finished === null) {
        return { change: null, status: batch.status, outcome: null, claims: [] };
      }
      const mayBegin = halted ? 0 : step.mayBegin;
      const rev = batch.rev + 1;
      const events: ProgressEvent[] = [];
      if (batch.status === 'queued') events.push({ type: 'batch_started' });

      let outcome: DayOutcome | null = null;
      if (step.finished !== null) {
        outcome = await finishDay(transaction, step, step.finished, rev);
        events.push({ type: 'day_finished', day: step.finished.claim.day, outcome: outcome.state });
      }
      const next = await db
        .selectFrom('batch_day')
        .select(['day', 'position'])
        .where('task_id', '=', step.taskId)
        .where('state', '=', 'pending')
        .where('action', '=', 'run')
        .orderBy('position')
        .limit(Math.max(1, mayBegin))
        .execute();
      const beginning = next.slice(0, mayBegin);
      const skipped = await skipPlanned(transaction, step, rev, {
        // Nothing left to try: what remains are skips, and they go with this commit.
        before: next.length === 0 ? Number.MAX_SAFE_INTEGER : (beginning.at(-1)?.position ?? 0),
      });
      if (skipped > 0) events.push({ type: 'days_skipped', count: skipped });
      for (const { day } of beginning) {
        await db
          .updateTable('batch_day')
          .set((set) => ({
            state: 'running',
            token: rev,
            started_at: step.at,
            attempts: set('attempts', '+', 1),
            rev,
          }))
          .where('task_id', '=', step.taskId)
          .where('day', '=', day)
          .execute();
        events.push({ type: 'day_started', day });
      }
      const finished = step.finished === null ? 0 : 1;
      const running = batch.running - finished + beginning.length;
      const done = batch.success + batch.failed + batch.skipped + finished + skipped;
      const ends = done === batch.total && running === 0;
      const cancelling = batch.status === 'cancelling';
      if (ends) events.push({ type: cancelling ? 'batch_cancelled' : 'batch_completed' });
      else if (!halted && next.length > 0 && beginning.length === 0 && step.waiting !== null) {
        events.push({ type: 'waiting_changed', waiting_for: step.waiting });
      }
      const ended = cancelling ? 'cancelled' : 'completed';
      const status = ends ? ended : halted ? batch.status : 'running';
      const lastBegun = beginning.at(-1);
      await db
        .updateTable('batch')
        .set({
          status,
          success: batch.success + (outcome?.state === 'success' ? 1 : 0),
          failed: batch.failed + (outcome?.state === 'failed' ? 1 : 0),
          skipped: batch.skipped + (outcome?.state === 'skipped' ? 1 : 0) + skipped,
          running,
          current_day: lastBegun?.day ?? batch.current_day,
          message_code: ends
            ? END_MESSAGES[ended]
            : lastBegun === undefined
              ? batch.message_code
              : 'DAY_STARTED',
          rev,
          started_at: batch.started_at ?? step.at,
          updated_at: step.at,
          finished_at: ends ? step.at : null,
        })
        .where('task_id', '=', step.taskId)
        .execute();
      return {
        change: { at: step.at, events },
        status,
        outcome,
        claims: beginning.map(({ day }) => ({ day, token: rev })),
      };
    });
  }

  /** Ends a batch that can't go on: its open days are skipped as `not_run`. Null if it has ended already. */
  fail(taskId: string, error: ProgressError, at: string): Promise<ProgressChange | null> {
    return this.database.write('fail', async (transaction) => {
      const { db } = transaction;
      const batch = await readBatch(transaction, taskId);
      if (isTerminal(batch.status)) return null;
      const rev = batch.rev + 1;
      const count = await skipOpen(transaction, { taskId, reason: 'not_run', at, rev });
      await db
        .updateTable('batch')
        .set({
          status: 'failed',
          skipped: batch.skipped + count,
          running: 0,
          message_code: 'BATCH_FAILED',
          error_code: error.code,
          error_text: error.text,
          rev,
          updated_at: at,
          finished_at: at,
        })
        .where('task_id', '=', taskId)
        .execute();
      const returned = Array.from({ length: batch.running }, (): ProgressEvent => ({
        type: 'day_returned',
      }));
      const skipped: ProgressEvent[] = count > 0 ? [{ type: 'days_skipped', count }] : [];
      return { at, events: [...returned, ...skipped, { type: 'batch_failed', error }] };
    });
  }
}

function readBatch({ db }: WriteTransaction, taskId: string): Promise<BatchRow> {
  return db.selectFrom('batch').selectAll().where('task_id', '=', taskId).executeTakeFirstOrThrow();
}

async function finishDay(
  transaction: WriteTransaction,
  { dataset, taskId, at }: Step,
  { claim, fetched, durationMs }: FinishedDay,
  rev: number,
): Promise<DayOutcome> {
  const { db } = transaction;
  const { day, token } = claim;
  const empty = fetched.kind === 'rows' && fetched.rows.length === 0;
  const hadRows = empty && (await targetHasRows(transaction, dataset, day));
  const outcome = decideOutcome(fetched, dataset.onEmpty, hadRows);
  const error = outcome.state === 'failed' ? outcome.error : null;
  const result = {
    reason: outcome.state === 'skipped' ? outcome.reason : null,
    rows: outcome.state === 'success' ? outcome.rows : outcome.state === 'skipped' ? 0 : null,
    duration_ms: Math.round(durationMs),
    ...writeDayError(error),
  };
  const held = await db
    .updateTable('batch_day')
    .set({ ...result, state: outcome.state, token: null, finished_at: at, rev })
    .where('task_id', '=', taskId)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token)
    .returning('attempts')
    .executeTakeFirst();
  if (held === undefined) throw new StaleClaimError(taskId, claim);
  if (outcome.state === 'success' && fetched.kind === 'rows') {
    replaceDay(transaction, dataset, day, fetched.rows);
  }
  const record = {
    ...result,
    status: outcome.state,
    attempts: held.attempts,
    last_task_id: taskId,
    last_tried_at: at,
  };
  // A failure after a success keeps the rows, and the time of that success.
  const success = outcome.state === 'success' ? { last_success_at: at } : {};
  await db
    .insertInto('sync_record')
    .values({ dataset: dataset.name, day, ...record, ...success })
    .onConflict((conflict) =>
      conflict.columns(['dataset', 'day']).doUpdateSet({ ...record, ...success }),
    )
    .execute();
  return outcome;
}

async function skipPlanned(
  { db }: WriteTransaction,
  { taskId, at }: Step,
  rev: number,
  { before }: { readonly before: number },
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('batch_day')
    .set({ state: 'skipped', finished_at: at, rev })
    .where('task_id', '=', taskId)
    .where('state', '=', 'pending')
    .where('action', '=', 'skip')
    .where('position', '<', before)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
