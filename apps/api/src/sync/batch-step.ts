import type {
  BatchStatus,
  ProgressChange,
  ProgressError,
  ProgressEvent,
  WaitingFor,
} from '@daysync/progress';
import { toInstant } from '../clock.js';
import type { WriteTransaction } from '../database/database.js';
import type { BatchRow } from '../database/schema.js';
import type { Dataset } from '../datasets/dataset.js';
import { tellOfBatch } from './batch-notices.js';
import { moveBatch, readBatch, timeOfChange } from './batch-row.js';
import { claimDays, type Claims, type Holder, type Outlook } from './day-claims.js';
import {
  commitDay,
  failHeldDays,
  type Claim,
  type DayCommit,
  writeTarget,
  type FinishedDay,
  type WrittenDay,
} from './day-commit.js';
import { reasonOf, type DayVerdict } from './day-outcome.js';
import { countDaysOf, type EndedDays } from './ended-days.js';
import { skipPlannedBefore } from './open-days.js';

/** A batch whose days met a source that is down this many times in a row pauses by itself. */
const MOST_HELD = 5;

export interface Step {
  readonly dataset: Dataset;
  readonly taskId: string;
  readonly at: string;
  /** Now, in milliseconds since the epoch, by a clock that is never set: what waits is due by it. */
  readonly steadyNow: number;
  /** The days to commit. */
  readonly finished: readonly FinishedDay[];
  /** How many days may begin now. */
  readonly mayBegin: number;
  /** What holds up the days that may not begin now, as far as the runner knows. */
  readonly waiting: WaitingFor | null;
  /** What the batch is known to wait for: to say the same again is no change. */
  readonly told: WaitingFor | null;
  /**
   * Whether a batch begins with it that waits in the queue. Where somebody else decides that, a day that is still in
   * flight from before a pause is committed, and the batch stays in its place.
   * @default true
   */
  readonly admits?: boolean;
  /** Who begins the days, where there are several processes that may. @default null */
  readonly holder?: Holder | null;
}

export interface StepResult {
  /** Null where nothing was to be done: no day to commit and none to begin, and all that it waits for is told. */
  readonly change: ProgressChange | null;
  /** The batch's `rev` by then. */
  readonly rev: number;
  readonly status: BatchStatus;
  /** What became of the finished days, in their order. */
  readonly settled: readonly SettledDay[];
  /** How many held days took their outcome. */
  readonly failedHeld: number;
  /** The days that took their outcome. */
  readonly ended: readonly EndedDays[];
  readonly claims: readonly Claim[];
  readonly outlook: Outlook;
}

/** A finished day, and what became of it. */
export interface SettledDay {
  readonly finished: FinishedDay;
  readonly verdict: DayVerdict;
}

const SAME_TIME_MS = 1_000;

const END_MESSAGES = { cancelled: 'BATCH_CANCELLED', completed: 'BATCH_COMPLETED' } as const;
const NOTHING_AHEAD: Outlook = { ready: false, waiting: null, blocked: false };
const NO_CHANGE = { change: null, failedHeld: 0, ended: [] };

/** What a step has made of a batch so far: the counts that its row will have, and the events that say so. */
interface Moving {
  status: BatchStatus;
  success: number;
  failed: number;
  skipped: number;
  running: number;
  held: number;
  error: ProgressError | null;
  readonly events: ProgressEvent[];
  readonly ended: EndedDays[];
}

/**
 * Moves a batch by one step, inside a transaction.
 * @throws {StaleClaimError} if a finished day's claim no longer holds
 * @throws {TargetRefusedError} if the target does not take a finished day's rows; the transaction is to be undone
 */
