import type { CalendarDay } from '@daysync/progress';
import { toInstant } from '../config/clock.js';
import type { WriteTransaction } from '../database/database.js';
import { orUndo } from '../database/postgres/postgres-pipeline.js';
import type { Statement } from '../database/prepared-statement.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { BatchDayRow, DayErrorColumns } from '../database/schema.js';
import type { Dataset } from '../datasets/dataset.js';
import { replaceStatements } from '../targets/postgres-target-rows.js';
import { replaceDay } from '../targets/target-rows.js';
import type { DayError, FetchedDay } from '../sources/fetched-day.js';
import {
  ERROR_COLUMNS,
  writeDayError,
  recordStatement,
  writeRecord,
  type LastTry,
} from '../batches/store/sync-record.js';
import type { DayOutcome, DayVerdict } from '../batches/day-outcome.js';
import { DAY_WAIT_CLEARED } from '../batches/store/open-days.js';
import { selectOpenLane } from './lane-statements.js';

/** The right to finish a day: it holds as long as its token is the one of its lane. */
export interface Claim {
  readonly day: CalendarDay;
  readonly token: number;
  /** Which attempt at the day it is, from 1. */
  readonly attempt: number;
  /** It was in flight at a crash, and runs alone in its process. */
  readonly isolated: boolean;
}

/** A day that was fetched, ready to be committed. */
export interface FinishedDay {
  readonly claim: Claim;
  readonly fetched: FetchedDay;
  readonly durationMs: number;
}

/** A finished day, and what it comes to. */
export interface DecidedDay {
  readonly finished: FinishedDay;
  readonly verdict: DayVerdict;
}

/** Where and when a day is committed. */
export interface DayCommit {
  readonly dataset: Dataset;
  readonly batchId: string;
  readonly lane: number;
  /** The lane's `rev` by it. */
  readonly rev: number;
  readonly at: string;
}

type FinishedColumns = Pick<
  BatchDayRow,
  | 'batch_id'
  | 'day'
  | 'token'
  | 'lane'
  | 'rev'
  | 'state'
  | 'finished_at'
  | 'duration_ms'
  | 'reason'
  | 'rows'
> &
  DayErrorColumns;

/** Gives a day in flight its outcome; changes nothing where its token is another by now. */
const finishDay = preparedStatement<FinishedColumns, Pick<BatchDayRow, 'day'>>(({ db }, params) => {
  const { batch_id, day, token, ...columns } = params(
    'batch_id',
    'day',
    'token',
    'lane',
    'rev',
    'state',
    'finished_at',
    'duration_ms',
    'reason',
    'rows',
    ...ERROR_COLUMNS,
  );
  return db
    .updateTable('batch_day')
    .set({ ...DAY_WAIT_CLEARED, ...columns })
    .where('batch_id', '=', batch_id)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token)
    .returning('day');
});

/** What the row of a day says of its outcome. */
function finishedColumns(
  { batchId, lane, rev, at }: DayCommit,
  { claim, durationMs }: FinishedDay,
  outcome: DayOutcome,
): FinishedColumns {
  return {
    ...resultOf(outcome),
    batch_id: batchId,
    day: claim.day,
    token: claim.token,
    lane,
    rev,
    state: outcome.state,
    finished_at: at,
    duration_ms: Math.round(durationMs),
  };
}

/** What the record says of a day's last try; null for an outcome by which nothing new is known of the day. */
export function lastTryOf(
  { dataset, batchId, at }: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  { claim, durationMs }: FinishedDay,
  outcome: DayOutcome,
): LastTry | null {
  if (outcome.state === 'skipped' && outcome.reason === 'cancelled') return null;
  return {
    ...resultOf(outcome),
    dataset: dataset.name,
    day: claim.day,
    status: outcome.state,
    attempts: claim.attempt,
    last_batch_id: batchId,
    last_tried_at: at,
    duration_ms: Math.round(durationMs),
  };
}

/**
 * Replaces what the target has of a day, if it is a success, and writes its record. Goes before everything else of a
 * commit: no lock of the batch is held while the rows of a large day move in.
 * @throws {TargetRefusedError} if the target does not take the rows; the transaction is to be undone
 */
export async function writeTarget(
  transaction: WriteTransaction,
  commit: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  { finished, verdict }: DecidedDay,
): Promise<void> {
  if (!isOutcome(verdict)) return;
  const { fetched } = finished;
  if (verdict.state === 'success' && (fetched.kind === 'rows' || fetched.kind === 'staged')) {
    await replaceDay(transaction, commit.dataset, finished.claim.day, fetched.rows);
  }
  const lastTry = lastTryOf(commit, finished, verdict);
  if (lastTry !== null) await writeRecord(transaction, lastTry);
}

