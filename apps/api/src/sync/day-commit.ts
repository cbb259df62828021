import type { CalendarDay } from '@daysync/progress';
import type { WriteTransaction } from '../database/database.js';
import type { Updateable } from 'kysely';
import type { BatchDayRow, Schema } from '../database/schema.js';
import { toInstant } from '../clock.js';
import type { Dataset } from '../datasets/dataset.js';
import { preparedStatement } from '../database/prepared-statement.js';
import { replaceDay, targetHasRows } from '../datasets/target-rows.js';
import { backoffMs } from '../dispatch/backoff.js';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import {
  ERROR_COLUMNS,
  writeDayError,
  type DayErrorColumns,
} from '../dispatch/day-error-columns.js';
import { countByReason, type EndedDays } from './ended-days.js';
import { countRows, decideDay, type DayOutcome, type DayVerdict } from './day-outcome.js';
import { writeRecord, type LastTry } from './sync-record.js';

/** The right to finish a day: it holds as long as its token is the one in the database. */
export interface Claim {
  readonly day: CalendarDay;
  readonly token: number;
  /** Which attempt at the day it is, from 1. */
  readonly attempt: number;
}

/** A day that was fetched, ready to be committed. */
export interface FinishedDay {
  readonly claim: Claim;
  readonly fetched: FetchedDay;
  readonly durationMs: number;
}

/** Somebody else holds the day now: what this claim brought is dropped. */
export class StaleClaimError extends Error {
  override readonly name = 'StaleClaimError';
  constructor(taskId: string, { day, token }: Claim) {
    super(`expected claim ${token} to hold ${day} of batch ${taskId}, and it does not`);
  }
}

/** Where and when a day is committed. */
export interface DayCommit {
  readonly dataset: Dataset;
  readonly taskId: string;
  readonly at: string;
  /** Now, in milliseconds since the epoch, by a clock that is never set: what waits is due by it. */
  readonly steadyNow: number;
  readonly rev: number;
  readonly cancelling: boolean;
}

/** What every column of a day is that nobody holds and that waits for nothing. */
const AT_REST = {
  token: null,
  node: null,
  job: null,
  waits_for: null,
  next_at: null,
  suspect: 0,
} as const;

type FinishedColumns = Pick<
  BatchDayRow,
  'task_id' | 'day' | 'token' | 'rev' | 'state' | 'finished_at' | 'duration_ms' | 'reason' | 'rows'
> &
  DayErrorColumns;

const finishDay = preparedStatement<FinishedColumns>(({ db }, places) => {
  const { task_id, day, token, ...columns } = places(
    'task_id',
    'day',
    'token',
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
    .set({ ...AT_REST, ...columns })
    .where('task_id', '=', task_id)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token);
});

/** A day that was fetched, with its rows in the target where it has some. */
export interface WrittenDay extends FinishedDay {
  /** What the day comes to by its rows; null for an attempt that has brought none. */
  readonly byRows: DayOutcome | null;
}

/**
 * Replaces what the target has of a day by what was fetched, if that is a success, and writes the day's record. Goes
 * before everything else of the commit: nobody else waits for a batch while the rows of a large day of it move in.
 * @throws {TargetRefusedError} if the target does not take the rows; the transaction is to be undone
 */
export async function writeTarget(
  transaction: WriteTransaction,
  commit: Pick<DayCommit, 'at' | 'dataset' | 'taskId'>,
  finished: FinishedDay,
): Promise<WrittenDay> {
  const { dataset } = commit;
  const { claim, fetched } = finished;
  if (fetched.kind !== 'rows' && fetched.kind !== 'staged') return { ...finished, byRows: null };
  const empty = countRows(fetched) === 0;
  const hadRows = empty && (await targetHasRows(transaction, dataset, claim.day));
  // What has rows comes to the same in a batch that is cancelling.
  const byRows = decide({ dataset, cancelling: false }, claim, fetched, hadRows);
  if (byRows.state === 'waiting' || byRows.state === 'held') return { ...finished, byRows: null };
  if (byRows.state === 'success') {
    await replaceDay(transaction, dataset, claim.day, fetched.rows);
  }
  await writeRecordOf(transaction, commit, claim, byRows, Math.round(finished.durationMs));
  return { ...finished, byRows };
}

/**
 * Writes what an attempt at a day brought: its outcome with its record, or that it waits. Its rows are in the target
 * by then.
 * @throws {StaleClaimError} if the claim no longer holds
 */
