import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { outcomesOf } from '../batches/batch-progress.js';
import { lockBatch, lockKnownBatch } from '../batches/batch-reading.js';
import { BatchStates } from '../batches/batch-states.js';
import { hasEnded, type BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { orUndo } from '../database/postgres-pipeline.js';
import type { Statement } from '../database/postgres-session.js';
import type { LaneRow } from '../database/schema.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { spacingOf, type Dataset } from '../datasets/dataset.js';
import { replaceStatements } from '../datasets/postgres-target-rows.js';
import { TargetRefusedError, targetHasRows } from '../datasets/target-rows.js';
import { backoffMs } from '../dispatch/backoff.js';
import { DAY_DISPATCHER, type DayDispatcher, type FetchedDay } from '../dispatch/day-dispatcher.js';
import { SharedSpacing } from '../limits/shared-spaced-limiter.js';
import { LOGGER } from '../logging/logger.js';
import { logSettled } from '../sync/day-log.js';
import {
  countRows,
  decideCancelled,
  decideDay,
  reasonOf,
  type DayOutcome,
  type DayVerdict,
} from '../sync/day-outcome.js';
import { countByReason } from '../sync/ended-days.js';
import { SyncMetrics } from '../sync/sync-metrics.js';
import { recordStatement, writeRecord } from '../sync/sync-record.js';
import {
  finishDay,
  finishedColumns,
  isOutcome,
  lastTryOf,
  refusedDay,
  requeueDay,
  settleDay,
  writeTarget,
  type Claim,
  type FinishedDay,
  type SettledDay,
} from './day-commit.js';
import { LaneQueue, type AcquiredLane } from './lane-queue.js';
import {
  beginDay,
  claimNext,
  countDeferred,
  holdAnotherLane,
  selectFreeLane,
  selectLane,
  selectNext,
  selectOpenLane,
  selectSuspect,
  selectWaiting,
  skipPassed,
  writeLane,
  type Candidate,
  type ClaimedLane,
} from './lane-statements.js';
import { LiveView } from './live-view.js';

/** A batch whose days met a source that is down this many times in a row pauses by itself. */
const MOST_DEFERRED = 5;
/** How many instants of outcomes a lane keeps. */
const KEPT_OUTCOMES = 8;
/** How often it is looked whether a day may run that has to be alone in its process. */
const BLOCKED_MS = 200;

/** One commit in a lane: of the day that it had in flight, if any, and of the claim of its next day. */
export interface LaneStep {
  readonly lane: AcquiredLane;
  readonly dataset: Dataset;
  /** The process that takes it. */
  readonly holder: string;
  /** The lane as the step before has left it; null for the first step of a process in it. */
  readonly known: LaneRow | null;
  readonly finished: FinishedDay | null;
  /** Whether the next day may be claimed. */
  readonly mayClaim: boolean;
  /** Has the lane be the only one of its process, for a day that has to be: whether that is so. */
  readonly isolate: () => boolean;
}

export type StepResult =
  | { readonly kind: 'claimed'; readonly claim: Claim; readonly known: LaneRow }
  /** The lane is free: in so many milliseconds it may be acquired again; null for not before it is enqueued. */
  | {
      readonly kind: 'released';
      readonly freeInMs: number | null;
      /** A day is left that has to be alone in its process. */
      readonly blocked: boolean;
    }
  /** The process that had the lane before has left a day in flight. */
  | { readonly kind: 'lost_day' };

/** Another process has the lane by now: what this claim has brought is dropped. */
export class StaleClaimError extends Error {
  override readonly name = 'StaleClaimError';
  constructor({ number, taskId }: AcquiredLane, { day, token }: Pick<Claim, 'day' | 'token'>) {
    super(
      `expected token ${token} in lane ${number} of batch ${taskId} for ${day}, and it is another`,
    );
  }
}

/** Something is to be decided of the batch, which is not locked. */
class BatchConcernedError extends Error {
  override readonly name = 'BatchConcernedError';
}

const GONE: StepResult = { kind: 'released', freeInMs: null, blocked: false };

/** The commits of days, each with the claim of its lane's next one. */
@Injectable()
export class LaneSteps {
  constructor(
    private readonly database: Database,
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly live: LiveView,
    @Inject(DAY_DISPATCHER) private readonly dispatcher: DayDispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly metrics: SyncMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Takes a step. A day whose rows the target does not take fails.
   * @throws {StaleClaimError} if the lane has another token by now; nothing is written
   * @throws {DatabaseUnavailableError} nothing is written, but where that is unsure
   */
  async take(step: LaneStep): Promise<StepResult> {
    const { finished } = step;
    if (finished === null) return this.commit(step, null);
    try {
      return await this.commit(step, await this.settle(step.dataset, finished));
    } catch (error) {
      if (!(error instanceof TargetRefusedError)) throw error;
      const refused = refusedDay(finished, error.message);
      return this.commit(step, await this.settle(step.dataset, refused));
    }
  }

  /**
   * What has become of a step whose answer was lost: its result if it is in, null if it is to be taken again. What is in
   * is logged and counted as if its answer had come.
   * @throws {StaleClaimError} if the lane has gone on without this process
   */
  async lookUp(step: LaneStep): Promise<StepResult | null> {
    const { dataset, finished, holder, known, lane } = step;
    const { number, taskId: task_id } = lane;
    const row = await this.database.read
      .selectFrom('lane')
      .selectAll()
      .where('task_id', '=', task_id)
      .where('number', '=', number)
      .executeTakeFirst();
    const isClaimed = row !== undefined && row.day !== null && row.holder === holder;
    if (finished === null) {
      return isClaimed && row.token !== known?.token ? this.claimedIn(row) : null;
    }
    const { day, token } = finished.claim;
    if (row?.token === token) return null;
    const settled = await this.settle(dataset, finished);
    const { state, waits_for, ...of } = await this.database.read
      .selectFrom('batch_day')
      .select(['state', 'waits_for', 'token', 'lane'])
      .where('task_id', '=', task_id)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    // A change of the whole batch leaves a day without a lane; a requeue leaves it waiting for nothing.
    const isOurs = of.token === token && of.lane === number;
    const isIn = isOurs && (state === 'pending' ? waits_for !== null : state !== 'running');
    if (!isIn) throw new StaleClaimError(lane, finished.claim);
    if (!isOutcome(settled.verdict) || settled.verdict.state === state) {
      this.report(dataset, task_id, settled);
    }
    return isClaimed && row.token === token + 1 ? this.claimedIn(row) : GONE;
  }

  /** The claim that a lane has. */
  private async claimedIn(known: LaneRow): Promise<StepResult> {
    const { day, task_id, token } = known;
    if (day === null) throw new TypeError(`expected a day in flight in a lane of ${task_id}`);
    const { attempts, suspect } = await this.database.read
      .selectFrom('batch_day')
      .select(['attempts', 'suspect'])
      .where('task_id', '=', task_id)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    const claim = { day, token, attempt: attempts, isolated: suspect === 1 };
    return { kind: 'claimed', claim, known };
  }

  /**
   * Requeues the day in flight of a lane, which a stop drops, and frees the lane: it costs the day no attempt.
   * @throws {StaleClaimError} if the lane has another token by now; nothing is written
   */
  async requeue(acquired: AcquiredLane, claim: Claim): Promise<void> {
    const { number, taskId } = acquired;
    await this.database.write('requeue', async (transaction) => {
      const locked = await lockBatch(transaction, taskId);
      const lane = locked?.lanes.find((one) => one.number === number);
      if (locked === undefined || lane?.token !== claim.token) {
        throw new StaleClaimError(acquired, claim);
      }
      const at = latest(toInstant(this.clock.now()), lane.updated_at);
      const { attempt, isolated } = claim;
      const place = { taskId, lane: number, rev: lane.rev + 1 };
      await requeueDay(transaction, place, claim, {
        attempts: attempt - 1,
        suspect: isolated ? 1 : 0,
      });
      const next = freed(lane, at);
      const state = await this.states.endIfDone(transaction, withLane(locked, next), at);
      if (!hasEnded(state)) await writeLane(transaction, next);
      const goesOn = next.open === 1 && !hasEnded(state);
      await this.queue.release(transaction, acquired, goesOn ? 0 : null);
      if (!goesOn) await this.wakeAnother(transaction, acquired, state, 0);
      await this.live.stepped(transaction, taskId);
    });
  }

  /** Lets go of a lane that has no day in flight, whatever becomes of it. */
  async release(acquired: AcquiredLane, freeInMs: number | null): Promise<void> {
    await this.database.write('release', async (transaction) => {
      await this.queue.release(transaction, acquired, freeInMs);
    });
  }

  /** Says of this process's days in flight that it is about to stop: however it ends, that is no crash of theirs. */
  async markStopping(holder: string): Promise<void> {
    await this.database.write('release', async ({ db, dialect }) => {
      // In the order in which everybody locks lanes.
      const held = db
        .selectFrom('lane')
        .select('number')
        .where('holder', '=', holder)
        .orderBy('task_id')
        .orderBy('number');
      await (dialect === 'sqlite' ? held : held.forUpdate()).execute();
      await db.updateTable('lane').set({ stopping: 1 }).where('holder', '=', holder).execute();
    });
  }

  private async settle(dataset: Dataset, finished: FinishedDay): Promise<SettledDay> {
    const { claim, fetched } = finished;
    const isEmpty =
      (fetched.kind === 'rows' || fetched.kind === 'staged') && countRows(fetched) === 0;
    const hadRows = isEmpty && (await targetHasRows(this.database.read, dataset, claim.day));
    const { attempts, onEmpty } = dataset;
    const { attempt } = claim;
    const verdict = decideDay({ fetched, onEmpty, hadRows, attempt, attempts, backoffMs });
    return { finished, verdict };
  }

  private async commit(step: LaneStep, settled: SettledDay | null): Promise<StepResult> {
    if (this.database instanceof PostgresDatabase) {
      const claimed = await this.claimAtOnce(this.database, step, settled).catch(
        (error: unknown) => {
          // Nothing is written: one after the other, the statements say what it was, and whether the claim holds.
          if (error instanceof DatabaseUnavailableError) throw error;
          return null;
        },
      );
      if (claimed !== null) return claimed;
      const freed = await this.commitBeside(step, settled);
      if (freed !== null) return freed;
    }
    return this.database.write('step', (transaction) =>
      this.commitIn(transaction, step, settled, 'batch'),
    );
  }

  /**
   * On PostgreSQL, the commit of a lane that others go on beside: nothing is decided of the batch, and it stays unlocked.
   * Null where there is something to decide, and nothing is written then.
   */
  private async commitBeside(
    step: LaneStep,
    settled: SettledDay | null,
  ): Promise<StepResult | null> {
    const { dataset, mayClaim } = step;
    // Its days begin one after another, which the batch's lock is for.
    if (mayClaim && spacingOf(dataset) > 0) return null;
    // A large day is not written twice.
    if (settled !== null && dayRows(dataset, settled) === null) return null;
    try {
      return await this.database.write('step', (transaction) =>
        this.commitIn(transaction, step, settled, 'lane'),
      );
    } catch (error) {
      if (error instanceof BatchConcernedError) return null;
      throw error;
    }
  }

  /**
   * On PostgreSQL, the commit of a day that goes on with the next one: all statements at once, in one round trip, and
   * nothing that another lane writes. Null where it claims nothing, and nothing is written then.
   */
  private async claimAtOnce(
    database: PostgresDatabase,
    step: LaneStep,
    settled: SettledDay | null,
  ): Promise<StepResult | null> {
    const { dataset, holder, known, lane, mayClaim } = step;
    const { number, taskId: task_id } = lane;
    if (!mayClaim || spacingOf(dataset) > 0 || (this.dispatcher.waitMs(dataset) ?? 0) > 0) {
      return null;
    }
    const statements: Statement[] = [];
    const at = latest(toInstant(this.clock.now()), known?.updated_at ?? '');
    if (settled !== null) {
      const written = known === null ? null : this.dayStatements(step, settled, known, at);
      if (written === null) return null;
      statements.push(...written);
    } else {
      statements.push(orUndo(selectFreeLane.compile({ task_id, number })));
    }
    const outcome = settled?.verdict.state;
    const values = {
      ...{ task_id, number, at, holder },
      now: toInstant(this.clock.steady()),
      success: outcome === 'success' ? 1 : 0,
      skipped: outcome === 'skipped' ? 1 : 0,
      outcomes: settled === null || known === null ? null : withOutcome(known, this.clock.now()),
      answered_at: settled === null ? null : at,
    };
    statements.push(claimNext.compile(values));
    const rows = await database.writeAtOnce('step', statements);
    const claimed = rows?.at(-1)?.[0];
    if (claimed === undefined) return null;
    const { attempt, passed, ...row } = claimed as ClaimedLane;
    if (settled !== null) this.report(dataset, task_id, settled);
    if (passed.length > 0) this.metrics.daysEnded(dataset.name, countByReason('skipped', passed));
    const { day, token } = row;
    if (day === null) throw new TypeError(`expected a claimed day in lane ${number} of ${task_id}`);
    return { kind: 'claimed', claim: { day, token, attempt, isolated: false }, known: row };
  }

  /** The statements by which a day ends that has brought its rows, or none; null where it takes the long way. */
  private dayStatements(
    { dataset, lane }: LaneStep,
    { finished, verdict }: SettledDay,
    known: LaneRow,
    at: string,
  ): Statement[] | null {
    const { number, taskId } = lane;
    const rows = dayRows(dataset, { finished, verdict });
    if (rows === null || !isPlain(verdict)) return null;
    const statements = [...rows];
    const commit = { dataset, taskId, lane: number, rev: known.rev + 1, at };
    const lastTry = lastTryOf(commit, finished, verdict);
    if (lastTry !== null) statements.push(recordStatement(lastTry));
    const { token } = finished.claim;
    statements.push(
      orUndo(selectOpenLane.compile({ task_id: taskId, number, token })),
      orUndo(finishDay.compile(finishedColumns(commit, finished, verdict))),
    );
    return statements;
  }

  private async commitIn(
    transaction: WriteTransaction,
    step: LaneStep,
    settled: SettledDay | null,
    locked: 'lane' | 'batch',
  ): Promise<StepResult> {
    const { dataset, lane: acquired } = step;
    const { number, taskId } = acquired;
    const now = toInstant(this.clock.now());
    if (settled !== null) await writeTarget(transaction, { dataset, taskId, at: now }, settled);
    // On SQLite nothing changes beside this transaction: the batch is looked at where it matters.
    const isOfLane =
      locked === 'lane' ||
      (transaction.dialect === 'sqlite' && (settled === null || isPlain(settled.verdict)));
    let state = isOfLane ? null : await lockBatch(transaction, taskId);
    const lane =
      state === null
        ? (await selectLane(transaction, { task_id: taskId, number })).rows[0]
        : state?.lanes.find((one) => one.number === number);
    if (settled !== null && lane?.token !== settled.finished.claim.token) {
      throw new StaleClaimError(acquired, settled.finished.claim);
    }
    if (lane === undefined || state === undefined) {
      await this.queue.release(transaction, acquired, null);
      return GONE;
    }
    if (settled === null && lane.day !== null) return { kind: 'lost_day' };
    const at = latest(now, lane.updated_at);
    let next = freed(lane, at);
    let answered = false;
    if (settled !== null) {
      const final = await this.settleIn(transaction, step, settled, { lane, state, at });
      next = counted(next, final, at, this.clock.now());
      answered = hasAnswered(final.finished.fetched);
      transaction.afterCommit(() => {
        this.report(dataset, taskId, final);
      });
      if (state !== null) {
        const own = withLane(state, next);
        state = await this.weigh(transaction, own, { at, settled: final, answered });
      }
    }
    let claimed = await this.claim(transaction, step, next, state);
    const before = settled === null ? lane : null;
    if (claimed.row === null && locked === 'lane') {
      return this.freeBeside(transaction, step, next, { before, wait: claimed.waitMs });
    }
    if (claimed.row === null && state === null) {
      const whole = await lockKnownBatch(transaction, taskId);
      state = await this.weigh(transaction, withLane(whole, next), { at, settled, answered });
      claimed = await this.claim(transaction, step, next, state);
    }
    if (claimed.row !== null) {
      await writeLane(transaction, claimed.row);
      // A day waits for its next attempt while its lane goes on with another.
      if (settled?.verdict.state === 'waiting' && state !== null) {
        await this.wakeAnother(transaction, acquired, state, settled.verdict.waitMs);
      }
      await this.live.stepped(transaction, taskId);
      return { kind: 'claimed', claim: claimed.claim, known: claimed.row };
    }
    if (state === null) throw new TypeError('expected the batch to be locked');
    return this.free(transaction, step, withLane(state, next), { before, wait: claimed.waitMs });
  }

  /**
   * The lane claims nothing, and the batch goes on: with a day that is left, or with another lane. That one is held until
   * this commit is in, so that of two that are the last one sees that the other has ended. It may have any number: a lane
   * that is locked is passed over, and not waited for.
   * @throws {BatchConcernedError} where that is not so, or the batch is no longer running
   */
  private async freeBeside(
    transaction: WriteTransaction,
    { lane: acquired, mayClaim }: LaneStep,
    own: LaneRow,
    { before, wait }: { readonly before: LaneRow | null; readonly wait: Wait },
  ): Promise<StepResult> {
    const { number, taskId: task_id } = acquired;
    if (own.open === 0 || (await this.hasDeferred(transaction, task_id))) {
      throw new BatchConcernedError();
    }
    const outlook = await this.outlookOf(transaction, task_id, wait, mayClaim);
    const goesOn =
      outlook.freeInMs !== null ||
      (await holdAnotherLane(transaction, { task_id, number })).rows.length > 0;
    if (!goesOn) throw new BatchConcernedError();
    return this.writeFreed(transaction, acquired, own, { before, outlook });
  }

  /**
   * The lane claims nothing: the batch may end with that, and otherwise the lane says what it waits for.
   * @param before the lane as it was, where no day of it has ended: it is not written while it waits for the same
   */
  private async free(
    transaction: WriteTransaction,
    { lane: acquired, mayClaim }: LaneStep,
    stepped: BatchState,
    { before, wait }: { readonly before: LaneRow | null; readonly wait: Wait },
  ): Promise<StepResult> {
    const { number, taskId } = acquired;
    const own = stepped.lanes.find((one) => one.number === number);
    if (own === undefined) throw new TypeError(`expected lane ${number} of ${taskId}`);
    const state = await this.states.endIfDone(transaction, stepped, own.updated_at);
    if (hasEnded(state)) {
      await this.queue.release(transaction, acquired, null);
      return GONE;
    }
    if (state.batch.status !== 'running') {
      return this.writeFreed(transaction, acquired, own, { before, outlook: NOTHING });
    }
    const outlook = await this.outlookOf(transaction, taskId, wait, mayClaim);
    if (own.open === 1) {
      return this.writeFreed(transaction, acquired, own, { before, outlook });
    }
    // The dataset has fewer lanes by now: an open one looks after the days that this one leaves.
    if (outlook.freeInMs !== null) {
      await this.wakeAnother(transaction, acquired, state, outlook.freeInMs);
    }
    return this.writeFreed(transaction, acquired, own, { before, outlook: NOTHING });
  }

  private async writeFreed(
    transaction: WriteTransaction,
    acquired: AcquiredLane,
    own: LaneRow,
    { before, outlook }: { readonly before: LaneRow | null; readonly outlook: Outlook },
  ): Promise<StepResult> {
    const isNew = before === null || !waitsAlike(before, outlook.columns);
    if (isNew) await writeLane(transaction, { ...own, ...outlook.columns });
    await this.queue.release(transaction, acquired, outlook.freeInMs);
    if (isNew) await this.live.stepped(transaction, own.task_id);
    return { kind: 'released', freeInMs: outlook.freeInMs, blocked: outlook.blocked };
  }

  /** Writes what came of a day in flight; in a batch that is cancelling the day is not tried again. */
  private async settleIn(
    transaction: WriteTransaction,
    { dataset, lane: acquired }: LaneStep,
    settled: SettledDay,
    { lane, state, at }: { lane: LaneRow; state: BatchState | null; at: string },
  ): Promise<SettledDay> {
    const { taskId, number } = acquired;
    const isCancelling = state?.batch.status === 'cancelling';
    const verdict = isCancelling ? decideCancelled(settled.verdict) : settled.verdict;
    const final = { ...settled, verdict };
    const commit = { dataset, taskId, lane: number, rev: lane.rev + 1, at };
    const holds = await settleDay(transaction, commit, final, this.clock.steady());
    if (!holds) throw new StaleClaimError(acquired, settled.finished.claim);
    if (!isOutcome(settled.verdict) && isOutcome(verdict)) {
      const lastTry = lastTryOf(commit, final.finished, verdict);
      if (lastTry !== null) await writeRecord(transaction, lastTry);
    }
    return final;
  }

  /** What a day means for those that are deferred: a source that answers again lets them fail; five in a row pause. */
  private async weigh(
    transaction: WriteTransaction,
    state: BatchState,
    { answered, at, settled }: { answered: boolean; at: string; settled: SettledDay | null },
  ): Promise<BatchState> {
    const isDeferred = settled?.verdict.state === 'deferred';
    if (state.batch.status !== 'running' || !(answered || isDeferred)) return state;
    const { task_id } = state.batch;
    const { rows } = await countDeferred(transaction, { task_id });
    const count = rows[0]?.count ?? 0;
    if (answered && count > 0) return this.states.failDeferred(transaction, state, at);
    if (settled?.verdict.state !== 'deferred' || count < MOST_DEFERRED) return state;
    const { code, text } = settled.verdict.error;
    return this.states.advance(transaction, state, { type: 'pause', at, error: { code, text } });
  }

  /**
   * Begins the next day, if one may: a suspect first, where the process has nothing else in flight.
   * @throws {BatchConcernedError} where the batch is not locked on PostgreSQL, for a suspect or a deferred day
   */
  private async claim(
    transaction: WriteTransaction,
    { dataset, holder, isolate, lane: { number, taskId }, mayClaim }: LaneStep,
    lane: LaneRow,
    state: BatchState | null,
  ): Promise<ClaimAttempt> {
    const nothing = { row: null, waitMs: NO_WAIT };
    const isOpen = state === null || state.batch.status === 'running';
    if (!mayClaim || lane.open === 0 || !isOpen) return nothing;
    const steadyNow = this.clock.steady();
    const throttle = SharedSpacing.ofDays(dataset.name, spacingOf(dataset));
    const throttleMs = await throttle.waitMs(transaction.db, steadyNow);
    const sourceMs = this.dispatcher.waitMs(dataset) ?? 0;
    const waitMs = Math.max(throttleMs, sourceMs);
    if (waitMs > 0) {
      return {
        row: null,
        waitMs: { ms: waitMs, kind: sourceMs > throttleMs ? 'rate_limit' : 'throttle' },
      };
    }
    // What becomes of deferred days is decided with the batch locked.
    if (state === null && (await this.hasDeferred(transaction, taskId))) {
      if (transaction.dialect === 'postgres') throw new BatchConcernedError();
      return nothing;
    }
    const [first] = (await selectSuspect(transaction, { task_id: taskId })).rows;
    // Lanes that claim side by side would claim the same one.
    if (first !== undefined && state === null && transaction.dialect === 'postgres') {
      throw new BatchConcernedError();
    }
    // Suspects come first, and alone: this process makes room for them.
    if (first !== undefined && !isolate()) return nothing;
    const now = toInstant(steadyNow);
    const candidate: Candidate | undefined =
      first ?? (await selectNext(transaction, { task_id: taskId, now })).rows[0];
    if (candidate === undefined) return nothing;
    await throttle.reserve(transaction.db, steadyNow);
    const { attempts, day, position } = candidate;
    const { rev, token, updated_at: at } = lane;
    const place = { task_id: taskId, lane: number, rev };
    await beginDay(transaction, { ...place, day, token, started_at: at, attempts: attempts + 1 });
    const passed = await skipPassed(transaction, { ...place, position, finished_at: at });
    const reasons = passed.rows.map(({ reason }) => reason);
    if (reasons.length > 0) {
      this.states.countEnded(transaction, dataset.name, countByReason('skipped', reasons));
    }
    return {
      row: {
        ...lane,
        holder,
        day,
        current_day: day,
        current_at: at,
        skipped: lane.skipped + reasons.length,
        planned: lane.planned + reasons.length,
      },
      claim: { day, token, attempt: attempts + 1, isolated: first !== undefined },
      waitMs: NO_WAIT,
    };
  }

  private async hasDeferred(transaction: WriteTransaction, task_id: string): Promise<boolean> {
    return ((await countDeferred(transaction, { task_id })).rows[0]?.count ?? 0) > 0;
  }

  /** What a lane waits for that has claimed nothing, and in how many milliseconds it is to be looked at again. */
  private async outlookOf(
    transaction: WriteTransaction,
    task_id: string,
    { kind, ms }: Wait,
    mayClaim: boolean,
  ): Promise<Outlook> {
    const [steadyNow, now] = [this.clock.steady(), this.clock.now()];
    if ((await selectSuspect(transaction, { task_id })).rows.length > 0) {
      return { ...NOTHING, freeInMs: Math.max(ms, BLOCKED_MS), blocked: true };
    }
    const next = await selectNext(transaction, { task_id, now: toInstant(steadyNow) });
    if (next.rows.length > 0) {
      if (ms === 0) return { ...NOTHING, freeInMs: mayClaim ? BLOCKED_MS : 0 };
      return { freeInMs: ms, blocked: false, columns: waitFor(kind, toInstant(now + ms), null) };
    }
    const [waiting] = (await selectWaiting(transaction, { task_id })).rows;
    if (waiting?.waits_for == null || waiting.next_at === null) return NOTHING;
    const { day, error_text, next_at, waits_for } = waiting;
    const dueMs = Math.max(0, Date.parse(next_at) - steadyNow);
    const detail = error_text === null ? day : `${day}: ${error_text}`;
    // The time that is left, on the clock that people read.
    const columns = waitFor(waits_for, toInstant(now + dueMs), detail);
    return { freeInMs: Math.max(ms, dueMs), blocked: false, columns };
  }

  /** An open lane of a running batch that is free looks after a day that this one leaves, in so long. */
  private async wakeAnother(
    transaction: WriteTransaction,
    { number, taskId }: AcquiredLane,
    { batch, lanes }: BatchState,
    delayMs: number,
  ): Promise<void> {
    if (batch.status !== 'running') return;
    const free = lanes.find(
      (lane) => lane.number !== number && lane.open === 1 && lane.day === null,
    );
    if (free === undefined) return;
    await this.queue.enqueue(transaction, [{ taskId, number: free.number }], delayMs);
  }

  /** One line a day, and its metrics; the commit is durable. */
  private report(dataset: Dataset, taskId: string, settled: SettledDay): void {
    this.metrics.attempted(dataset.name, settled);
    const { verdict } = settled;
    if (isOutcome(verdict)) {
      const ended = { outcome: verdict.state, reason: reasonOf(verdict), count: 1 };
      this.metrics.daysEnded(dataset.name, [ended]);
    }
    logSettled(this.logger, { dataset, taskId }, settled);
  }
}

interface Wait {
  readonly ms: number;
  readonly kind: 'throttle' | 'rate_limit';
}
const NO_WAIT: Wait = { ms: 0, kind: 'throttle' };

type ClaimAttempt =
  | { readonly row: LaneRow; readonly claim: Claim; readonly waitMs: Wait }
  | { readonly row: null; readonly waitMs: Wait };

interface Outlook {
  readonly freeInMs: number | null;
  readonly blocked: boolean;
  readonly columns: Pick<LaneRow, 'wait_kind' | 'wait_until' | 'wait_detail'>;
}
const NOTHING: Outlook = {
  freeInMs: null,
  blocked: false,
  columns: { wait_kind: null, wait_until: null, wait_detail: null },
};

function waitFor(
  wait_kind: LaneRow['wait_kind'],
  wait_until: string,
  wait_detail: string | null,
): Outlook['columns'] {
  return { wait_kind, wait_until, wait_detail };
}

function waitsAlike(one: Outlook['columns'], other: Outlook['columns']): boolean {
  return (
    one.wait_kind === other.wait_kind &&
    one.wait_until === other.wait_until &&
    one.wait_detail === other.wait_detail
  );
}

/** A lane by a step, with no day in flight yet. */
export function freed(lane: LaneRow, at: string): LaneRow {
  return {
    ...lane,
    ...NOTHING.columns,
    token: lane.token + 1,
    holder: null,
    stopping: 0,
    day: null,
    rev: lane.rev + 1,
    updated_at: at,
  };
}

/** A lane that has counted what came of its day. */
function counted(
  lane: LaneRow,
  { finished, verdict }: SettledDay,
  at: string,
  now: number,
): LaneRow {
  const answered_at = hasAnswered(finished.fetched) ? at : lane.answered_at;
  if (!isOutcome(verdict)) return { ...lane, answered_at };
  return {
    ...lane,
    answered_at,
    outcomes: withOutcome(lane, now),
    [verdict.state]: lane[verdict.state] + 1,
  };
}

function withOutcome(lane: LaneRow, now: number): string {
  return JSON.stringify([...outcomesOf(lane), now].slice(-KEPT_OUTCOMES));
}

/** The statements that write the rows of a day; null where they are too many, or where more follows than the next day. */
function dayRows(
  dataset: Dataset,
  { finished: { claim, fetched }, verdict }: SettledDay,
): readonly Statement[] | null {
  if (verdict.state === 'success') return replaceStatements(dataset, claim.day, fetched);
  return isPlain(verdict) ? [] : null;
}

/** Whether of a day nothing else follows than the next one. */
function isPlain(verdict: DayVerdict): verdict is PlainOutcome {
  return verdict.state === 'success' || verdict.state === 'skipped';
}
type PlainOutcome = Extract<DayOutcome, { state: 'success' | 'skipped' }>;

/** Whether a source has said something of a day, be it that it has none. */
function hasAnswered(fetched: FetchedDay): boolean {
  if (fetched.kind === 'no_room') return false;
  return fetched.kind !== 'error' || fetched.errorKind === 'lasting';
}

export function withLane({ batch, lanes }: BatchState, next: LaneRow): BatchState {
  return {
    batch,
    lanes: lanes.map((lane) => (lane.number === next.number ? { ...next, open: lane.open } : lane)),
  };
}

/** A clock that was set back does not have the time of a change go backwards. */
export function latest(at: string, before: string): string {
  return at > before ? at : before;
}