export async function takeStep(transaction: WriteTransaction, step: Step): Promise<StepResult> {
  const { taskId, finished, admits = true } = step;
  const written: WrittenDay[] = [];
  for (const day of finished) written.push(await writeTarget(transaction, step, day));
  const batch = await readBatch(transaction, taskId);
  const halted = batch.status !== 'queued' && batch.status !== 'running';
  if (halted && finished.length === 0) {
    const { status } = batch;
    const outlook = NOTHING_AHEAD;
    return { ...NO_CHANGE, rev: batch.rev, status, settled: [], claims: [], outlook };
  }
  const commit: DayCommit = {
    ...step,
    at: timeOfChange(batch, step.at),
    rev: batch.rev + 1,
    cancelling: batch.status === 'cancelling',
  };
  const { status, success, failed, skipped, running, held } = batch;
  const error = errorOf(batch);
  const counts = { success, failed, skipped, running, held };
  const moving: Moving = { status, ...counts, error, events: [], ended: [] };
  if (status === 'queued' && admits) {
    moving.status = 'running';
    moving.events.push({ type: 'batch_started' });
  }
  const settled: SettledDay[] = [];
  for (const day of written) {
    settled.push({ finished: day, verdict: await settle(transaction, commit, day, moving) });
  }
  const { claims, outlook } = await claim(transaction, step, commit, moving);
  await skipPlanned(transaction, commit, moving, claims, outlook);
  const alone = moving.running === 0 && outlook === NOTHING_AHEAD;
  // No other day is left to try: what the held ones met is what they end with.
  if (moving.status === 'running' && moving.held > 0 && alone) {
    await failHeld(transaction, commit, moving);
  }
  const ended = endOf(batch, moving);
  if (ended === null) sayWhatIsWaitedFor(step, moving, claims, outlook);
  if (moving.events.length === 0) {
    return { ...NO_CHANGE, rev: batch.rev, status, settled, claims, outlook };
  }
  await writeBatch(transaction, batch, commit, moving, { ended, begun: claims.at(-1) });
  return {
    change: { at: commit.at, events: moving.events },
    rev: commit.rev,
    status: moving.status,
    settled,
    failedHeld: moving.failed - failed - settled.filter(isFailure).length,
    ended: moving.ended,
    claims,
    outlook,
  };
}

function isFailure({ verdict }: SettledDay): boolean {
  return verdict.state === 'failed';
}

/** A finished day, and what it means for those that are held. */
async function settle(
  transaction: WriteTransaction,
  commit: DayCommit,
  finished: WrittenDay,
  moving: Moving,
): Promise<DayVerdict> {
  const verdict = await commitDay(transaction, commit, finished);
  const { day } = finished.claim;
  moving.running -= 1;
  switch (verdict.state) {
    case 'success':
    case 'failed':
    case 'skipped':
      moving[verdict.state] += 1;
      moving.events.push({ type: 'day_finished', day, outcome: verdict.state });
      moving.ended.push({ outcome: verdict.state, reason: reasonOf(verdict), count: 1 });
      break;
    case 'waiting':
      moving.events.push({ type: 'day_returned' });
      break;
    case 'held':
      moving.held += 1;
      moving.events.push({ type: 'day_returned' });
      break;
    default: {
      const unknown: never = verdict;
      return unknown;
    }
  }
  if (moving.status !== 'running') return verdict;
  const { fetched } = finished;
  const answered =
    fetched.kind === 'error' ? fetched.errorKind === 'lasting' : fetched.kind !== 'no_room';
  if (answered && moving.held > 0) await failHeld(transaction, commit, moving);
  if (verdict.state === 'held' && moving.held >= MOST_HELD) {
    moving.status = 'paused';
    moving.error = { code: verdict.error.code, text: verdict.error.text };
    moving.events.push({ type: 'batch_paused', error: moving.error });
  }
  return verdict;
}

async function failHeld(
  transaction: WriteTransaction,
  commit: DayCommit,
  moving: Moving,
): Promise<void> {
  const ended = await failHeldDays(transaction, commit);
  const count = countDaysOf(ended);
  moving.ended.push(...ended);
  moving.failed += count;
  moving.held = 0;
  moving.events.push({ type: 'days_failed', count });
}

async function claim(
  transaction: WriteTransaction,
  { taskId, finished, holder = null, mayBegin, steadyNow }: Step,
  { at, rev }: DayCommit,
  moving: Moving,
): Promise<Claims> {
  if (moving.status !== 'running') return { claims: [], outlook: NOTHING_AHEAD };
  const begun = await claimDays(transaction, {
    taskId,
    at,
    steadyNow,
    rev,
    mayBegin,
    running: moving.running,
    claimsOnly: finished.length === 0,
    holder,
  });
  moving.running += begun.claims.length;
  const { ready, waiting, blocked } = begun.outlook;
  const ahead = ready || waiting !== null || blocked;
  return { claims: begun.claims, outlook: ahead ? begun.outlook : NOTHING_AHEAD };
}

