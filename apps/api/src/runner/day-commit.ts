import type { CalendarDay, VerifyAction } from '@daysync/progress';
import { toInstant } from '../config/clock.js';
import type { WriteTransaction } from '../database/database.js';
import { orUndo } from '../database/postgres/postgres-pipeline.js';
import { preparedStatement, type Statement } from '../database/prepared-statement.js';
import type { BatchDayRow, DayErrorColumns } from '../database/schema.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { replaceStatements } from '../targets/postgres-target-rows.js';
import type { DayRowsToWrite, TargetColumn } from '../targets/target.js';
import { proofStatement, proveDay } from '../targets/day-proof.js';
import {
  expectKey,
  keyStatement,
  replaceDay,
  type TargetRefusedError,
} from '../targets/target-rows.js';
import type { CurrentVersion } from '../targets/target-version.js';
import type { DayError, FetchedDay } from '../sources/day-source.js';
import {
  detachRecords,
  detachStatement,
  ERROR_COLUMNS,
  movedStatement,
  writeDayError,
  recordStatement,
  verifiedStatement,
  writeMoved,
  writeRecord,
  writeVerified,
  type LastTry,
  type MovedDay,
  type VerifiedDay,
} from '../batches/store/sync-record.js';
import {
  countFetched,
  fingerprintOf,
  isAnswer,
  isCountable,
  isWritten,
  replacesRows,
  type DayOutcome,
  type DayVerdict,
  type Verification,
} from '../batches/day-outcome.js';
import { appendToAttempt, type RequeueReason, type StoredLogEntry } from '../batches/sync-log.js';
import {
  quarantineStatements,
  replaceQuarantined,
  type QuarantinedDay,
} from '../targets/quarantined-rows.js';
import { DAY_WAIT_CLEARED } from '../batches/store/open-days.js';
import { writeFinding } from '../batches/day-finding.js';
import { writeMarks } from '../batches/day-marks.js';
import type { Judgement } from './fetch/day-judge.js';
import { selectOpenLane } from './lane-statements.js';
import { endWrite } from './unfinished-writes.js';

/** The right to finish a day. It is valid as long as its lane has the same fencing token. */
export interface Claim {
  readonly day: CalendarDay;
  readonly token: number;
  /** Which attempt at the day it is, from 1. */
  readonly attempt: number;
  /** The day is a suspect: it was in flight at a crash, and now runs isolated, alone in its process. */
  readonly isolated: boolean;
}

/** A day that was fetched and is not committed yet. */
export interface FinishedDay {
  readonly claim: Claim;
  readonly fetched: FetchedDay;
  /** How many requests its source has repeated: each is one more attempt at the day. */
  readonly repeats: number;
  /** How many of them do not count, because a page of the day came after them. @default 0 */
  readonly forgiven?: number;
  /** What the log says of these requests. @default nothing */
  readonly repeated?: readonly StoredLogEntry[];
  readonly durationMs: number;
  /** What the batch does with a day that differs; null if its days are synced, not verified. @default null */
  readonly verify?: VerifyAction | null;
  /**
   * Those columns of the target that its rows have, if they were read from an earlier target: its record keeps its last try
   * then. Absent for a day from its source.
   */
  readonly movedColumns?: readonly TargetColumn[];
  /** What the comparison has found; absent where there was nothing to compare. */
  readonly verification?: Verification | undefined;
  /** What is said of its rows; absent where they are not written. */
  readonly judgement?: Judgement | undefined;
}

/** Which attempt at the day has ended, from 1. */
export function attemptOf({ claim, repeats }: FinishedDay): number {
  return claim.attempt + repeats;
}

/** How many attempts at the day count, with the one that has ended. */
export function countedAttempts(finished: FinishedDay): number {
  return attemptOf(finished) - (finished.forgiven ?? 0);
}