/**
 * Gives the row of a day in flight its outcome, or has it wait.
 * @param steadyNow in milliseconds since the epoch, by a clock that is never set: what waits is due by it
 * @returns whether its claim still holds; nothing is written otherwise
 */
export async function writeDay(
  transaction: WriteTransaction,
  commit: DayCommit,
  { finished, verdict }: DecidedDay,
  steadyNow: number,
): Promise<boolean> {
  if (isOutcome(verdict)) {
    const columns = finishedColumns(commit, finished, verdict);
    return (await finishDay(transaction, columns)).rows.length > 0;
  }
  const { claim, durationMs } = finished;
  const isRetry = verdict.state === 'deferred' || verdict.waitsFor === 'retry';
  return requeueDay(transaction, commit, claim, {
    ...writeDayError(verdict.error),
    duration_ms: Math.round(durationMs),
    // A source that says when to come back has not been tried in vain, nor has one whose rows found no room.
    attempts: isRetry ? claim.attempt : claim.attempt - 1,
    ...(verdict.state === 'deferred'
      ? { waits_for: 'source', next_at: null }
      : { waits_for: verdict.waitsFor, next_at: toInstant(steadyNow + verdict.waitMs) }),
  });
}

/**
 * The statements by which a day ends that has brought its rows, or none, for PostgreSQL, where they are sent together:
 * they undo their transaction where the lane may not go on with another day. Null where they can't be sent so.
 */
export function dayStatements(commit: DayCommit, decided: DecidedDay): readonly Statement[] | null {
  const { finished, verdict } = decided;
  const rows = dayRows(commit.dataset, decided);
  if (rows === null || !isPlain(verdict)) return null;
  const lastTry = lastTryOf(commit, finished, verdict);
  const { lane: number, batchId: batch_id } = commit;
  const { token } = finished.claim;
  return [
    ...rows,
    ...(lastTry === null ? [] : [recordStatement(lastTry)]),
    orUndo(selectOpenLane.compile({ batch_id, number, token })),
    orUndo(finishDay.compile(finishedColumns(commit, finished, verdict))),
  ];
}

/** The statements that write the rows of a day; null where they are too many, or where more follows than the next day. */
export function dayRows(
  dataset: Dataset,
  { finished: { claim, fetched }, verdict }: DecidedDay,
): readonly Statement[] | null {
  if (verdict.state === 'success' && (fetched.kind === 'rows' || fetched.kind === 'staged')) {
    return replaceStatements(dataset, claim.day, fetched.rows);
  }
  return isPlain(verdict) ? [] : null;
}

/** Whether of a day nothing else follows than the next one. */
export function isPlain(
  verdict: DayVerdict,
): verdict is Extract<DayOutcome, { state: 'success' | 'skipped' }> {
  return verdict.state === 'success' || verdict.state === 'skipped';
}

/** Makes a day in flight pending again. @returns whether its claim still holds; nothing is written otherwise */
export async function requeueDay(
  { db }: WriteTransaction,
  { batchId, lane, rev }: Pick<DayCommit, 'batchId' | 'lane' | 'rev'>,
  { day, token }: Pick<Claim, 'day' | 'token'>,
  columns: Partial<Omit<BatchDayRow, 'batch_id' | 'day' | 'position'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('batch_day')
    .set({ ...DAY_WAIT_CLEARED, state: 'pending', started_at: null, ...columns, lane, rev })
    .where('batch_id', '=', batchId)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether an attempt has led to an outcome: the day is not tried again. */
export function isOutcome(verdict: DayVerdict): verdict is DayOutcome {
  return verdict.state !== 'waiting' && verdict.state !== 'deferred';
}

/** What stands in the place of rows that the target does not take. */
export function refusedDay(finished: FinishedDay, text: string): FinishedDay {
  const error: DayError = { code: 'TARGET_REFUSED', text, row: null, column: null };
  return {
    ...finished,
    fetched: { kind: 'error', error, errorKind: 'lasting', retryAfterMs: null },
  };
}

function resultOf(outcome: DayOutcome): Pick<LastTry, 'reason' | 'rows'> & DayErrorColumns {
  switch (outcome.state) {
    case 'success':
      return { reason: null, rows: outcome.rows, ...writeDayError(null) };
    case 'skipped':
      return {
        reason: outcome.reason,
        rows: outcome.reason === 'no_data' ? 0 : null,
        ...writeDayError(null),
      };
    case 'failed':
      return { reason: null, rows: null, ...writeDayError(outcome.error) };
    default: {
      const unknown: never = outcome;
      return unknown;
    }
  }
}