/** The planned skips that the batch has come to take their outcome, in the order of the range. */
async function skipPlanned(
  transaction: WriteTransaction,
  { taskId, at, rev }: DayCommit,
  moving: Moving,
  claims: Claims['claims'],
  outlook: Outlook,
): Promise<void> {
  if (moving.status === 'running') {
    // Nothing left to try: what remains are skips, and they go with this commit.
    const last = claims.length === 0 && outlook === NOTHING_AHEAD;
    const position = last ? null : (claims.at(-1)?.position ?? 0);
    const ended = await skipPlannedBefore(transaction, { taskId, position, at, rev });
    const count = countDaysOf(ended);
    if (count > 0) {
      moving.skipped += count;
      moving.ended.push(...ended);
      moving.events.push({ type: 'days_skipped', count });
    }
  }
  for (const { day } of claims) moving.events.push({ type: 'day_started', day });
}

function endOf(batch: BatchRow, moving: Moving): 'cancelled' | 'completed' | null {
  const done = moving.success + moving.failed + moving.skipped;
  if (done < batch.total || moving.running > 0) return null;
  const ended = batch.status === 'cancelling' ? 'cancelled' : 'completed';
  if (moving.status === 'queued') moving.events.push({ type: 'batch_started' });
  moving.status = ended;
  moving.error = null;
  moving.events.push({ type: ended === 'cancelled' ? 'batch_cancelled' : 'batch_completed' });
  return ended;
}

function sayWhatIsWaitedFor(
  { at, steadyNow, told, waiting }: Step,
  { status, running, events }: Moving,
  claims: Claims['claims'],
  outlook: Outlook,
): void {
  if (status !== 'running' || claims.length > 0) return;
  let waitingFor = outlook.ready || outlook.blocked ? waiting : null;
  if (outlook.waiting !== null && running === 0) {
    const { day, waitsFor: kind, dueAt, text } = outlook.waiting;
    // The time that is left, on the clock that people read.
    const until = toInstant(Date.parse(at) + Math.max(0, dueAt - steadyNow));
    waitingFor = { kind, until, detail: text === null ? day : `${day}: ${text}` };
  }
  if (isSameWait(told, waitingFor)) return;
  events.push({ type: 'waiting_changed', waiting_for: waitingFor });
}

/** An instant that is told again may differ by the moment that telling it takes. */
function isSameWait(told: WaitingFor | null, now: WaitingFor | null): boolean {
  if (told === null || now === null) return told === now;
  const moved = Math.abs(Date.parse(told.until ?? '') - Date.parse(now.until ?? ''));
  const sameTime = told.until === now.until || moved < SAME_TIME_MS;
  return told.kind === now.kind && told.detail === now.detail && sameTime;
}

async function writeBatch(
  transaction: WriteTransaction,
  batch: BatchRow,
  { at, rev }: DayCommit,
  { status, success, failed, skipped, running, held, error }: Moving,
  { ended, begun }: { ended: 'cancelled' | 'completed' | null; begun: Claim | undefined },
): Promise<void> {
  const paused = status === 'paused' && batch.status !== 'paused';
  const message =
    ended !== null
      ? END_MESSAGES[ended]
      : paused
        ? 'BATCH_PAUSED'
        : begun === undefined
          ? batch.message_code
          : 'DAY_STARTED';
  await moveBatch(transaction, batch, {
    status,
    success,
    failed,
    skipped,
    running,
    held,
    current_day: begun?.day ?? batch.current_day,
    message_code: message,
    error_code: error?.code ?? null,
    error_text: error?.text ?? null,
    rev,
    started_at: batch.started_at ?? at,
    updated_at: at,
    finished_at: ended === null ? null : at,
  });
  if (ended !== null || paused) await tellOfBatch(transaction, batch.task_id);
}

function errorOf({ error_code: code, error_text: text }: BatchRow): ProgressError | null {
  return code === null ? null : { code, text: text ?? '' };
}
