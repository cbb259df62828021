import { Inject, Injectable } from '@nestjs/common';
import { DatabaseError } from 'pg';
import type { Logger } from 'pino';
import { lockBatch, lockKnownBatch } from '../batches/store/batch-reading.js';
import { BatchStates } from '../batches/store/batch-states.js';
import { hasEnded, type BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import { orUndo } from '../database/postgres/postgres-pipeline.js';
import type { Statement } from '../database/prepared-statement.js';
import type { LaneRow } from '../database/schema.js';
import { spacingOf, type Dataset } from '../datasets/file/dataset.js';
import { PreparedTargets } from '../targets/prepared-targets.js';
import { TargetChangedError, TargetRefusedError } from '../targets/target-rows.js';
import { backoffMs } from '../sources/backoff.js';
import { LOGGER } from '../logging/logger.js';
import { dayMessagesOf, reportDay, traceDay, traceRequeued } from './day-report.js';
import { withOutcome } from '../batches/batch-progress.js';
import {
  countRows,
  decideCancelled,
  decideDay,
  countByReason,
  replacesRows,
} from '../batches/day-outcome.js';
import { SyncMetrics } from '../batches/batch-metrics.js';
import { BatchTracing } from '../batches/batch-tracing.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { writeRecord } from '../batches/store/sync-record.js';
import {
  countedAttempts,
  dayStatements,
  fitsOneTrip,
  isOutcome,
  concernsLaneOnly,
  lastTryOf,
  refusedDay,
  requeueDay,
  requeuedEntry,
  writeDay,
  writeTarget,
  type Claim,
  type FinishedDay,
  type DecidedDay,
} from './day-commit.js';
import {
  BatchLockNeededError,
  LaneClaims,
  NO_WAKE,
  type ClaimRequest,
  type NextWake,
  type Wait,
} from './lane-claims.js';
import { LaneQueue, type AcquiredLane } from '../batches/lane-queue.js';
import type { RequeueReason } from '../batches/sync-log.js';
import { writeDayWebhooks } from '../webhooks/outbox.js';
import { AutoPause } from './auto-pause.js';
import {
  answersOf,
  counted,
  freed,
  latest,
  hasSameWait,
  quarantinedOf,
  rowsOf,
  withLane,
} from './lane-row.js';
import {
  claimNext,
  lockAnotherLane,
  selectFreeLane,
  selectLane,
  writeLane,
  type ClaimedLane,
} from './lane-statements.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { StaleClaimError } from './stale-claim.js';
import { DayReads } from '../targets/day-reads.js';
import { LiveView } from '../batches/live-view.js';

/** A target that is dropped again and again while a day is committed refuses it at last. */
const TARGET_TRIES = 3;

/** One commit in a lane: it finishes the day in flight, if there is one, and claims the next day. */
export interface LaneStep extends ClaimRequest {
  /** The lane after the previous step; null for the first step of this process in it. */
  readonly laneRow: LaneRow | null;
  readonly finished: FinishedDay | null;
  /** The span of the batch. @default the batch is not traced */
  readonly trace?: TraceContext | null;
}

export type StepResult =
  | { readonly kind: 'claimed'; readonly claim: Claim; readonly laneRow: LaneRow }
  /** The lane is free, and can be acquired again in so many milliseconds; null: not before it is enqueued. */
  | {
      readonly kind: 'released';
      readonly freeInMs: number | null;
      /** The batch has a suspect left, which needs a process for itself. */
      readonly hasSuspect: boolean;
    }
  /** The lane has a day in flight that an expired lease left behind. */
  | { readonly kind: 'lost_day' };

const NEVER_ABORTED = new AbortController().signal;
const GONE: StepResult = { kind: 'released', freeInMs: null, hasSuspect: false };

/** Commits days, each with the claim of its lane's next day. */
@Injectable()
export class LaneSteps {
  constructor(
    private readonly database: Database,
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly live: LiveView,
    private readonly claims: LaneClaims,
    private readonly autoPause: AutoPause,
    private readonly targets: PreparedTargets,
    private readonly reads: DayReads,
    private readonly elsewhere: ElsewhereWrites,
    @Inject(CLOCK) private readonly clock: Clock,
    readonly metrics: SyncMetrics,
    readonly tracing: BatchTracing,
    @Inject(LOGGER) readonly logger: Logger,
  ) {}

  /**
   * Commits a step. A day whose rows the target rejects fails. A target that was dropped is created anew. The rows of a
   * target elsewhere are written before the commit.
   * @param signal ends a write elsewhere
   * @throws {StaleClaimError} if the lane has another token: nothing is written
   * @throws {DatabaseUnavailableError} nothing is written, unless the error says that this is unsure
   * @throws {TargetUnavailableError} for a target elsewhere: nothing is committed; and the signal's reason
   */
  async run(step: LaneStep, signal: AbortSignal = NEVER_ABORTED): Promise<StepResult> {
    const { dataset, finished } = step;
    if (finished === null) return this.commit(step, null);
    for (let tries = 1; ; tries++) {
      try {
        const decided = await this.decide(dataset, finished);
        await this.elsewhere.write(step, decided, signal);
        return await this.commit(step, decided);
      } catch (error) {
        if (!(error instanceof TargetRefusedError)) throw error;
        if (error instanceof TargetChangedError && tries < TARGET_TRIES) {
          this.targets.forget(dataset);
          continue;
        }
        const refused = refusedDay(finished, error);
        return this.commit(step, await this.decide(dataset, refused));
      }
    }
  }

  /**
   * Finds out whether a step was committed whose answer was lost: its result if it was, null if it has to be run again.
   * A committed day is logged and counted here.
   * @throws {StaleClaimError} if another process has acquired the lane since
   */
  async findResult(step: LaneStep): Promise<StepResult | null> {
    const { dataset, finished, holder, laneRow, lane } = step;
    const { number, batchId: batch_id } = lane;
    const row = await this.database.read
      .selectFrom('lane')
      .selectAll()
      .where('batch_id', '=', batch_id)
      .where('number', '=', number)
      .executeTakeFirst();
    const isClaimed = row !== undefined && row.day !== null && row.holder === holder;
    if (finished === null) {
      return isClaimed && row.token !== laneRow?.token ? this.claimedIn(row) : null;
    }
    const { day, token } = finished.claim;
    if (row?.token === token) return null;
    const decided = await this.decide(dataset, finished);
    const { state, waits_for, ...of } = await this.database.read
      .selectFrom('batch_day')
      .select(['state', 'waits_for', 'token', 'lane'])
      .where('batch_id', '=', batch_id)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    // A change of the whole batch removes the lane from a day; a requeue leaves a day that waits for nothing.
    const isOurs = of.token === token && of.lane === number;
    const isCommitted = isOurs && (state === 'pending' ? waits_for !== null : state !== 'running');
    if (!isCommitted) throw new StaleClaimError(lane, finished.claim);
    if (!isOutcome(decided.verdict) || decided.verdict.state === state) {
      this.report(step, decided, toInstant(this.clock.now()));
    }
    return isClaimed && row.token === token + 1 ? this.claimedIn(row) : GONE;
  }

  private async claimedIn(laneRow: LaneRow): Promise<StepResult> {
    const { day, batch_id, token } = laneRow;
    if (day === null) throw new TypeError(`expected a day in flight in a lane of ${batch_id}`);
    const { attempts, suspect } = await this.database.read
      .selectFrom('batch_day')
      .select(['attempts', 'suspect'])
      .where('batch_id', '=', batch_id)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    const claim = { day, token, attempt: attempts, isolated: suspect === 1 };
    return { kind: 'claimed', claim, laneRow };
  }

  /**
   * Requeues the day in flight of a lane without an attempt counted, and releases the lane.
   * @throws {StaleClaimError} if the lane has another token: nothing is written
   */
  async requeue(
    acquired: AcquiredLane,
    claim: Claim,
    reason: RequeueReason = 'process_stopped',
    trace: TraceContext | null = null,
  ): Promise<void> {
    const { number, batchId } = acquired;
    await this.database.write('requeue', async (transaction) => {
      const locked = await lockBatch(transaction, batchId);
      const lane = locked?.lanes.find((one) => one.number === number);
      if (locked === undefined || lane?.token !== claim.token) {
        throw new StaleClaimError(acquired, claim);
      }
      const at = latest(toInstant(this.clock.now()), lane.updated_at);
      const { dataset } = locked.batch;
      transaction.afterCommit(() => {
        traceRequeued(this.tracing, { dataset, batchId, trace, lane, at }, claim, reason);
      });
      const { attempt, isolated } = claim;
      const change = { batchId, lane: number, rev: lane.rev + 1 };
      const entries = [requeuedEntry(at, reason)];
      await requeueDay(transaction, change, claim, entries, {
        attempts: attempt - 1,
        suspect: isolated ? 1 : 0,
      });
      const next = freed(lane, at);
      const state = await this.states.endIfDone(transaction, withLane(locked, next), at);
      if (!hasEnded(state)) await writeLane(transaction, next);
      const goesOn = next.open === 1 && !hasEnded(state);
      await this.queue.release(transaction, acquired, goesOn ? 0 : null);
      if (!goesOn) await this.claims.wakeIdleLane(transaction, acquired, state, 0);
      await this.live.laneChanged(transaction, batchId);
    });
  }

  /** Releases a lane that has no day in flight. */
  async release(acquired: AcquiredLane, freeInMs: number | null): Promise<void> {
    await this.database.write('release', async (transaction) => {
      await this.queue.release(transaction, acquired, freeInMs);
    });
  }

  /** Marks the lanes of this process as stopping: whatever ends it now, its days in flight are no suspects. */
  async markStopping(holder: string): Promise<void> {
    await this.database.write('release', async ({ db, dialect }) => {
      // All transactions lock lanes in this order.
      const own = db
        .selectFrom('lane')
        .select('number')
        .where('holder', '=', holder)
        .orderBy('batch_id')
        .orderBy('number');
      await (dialect === 'sqlite' ? own : own.forUpdate()).execute();
      await db.updateTable('lane').set({ stopping: 1 }).where('holder', '=', holder).execute();
    });
  }

  /** A day was committed at an instant: it is counted, logged and traced. */
  private report(
    { dataset, lane, laneRow, trace = null }: LaneStep,
    decided: DecidedDay,
    at: string,
  ): void {
    const { batchId } = lane;
    reportDay(this, { dataset, batchId }, decided);
    const of = { dataset: dataset.name, batchId, trace, lane: laneRow, at };
    traceDay(this.tracing, of, decided);
  }

  private async decide(dataset: Dataset, finished: FinishedDay): Promise<DecidedDay> {
    const { claim, fetched, judgement, movedColumns, verification } = finished;
    const isEmpty =
      (fetched.kind === 'rows' || fetched.kind === 'staged') && countRows(fetched) === 0;
    const hadRows = isEmpty && (await this.reads.hasRows(dataset, claim.day));
    const { attempts, onEmpty } = dataset;
    const attempt = countedAttempts(finished);
    const verdict = decideDay({
      ...{ fetched, hadRows, verification },
      onEmpty: movedColumns === undefined ? onEmpty : 'success',
      checkFailure: judgement?.failure,
      ...{ attempt, attempts, backoffMs },
    });
    const isReplaced = replacesRows(verdict, verification);
    const version = isReplaced ? await this.targets.current(dataset, movedColumns) : null;
    return { ...finished, verdict, version };
  }

  private async commit(step: LaneStep, decided: DecidedDay | null): Promise<StepResult> {
    if (this.database instanceof PostgresDatabase) {
      const claimed = await this.commitPipelined(this.database, step, decided).catch(
        (error: unknown) => {
          // The server has refused a statement: run one by one, they show which, and whether the claim is stale.
          if (error instanceof DatabaseError) return null;
          throw error;
        },
      );
      if (claimed !== null) return claimed;
      const freed = await this.commitInLane(step, decided);
      if (freed !== null) return freed;
    }
    return this.database.write('step', (transaction) =>
      this.commitIn(transaction, step, decided, 'batch'),
    );
  }

  /**
   * On PostgreSQL, commits with the lane locked and the batch not, beside the commits of other lanes. Null if something
   * has to be decided for the batch: nothing is written then.
   */
  private async commitInLane(
    step: LaneStep,
    decided: DecidedDay | null,
  ): Promise<StepResult | null> {
    const { dataset, mayClaim } = step;
    // A throttle begins days one after another, under the batch's lock.
    if (mayClaim && spacingOf(dataset) > 0) return null;
    // A large day must not be written twice, and a failed or deferred day needs the batch's lock.
    if (decided !== null && !fitsOneTrip(dataset, decided)) return null;
    try {
      return await this.database.write('step', (transaction) =>
        this.commitIn(transaction, step, decided, 'lane'),
      );
    } catch (error) {
      if (error instanceof BatchLockNeededError) return null;
      throw error;
    }
  }

  /**
   * On PostgreSQL, commits a day and claims the next in one round trip, with the batch not locked. Null if it can't claim
   * a day: nothing is written then.
   */
  private async commitPipelined(
    database: PostgresDatabase,
    step: LaneStep,
    decided: DecidedDay | null,
  ): Promise<StepResult | null> {
    const { dataset, holder, laneRow, lane } = step;
    const { number, batchId: batch_id } = lane;
    if (!this.claims.mayBegin(step)) return null;
    const statements: Statement[] = [];
    const at = latest(toInstant(this.clock.now()), laneRow?.updated_at ?? '');
    if (decided !== null) {
      const written =
        laneRow === null
          ? null
          : dayStatements(
              { dataset, batchId: batch_id, lane: number, rev: laneRow.rev + 1, at, answers: null },
              decided,
            );
      if (written === null) return null;
      statements.push(...written);
    } else {
      statements.push(orUndo(selectFreeLane.compile({ batch_id, number })));
    }
    const outcome = decided?.verdict.state;
    const values = {
      ...{ batch_id, number, at, holder },
      now: toInstant(this.clock.steady()),
      success: outcome === 'success' ? 1 : 0,
      skipped: outcome === 'skipped' ? 1 : 0,
      quarantined_rows: decided === null ? 0 : quarantinedOf(decided),
      rows: decided === null ? 0 : rowsOf(decided.verdict),
      skip_reason: decided?.verdict.state === 'skipped' ? decided.verdict.reason : null,
      ...(decided === null || laneRow === null
        ? { outcomes: null, outcome_rows: null }
        : withOutcome(laneRow, { at: this.clock.now(), rows: rowsOf(decided.verdict) })),
      answered_at: decided === null ? null : at,
    };
    statements.push(claimNext.compile(values));
    const rows = await database.writePipelined('step', statements);
    const claimed = rows?.at(-1)?.[0];
    if (claimed === undefined) return null;
    const { attempt, passed, ...row } = claimed as ClaimedLane;
    if (decided !== null) this.report(step, decided, at);
    if (passed.length > 0) this.metrics.daysEnded(dataset.name, countByReason('skipped', passed));
    const { day, token } = row;
    if (day === null)
      throw new TypeError(`expected a claimed day in lane ${number} of ${batch_id}`);
    return { kind: 'claimed', claim: { day, token, attempt, isolated: false }, laneRow: row };
  }

  private async commitIn(
    transaction: WriteTransaction,
    step: LaneStep,
    decided: DecidedDay | null,
    locked: 'lane' | 'batch',
  ): Promise<StepResult> {
    const { dataset, lane: acquired } = step;
    const { number, batchId } = acquired;
    const now = toInstant(this.clock.now());
    if (decided !== null) await writeTarget(transaction, { dataset, batchId, at: now }, decided);
    // On SQLite no transaction runs beside this one: the batch is read only where its state matters.
    const isOfLane =
      locked === 'lane' ||
      (transaction.dialect === 'sqlite' && (decided === null || concernsLaneOnly(decided.verdict)));
    // Null: the batch is not locked. Undefined: there is no such batch any more.
    let state = isOfLane ? null : await lockBatch(transaction, batchId);
    const lane =
      state === null
        ? (await selectLane(transaction, { batch_id: batchId, number })).rows[0]
        : state?.lanes.find((one) => one.number === number);
    if (decided !== null && lane?.token !== decided.claim.token) {
      throw new StaleClaimError(acquired, decided.claim);
    }
    if (lane === undefined || state === undefined) {
      await this.queue.release(transaction, acquired, null);
      return GONE;
    }
    if (decided === null && lane.day !== null) return { kind: 'lost_day' };
    const at = latest(now, lane.updated_at);
    let next = freed(lane, at);
    let final: DecidedDay | null = null;
    if (decided !== null) {
      const written = await this.writeDayIn(transaction, step, decided, { lane, state, at });
      final = written;
      await writeDayWebhooks(transaction, dayMessagesOf({ dataset, batchId }, written), at);
      next = counted(next, written, at, this.clock.now());
      transaction.afterCommit(() => {
        this.report(step, written, at);
      });
      if (state !== null) {
        const own = withLane(state, next);
        state = await this.autoPause.decide(transaction, own, { dataset, decided: written, at });
      }
    }
    let claimed = await this.claims.claim(transaction, step, next, state);
    const before = decided === null ? lane : null;
    if (claimed.row === null && locked === 'lane') {
      return this.freeInLane(transaction, step, next, { before, wait: claimed.wait });
    }
    if (claimed.row === null && state === null) {
      state = withLane(await lockKnownBatch(transaction, batchId), next);
      if (final !== null) {
        state = await this.autoPause.decide(transaction, state, { dataset, decided: final, at });
      }
      claimed = await this.claims.claim(transaction, step, next, state);
    }
    if (claimed.row !== null) {
      await writeLane(transaction, claimed.row);
      // The finished day waits for its next attempt, while this lane goes on with another day.
      if (decided?.verdict.state === 'waiting' && state !== null) {
        await this.claims.wakeIdleLane(transaction, acquired, state, decided.verdict.waitMs);
      }
      await this.live.laneChanged(transaction, batchId);
      return { kind: 'claimed', claim: claimed.claim, laneRow: claimed.row };
    }
    if (state === null) throw new TypeError('expected the batch to be locked');
    return this.free(transaction, step, withLane(state, next), { before, wait: claimed.wait });
  }

  /**
   * Frees a lane that claims nothing, in a batch that goes on with other days or with another lane. That other lane stays
   * locked until this commit, so that of the last two lanes one sees that the other has ended. It can be any lane:
   * locked ones are skipped, not waited for.
   * @throws {BatchLockNeededError} if the batch may end with this lane, or is no longer running
   */
  private async freeInLane(
    transaction: WriteTransaction,
    { lane: acquired, mayClaim }: LaneStep,
    own: LaneRow,
    { before, wait }: { readonly before: LaneRow | null; readonly wait: Wait },
  ): Promise<StepResult> {
    const { number, batchId: batch_id } = acquired;
    if (own.open === 0 || (await this.claims.hasDeferred(transaction, batch_id))) {
      throw new BatchLockNeededError();
    }
    const nextWake = await this.claims.nextWakeOf(transaction, batch_id, wait, mayClaim);
    const goesOn =
      nextWake.freeInMs !== null ||
      (await lockAnotherLane(transaction, { batch_id, number })).rows.length > 0;
    if (!goesOn) throw new BatchLockNeededError();
    return this.writeFreed(transaction, acquired, own, { before, nextWake });
  }

  /**
   * Frees a lane that claims nothing, with the batch locked. Either the batch ends, or the lane shows what it waits for.
   * @param before the lane as it was, if this step finished no day: it is written only if it waits for something else
   */
  private async free(
    transaction: WriteTransaction,
    { lane: acquired, mayClaim }: LaneStep,
    stepped: BatchState,
    { before, wait }: { readonly before: LaneRow | null; readonly wait: Wait },
  ): Promise<StepResult> {
    const { number, batchId } = acquired;
    const own = stepped.lanes.find((one) => one.number === number);
    if (own === undefined) throw new TypeError(`expected lane ${number} of ${batchId}`);
    const state = await this.states.endIfDone(transaction, stepped, own.updated_at);
    if (hasEnded(state)) {
      await this.queue.release(transaction, acquired, null);
      return GONE;
    }
    if (state.batch.status !== 'running') {
      return this.writeFreed(transaction, acquired, own, { before, nextWake: NO_WAKE });
    }
    const nextWake = await this.claims.nextWakeOf(transaction, batchId, wait, mayClaim);
    if (own.open === 1) {
      return this.writeFreed(transaction, acquired, own, { before, nextWake });
    }
    // The dataset has fewer lanes now: an open lane runs the days that this closed one leaves.
    if (nextWake.freeInMs !== null) {
      await this.claims.wakeIdleLane(transaction, acquired, state, nextWake.freeInMs);
    }
    return this.writeFreed(transaction, acquired, own, { before, nextWake: NO_WAKE });
  }

  private async writeFreed(
    transaction: WriteTransaction,
    acquired: AcquiredLane,
    own: LaneRow,
    { before, nextWake }: { readonly before: LaneRow | null; readonly nextWake: NextWake },
  ): Promise<StepResult> {
    const isNew = before === null || !hasSameWait(before, nextWake.columns);
    if (isNew) await writeLane(transaction, { ...own, ...nextWake.columns });
    await this.queue.release(transaction, acquired, nextWake.freeInMs);
    if (isNew) await this.live.laneChanged(transaction, own.batch_id);
    return { kind: 'released', freeInMs: nextWake.freeInMs, hasSuspect: nextWake.hasSuspect };
  }

  /** Writes the verdict on the day in flight. In a batch that is cancelling, the day is not tried again. */
  private async writeDayIn(
    transaction: WriteTransaction,
    { dataset, lane: acquired }: LaneStep,
    decided: DecidedDay,
    { lane, state, at }: { lane: LaneRow; state: BatchState | null; at: string },
  ): Promise<DecidedDay> {
    const { batchId, number } = acquired;
    const isCancelling = state?.batch.status === 'cancelling';
    const verdict = isCancelling ? decideCancelled(decided.verdict) : decided.verdict;
    const final = { ...decided, verdict };
    const commit = {
      dataset,
      batchId,
      lane: number,
      rev: lane.rev + 1,
      at,
      answers: state && answersOf(state),
    };
    const isWritten = await writeDay(transaction, commit, final, this.clock.steady());
    if (!isWritten) throw new StaleClaimError(acquired, decided.claim);
    if (!isOutcome(decided.verdict) && isOutcome(verdict)) {
      const lastTry = lastTryOf(commit, final, verdict);
      if (lastTry !== null) await writeRecord(transaction, lastTry);
    }
    return final;
  }
}