/** A fetched day with the verdict that is to be committed. */
export interface DecidedDay extends FinishedDay {
  readonly verdict: DayVerdict;
  /** The target whose rows are replaced; null for a day that keeps its rows. */
  readonly version: CurrentVersion | null;
}

/** Where and when a day is committed. */
export interface DayCommit {
  readonly dataset: Dataset;
  readonly batchId: string;
  readonly lane: number;
  /** The lane's `rev` after the commit. */
  readonly rev: number;
  readonly at: string;
  /** How many days of the batch have had an answer; null where the batch is not locked, and no day fails. */
  readonly answers: number | null;
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
  | 'quarantined_rows'
  | 'marks'
  | 'attempts'
  | 'answers_before'
> &
  DayErrorColumns;

/** Writes the outcome of a day in flight, unless another claim has replaced its token. */
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
    'quarantined_rows',
    'marks',
    'attempts',
    'answers_before',
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

function finishedColumns(
  { batchId, lane, rev, at, answers }: DayCommit,
  finished: FinishedDay,
  outcome: DayOutcome,
): FinishedColumns {
  const { claim, durationMs } = finished;
  return {
    ...resultOf(outcome),
    quarantined_rows: countFetched(finished.fetched, outcome).quarantined_rows,
    marks: marksOf(finished, outcome),
    batch_id: batchId,
    day: claim.day,
    token: claim.token,
    lane,
    rev,
    state: outcome.state,
    finished_at: at,
    duration_ms: Math.round(durationMs),
    attempts: attemptOf(finished),
    answers_before: outcome.state === 'failed' ? answers : null,
  };
}

/** What a day is marked for, as its row and its record keep it: only a day that was written is. */
function marksOf({ judgement }: FinishedDay, outcome: DayOutcome): string | null {
  return outcome.state === 'success' ? writeMarks(judgement?.marks ?? []) : null;
}

/** The last try of a day for its record; null for a day that is cancelled, or verified and not written again. */
export function lastTryOf(
  { dataset, batchId, at }: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  finished: DecidedDay,
  outcome: DayOutcome,
): LastTry | null {
  const { claim, durationMs, version } = finished;
  if (outcome.state === 'skipped' && outcome.reason === 'cancelled') return null;
  if (finished.movedColumns !== undefined) return null;
  // A day that is only verified stays what it was for every other mode.
  if (finished.verify != null && outcome.state !== 'success') return null;
  return {
    ...resultOf(outcome),
    ...countFetched(finished.fetched, outcome),
    ...fingerprintOf(finished.fetched, outcome),
    marks: marksOf(finished, outcome),
    dataset: dataset.name,
    day: claim.day,
    status: outcome.state,
    attempts: attemptOf(finished),
    last_batch_id: batchId,
    last_tried_at: at,
    duration_ms: Math.round(durationMs),
    target_version: outcome.state === 'success' ? (version?.id ?? null) : null,
  };
}

/** What a comparison leaves in the record of a day; null if there was none. */
export function verifiedDay(
  { dataset, at }: Pick<DayCommit, 'dataset' | 'at'>,
  finished: DecidedDay,
): VerifiedDay | null {
  const { claim, verdict, verification } = finished;
  const { day } = claim;
  if (verification === undefined || !isOutcome(verdict)) return null;
  if (verification.kind === 'unchanged') {
    const { fingerprint, rows: synced_rows, version: target_version } = verification;
    return {
      ...{ dataset: dataset.name, day, verified_at: at, finding: null, finding_rows: null },
      ...{ fingerprint, synced_rows, target_version },
    };
  }
  const { finding } = verification;
  const repaired = replacesRows(verdict, verification);
  return {
    ...{ dataset: dataset.name, day, verified_at: at },
    ...{ fingerprint: null, synced_rows: null, target_version: null },
    finding: writeFinding(finding, repaired),
    finding_rows: JSON.stringify(finding.sample),
  };
}

/** What a move leaves in the record of a day; null for any other day, and for one that could not be moved. */
function movedDay(
  { dataset }: Pick<DayCommit, 'dataset'>,
  { claim: { day }, fetched, movedColumns, verdict, version }: DecidedDay,
): MovedDay | null {
  if (movedColumns === undefined || verdict.state !== 'success' || version === null) return null;
  const synced = fingerprintOf(fetched, verdict);
  return { dataset: dataset.name, day, ...synced, target_version: version.id };
}

/** The rows that replace those of a day, and the table that they are written to; null for a day that keeps its rows. */
function writtenRows({
  fetched,
  verdict,
  verification,
  version,
}: DecidedDay): { readonly rows: DayRowsToWrite; readonly version: CurrentVersion } | null {
  if (!replacesRows(verdict, verification) || !isAnswer(fetched)) return null;
  if (version === null) throw new TypeError('expected the target of rows, got none');
  return { rows: fetched.rows, version };
}

/**
 * Replaces the rows of a successful day in the target, and writes the day's record. This comes first in a commit: the
 * batch is not locked while the rows of a large day move.
 * @throws {TargetRefusedError} if the target rejects the rows or is another table; the transaction has to be undone
 */
export async function writeTarget(
  transaction: WriteTransaction,
  commit: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  day: DecidedDay,
): Promise<void> {
  const { claim, verdict } = day;
  const { dataset } = commit;
  if (!isOutcome(verdict)) return;
  const isOwn = dataset.target.place === undefined;
  // Rows elsewhere are in: their outcome is what is left of their write.
  if (!isOwn) await endWrite(transaction, { dataset: dataset.name, day: claim.day });
  const written = isOwn ? writtenRows(day) : null;
  if (written !== null) {
    const { rows, version } = written;
    await expectKey(transaction, dataset, version.key);
    await replaceDay(transaction, dataset, claim.day, rows);
    await proveDay(transaction, dataset.target, claim.day, rows);
    if (version.isShared) {
      const table_key = version.key;
      await detachRecords(transaction, { dataset: dataset.name, day: claim.day, table_key });
    }
  }
  const lastTry = lastTryOf(commit, day, verdict);
  if (lastTry !== null) {
    const quarantined = quarantinedRows(commit, day);
    if (quarantined !== null) await replaceQuarantined(transaction, ...quarantined);
    await writeRecord(transaction, lastTry);
  }
  const verified = verifiedDay(commit, day);
  if (verified !== null) await writeVerified(transaction, verified);
  const moved = movedDay(commit, day);
  if (moved !== null) await writeMoved(transaction, moved);
}

/** The rows that a day puts in quarantine, in the place of those of before; null after a failure, which keeps these. */
function quarantinedRows(
  { dataset, batchId, at }: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  { claim: { day }, fetched, movedColumns, verdict, verify }: DecidedDay,
): [QuarantinedDay, DayRowsToWrite] | null {
  if (movedColumns !== undefined) return null;
  // A day that is only verified keeps all of its rows.
  if (verify != null && verdict.state !== 'success') return null;
  if (!isWritten(verdict) || !isCountable(fetched)) return null;
  const of = { dataset: dataset.name, day, batch_id: batchId, quarantined_at: at };
  return [of, fetched.quarantined?.rows ?? []];
}

/**
 * Writes the verdict on a day in flight into its row: an outcome, or what the day now waits for.
 * @param steadyNow in milliseconds since the epoch, by a clock that is never set back
 * @returns false if the claim is stale: nothing is written then
 */
export async function writeDay(
  transaction: WriteTransaction,
  commit: DayCommit,
  day: DecidedDay,
  steadyNow: number,
): Promise<boolean> {
  const { claim, durationMs, verdict } = day;
  const repeated = day.repeated ?? [];
  if (isOutcome(verdict)) {
    if (repeated.length > 0) await logInFlight(transaction, commit, claim, repeated);
    const columns = finishedColumns(commit, day, verdict);
    return (await finishDay(transaction, columns)).rows.length > 0;
  }
  const isRetry = verdict.state === 'deferred' || verdict.waitsFor === 'retry';
  const entries = [
    ...repeated,
    ...waitEntries(verdict, { at: commit.at, attempt: attemptOf(day) }),
  ];
  return requeueDay(transaction, commit, claim, entries, {
    ...writeDayError(verdict.error),
    duration_ms: Math.round(durationMs),
    // A server-requested delay costs no attempt, nor does a full disk. Requests that were repeated before do.
    attempts: isRetry ? countedAttempts(day) : countedAttempts(day) - 1,
    ...(verdict.state === 'deferred'
      ? { waits_for: 'source', next_at: null }
      : { waits_for: verdict.waitsFor, next_at: toInstant(steadyNow + verdict.waitMs) }),
  });
}

/**
 * The statements that commit a successful or skipped day on PostgreSQL, to be sent in one round trip. They undo their
 * transaction if the lane is closed or its token is another. Null if the day can't be committed like that.
 */
export function dayStatements(commit: DayCommit, day: DecidedDay): readonly Statement[] | null {
  const { claim, verdict } = day;
  const rows = dayRows(commit, day);
  if (rows === null || !concernsLaneOnly(verdict)) return null;
  // The log has to be read first, and so has who is notified of marks.
  if ((day.repeated ?? []).length > 0 || (day.judgement?.marks ?? []).length > 0) return null;
  const lastTry = lastTryOf(commit, day, verdict);
  const verified = verifiedDay(commit, day);
  const moved = movedDay(commit, day);
  const { lane: number, batchId: batch_id } = commit;
  const { token } = claim;
  return [
    ...rows,
    ...(lastTry === null ? [] : [recordStatement(lastTry)]),
    ...(verified === null ? [] : [verifiedStatement(verified)]),
    ...(moved === null ? [] : [movedStatement(moved)]),
    orUndo(selectOpenLane.compile({ batch_id, number, token })),
    orUndo(finishDay.compile(finishedColumns(commit, day, verdict))),
  ];
}

/**
 * The statements that write the rows of a day, and undo their transaction if the table is another one; null if they are
 * too many, or if its verdict concerns the batch.
 */
function dayRows(
  commit: Pick<DayCommit, 'dataset' | 'batchId' | 'at'>,
  day: DecidedDay,
): readonly Statement[] | null {
  const target = targetStatements(commit.dataset, day);
  const quarantined = quarantinedRows(commit, day);
  const apart = quarantined === null ? [] : quarantineStatements(...quarantined);
  return target === null || apart === null ? null : [...target, ...apart];
}

/** Whether a day can be committed by {@link dayStatements}. */
export function fitsOneTrip(dataset: Dataset, day: DecidedDay): boolean {
  return dayRows({ dataset, batchId: '', at: '' }, day) !== null;
}

function targetStatements(dataset: Dataset, day: DecidedDay): readonly Statement[] | null {
  if (dataset.target.place !== undefined) {
    if (!concernsLaneOnly(day.verdict)) return null;
    return [endWrite.compile({ dataset: dataset.name, day: day.claim.day })];
  }
  const written = writtenRows(day);
  if (written !== null) {
    const { rows, version } = written;
    const statements = replaceStatements(dataset, day.claim.day, rows);
    if (statements === null) return null;
    const replaced = { dataset: dataset.name, day: day.claim.day, table_key: version.key };
    return [
      ...statements,
      keyStatement(dataset, version.key),
      proofStatement(dataset),
      ...(version.isShared ? [detachStatement(replaced)] : []),
    ];
  }
  return concernsLaneOnly(day.verdict) ? [] : null;
}

/** Whether a verdict concerns its lane alone: only failures, retries and deferrals can concern the batch. */
export function concernsLaneOnly(
  verdict: DayVerdict,
): verdict is Extract<DayOutcome, { state: 'success' | 'skipped' }> {
  return verdict.state === 'success' || verdict.state === 'skipped';
}

/** What a day that is not tried again at once adds to its log: the attempt, if it was one, and the wait. */
function waitEntries(
  verdict: Exclude<DayVerdict, DayOutcome>,
  { at, attempt }: { readonly at: string; readonly attempt: number },
): readonly StoredLogEntry[] {
  const { code, text } = verdict.error;
  const failed = { at, kind: 'failed_attempt', attempt, code, text } as const;
  if (verdict.state === 'deferred') return [failed, { at, kind: 'waiting', code: 'source' }];
  const { waitMs, waitsFor } = verdict;
  const waiting = { at, kind: 'waiting', code: waitsFor, until: later(at, waitMs) } as const;
  return waitsFor === 'retry' ? [failed, waiting] : [{ ...waiting, text }];
}

function later(at: string, ms: number): string {
  return toInstant(Date.parse(at) + ms);
}

/** A day that is put back without an outcome and without an attempt counted. */
export function requeuedEntry(at: string, code: RequeueReason): StoredLogEntry {
  return { at, kind: 'requeued', code };
}

/**
 * Makes a day in flight pending again. Its lane or its batch is locked.
 * @param entries what its log says of that, after its start
 * @returns false if the claim is stale: nothing is written then
 */
export async function requeueDay(
  { db }: WriteTransaction,
  { batchId, lane, rev }: Pick<DayCommit, 'batchId' | 'lane' | 'rev'>,
  { day, token }: Pick<Claim, 'day' | 'token'>,
  entries: readonly StoredLogEntry[],
  columns: Partial<Omit<BatchDayRow, 'batch_id' | 'day' | 'position'>>,
): Promise<boolean> {
  const logged = await logColumns(db, { batchId, day, token }, entries);
  if (logged === undefined) return false;
  const { numUpdatedRows } = await db
    .updateTable('batch_day')
    .set({
      ...{ ...DAY_WAIT_CLEARED, ...logged, state: 'pending', started_at: null },
      ...columns,
      lane,
      rev,
    })
    .where('batch_id', '=', batchId)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The columns that add to the log of a day in flight: its start, and then `entries`. Undefined if the claim is stale. */
async function logColumns(
  db: WriteTransaction['db'],
  { batchId, day, token }: Pick<Claim, 'day' | 'token'> & { readonly batchId: string },
  entries: readonly StoredLogEntry[],
): Promise<Pick<BatchDayRow, 'log' | 'logged_at'> | undefined> {
  const begun = await db
    .selectFrom('batch_day')
    .select(['attempts', 'log', 'started_at'])
    .where('batch_id', '=', batchId)
    .where('day', '=', day)
    .where('state', '=', 'running')
    .where('token', '=', token)
    .executeTakeFirst();
  if (begun === undefined) return undefined;
  return {
    log: appendToAttempt(begun, entries),
    logged_at: entries.at(-1)?.at ?? begun.started_at,
  };
}

/** Logs what happens to a day in flight before it ends: repeated requests, and waits for its target. */
export async function logInFlight(
  { db }: WriteTransaction,
  { batchId }: Pick<DayCommit, 'batchId'>,
  { day, token }: Pick<Claim, 'day' | 'token'>,
  entries: readonly StoredLogEntry[],
): Promise<void> {
  const logged = await logColumns(db, { batchId, day, token }, entries);
  if (logged === undefined) return;
  await db
    .updateTable('batch_day')
    .set(logged)
    .where('batch_id', '=', batchId)
    .where('day', '=', day)
    .execute();
}

/** Whether a verdict is final: the day is not tried again. */
export function isOutcome(verdict: DayVerdict): verdict is DayOutcome {
  return verdict.state !== 'waiting' && verdict.state !== 'deferred';
}

/** The day with an error in place of rows that the target has rejected. */
export function refusedDay(
  finished: FinishedDay,
  { code, message: text }: TargetRefusedError,
): FinishedDay {
  const error: DayError = { code, text, row: null, column: null };
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
  }
}