export async function commitDay(
  transaction: WriteTransaction,
  commit: DayCommit,
  { byRows, claim, fetched, durationMs }: WrittenDay,
): Promise<DayVerdict> {
  const { at } = commit;
  const duration_ms = Math.round(durationMs);
  const verdict = byRows ?? decide(commit, claim, fetched, false);
  if (verdict.state === 'waiting' || verdict.state === 'held') {
    await returnDay(transaction, commit, claim, { ...waitOf(commit, claim, verdict), duration_ms });
    return verdict;
  }
  const { changed } = await finishDay(transaction, {
    ...resultOf(verdict),
    duration_ms,
    state: verdict.state,
    finished_at: at,
    rev: commit.rev,
    task_id: commit.taskId,
    day: claim.day,
    token: claim.token,
  });
  if (changed === 0) throw new StaleClaimError(commit.taskId, claim);
  if (byRows === null) await writeRecordOf(transaction, commit, claim, verdict, duration_ms);
  return verdict;
}

/** Writes the record of a day that was tried. */
async function writeRecordOf(
  transaction: WriteTransaction,
  { at, dataset, taskId }: Pick<DayCommit, 'at' | 'dataset' | 'taskId'>,
  { attempt, day }: Claim,
  outcome: DayOutcome,
  duration_ms: number,
): Promise<void> {
  // A cancelled skip is an outcome of the batch alone: of the day itself nothing new is known.
  if (outcome.state === 'skipped' && outcome.reason === 'cancelled') return;
  await writeRecord(transaction, {
    dataset: dataset.name,
    day,
    status: outcome.state,
    attempts: attempt,
    last_task_id: taskId,
    last_tried_at: at,
    ...resultOf(outcome),
    duration_ms,
  });
}

function decide(
  { dataset, cancelling }: Pick<DayCommit, 'dataset' | 'cancelling'>,
  { attempt }: Claim,
  fetched: FetchedDay,
  hadRows: boolean,
): DayVerdict {
  const { attempts, onEmpty } = dataset;
  return decideDay({ fetched, onEmpty, hadRows, attempt, attempts, cancelling, backoffMs });
}

/**
 * Gives a day in flight back: it is pending again.
 * @throws {StaleClaimError} if the claim no longer holds
 */
export async function returnDay(
  { db }: WriteTransaction,
  { taskId, rev }: Pick<DayCommit, 'taskId' | 'rev'>,
  claim: Claim,
  columns: Updateable<Schema['batch_day']>,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('batch_day')
    .set({ ...AT_REST, state: 'pending', started_at: null, ...columns, rev })
    .where('task_id', '=', taskId)
    .where('day', '=', claim.day)
    .where('state', '=', 'running')
    .where('token', '=', claim.token)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new StaleClaimError(taskId, claim);
}

/** Fails the days that a batch holds, each with the error that it was held for; tells how many, by their codes. */
export async function failHeldDays(
  transaction: WriteTransaction,
  { dataset, taskId, at, rev }: DayCommit,
): Promise<EndedDays[]> {
  const held = await transaction.db
    .updateTable('batch_day')
    .set({ ...AT_REST, state: 'failed', finished_at: at, rev })
    .where('task_id', '=', taskId)
    .where('waits_for', '=', 'source')
    .returning([
      'day',
      'attempts',
      'duration_ms',
      'error_code',
      'error_text',
      'error_row',
      'error_column',
    ])
    .execute();
  for (const { day, attempts, duration_ms, ...error } of held) {
    await writeRecord(transaction, {
      dataset: dataset.name,
      day,
      status: 'failed',
      attempts,
      last_task_id: taskId,
      last_tried_at: at,
      reason: null,
      rows: null,
      duration_ms,
      ...error,
    });
  }
  return countByReason(
    'failed',
    held.map(({ error_code }) => error_code),
  );
}

function waitOf(
  { steadyNow }: DayCommit,
  { attempt }: Claim,
  verdict: Extract<DayVerdict, { state: 'waiting' | 'held' }>,
): Updateable<Schema['batch_day']> {
  const error = writeDayError(verdict.error);
  if (verdict.state === 'held') return { ...error, waits_for: 'source', attempts: attempt };
  return {
    ...error,
    waits_for: verdict.waitsFor,
    next_at: toInstant(steadyNow + verdict.waitMs),
    // A source that says when to come back has not been tried in vain, nor has one whose rows found no room.
    attempts: verdict.waitsFor === 'retry' ? attempt : attempt - 1,
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
