import type { CalendarDay, VerifyAction } from '@daysync/progress';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { attemptSpan, BatchTracing } from '../batches/batch-tracing.js';
import { writeTraceparent, type TraceContext } from '../tracing/trace-context.js';
import { BatchControl } from '../batches/store/batch-control.js';
import { BatchUnreadableRows } from '../batches/store/batch-unreadable-rows.js';
import type { RequeueReason, StoredLogEntry } from '../batches/sync-log.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { redactText } from '../config/redact.js';
import { Database } from '../database/database.js';
import type { BatchRow, LaneRow } from '../database/schema.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import { AttemptBudget } from '../sources/attempt-budget.js';
import { DayFetcher } from './fetch/day-fetcher.js';
import { DayMover } from './fetch/day-mover.js';
import { DayJudge } from './fetch/day-judge.js';
import { DayVerifier } from './fetch/day-verifier.js';
import { isAnswer, type Verification } from '../batches/day-outcome.js';
import { LOGGER } from '../logging/logger.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { LaneClosedError, TargetWaits } from './target-waits.js';
import { ConfiguredDatasets, type KnownBatch } from './configured-datasets.js';
import type { DatabaseWatch } from './database-watch.js';
import { refusedDay, type Claim, type FinishedDay } from './day-commit.js';
import type { LaneLeases } from './lane-leases.js';
import type { AcquiredLane } from '../batches/lane-queue.js';
import { LaneSteps, type LaneStep, type StepResult } from './lane-step.js';
import { StaleClaimError } from './stale-claim.js';
import { LostDays } from './lost-days.js';

/** When a lane is offered again whose batch could not be ended. */
const BROKEN_MS = 1_000;
const MOST_BATCHES = 1_000;

type BatchToRun = KnownBatch & Pick<BatchRow, 'verify' | 'mode' | 'traceparent'>;

/** What the worker allows a lane that it has acquired. */
export interface LaneRules {
  /** The name of this process. */
  readonly holder: string;
  readonly leases: LaneLeases;
  readonly watch: DatabaseWatch;
  /** How long a lane runs days before it is released for any process, in milliseconds. */
  readonly maxRunMs: (lane: AcquiredLane) => number;
  /** Whether a lane may claim another day, or its first one here. */
  readonly mayClaim: (lane: AcquiredLane, isFirst: boolean) => boolean;
  /** Makes a lane the only one of this process, for a suspect. False if others are still running. */
  readonly isolate: (lane: AcquiredLane) => boolean;
  readonly endIsolation: (lane: AcquiredLane) => void;
  /** Leaves the lanes of a batch to other processes for a while: this one has its dataset in another version. */
  readonly leaveBatch: (batchId: string) => void;
  /** Called when a lane was released; it can be acquired again in so many milliseconds, or null if it was not enqueued. */
  readonly onReleased: (freeInMs: number | null, hasSuspect: boolean) => void;
  /** Aborted when days in flight have to be requeued. */
  readonly aborting: AbortSignal;
}

/** Runs the days of an acquired lane, one after another. */
@Injectable()
export class LaneRunner {
  /** The columns of batches that never change. */
  private readonly batches = new LRUCache<string, BatchToRun>({ max: MOST_BATCHES });

  constructor(
    private readonly database: Database,
    private readonly steps: LaneSteps,
    private readonly lost: LostDays,
    private readonly control: BatchControl,
    private readonly datasets: ConfiguredDatasets,
    private readonly fetcher: DayFetcher,
    private readonly mover: DayMover,
    private readonly verifier: DayVerifier,
    private readonly judge: DayJudge,
    private readonly elsewhere: ElsewhereWrites,
    private readonly waits: TargetWaits,
    private readonly unreadable: BatchUnreadableRows,
    private readonly tracing: BatchTracing,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'monotonic' | 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Runs days until the lane is released. It never throws: errors are logged, and release the lane.
   * @param since the earliest moment at which the lane was acquired, on the monotonic clock
   */
  async run(lane: AcquiredLane, since: number, rules: LaneRules): Promise<void> {
    const run = new LaneRun(lane);
    const signal = AbortSignal.any([rules.aborting, rules.leases.add(lane, since)]);
    try {
      const dataset = await this.datasetOf(run, rules);
      if (dataset === null) return;
      await this.runDays(run, dataset, rules, signal);
    } catch (error) {
      if (error instanceof StaleClaimError) await this.dropStale(lane, error, rules);
      else if (error instanceof LaneClosedError)
        await this.requeue(run, rules, 'target_unavailable');
      else if (signal.aborted) await this.requeue(run, rules);
      else await this.breakOff(run, error, rules);
    } finally {
      rules.endIsolation(lane);
      rules.leases.remove(lane);
    }
  }

  private async runDays(
    run: LaneRun,
    begunWith: Dataset,
    rules: LaneRules,
    signal: AbortSignal,
  ): Promise<void> {
    const { lane } = run;
    let dataset = begunWith;
    const until = this.clock.monotonic() + rules.maxRunMs(lane);
    let isFirst = true;
    for (;;) {
      const isNew = isFirst;
      const latest = this.datasets.latest(dataset);
      dataset = latest ?? dataset;
      const mayClaim = (): boolean =>
        latest !== null && rules.mayClaim(lane, isNew) && (isNew || this.clock.monotonic() < until);
      const result = await this.runStep(run, dataset, mayClaim, { rules, signal });
      isFirst = false;
      // A poll then waits for one commit of each lane at most, however fast the source is.
      await nextTurn();
      switch (result.kind) {
        case 'released':
          run.claim = null;
          rules.onReleased(result.freeInMs, result.hasSuspect);
          return;
        case 'lost_day':
          await rules.watch.whenAvailable(() => this.lost.recover(lane));
          isFirst = true;
          break;
        case 'claimed':
          run.claim = result.claim;
          run.laneRow = result.laneRow;
          if (!result.claim.isolated) rules.endIsolation(lane);
          run.finished = await this.fetch(run, dataset, result.claim, rules, signal);
          break;
      }
    }
  }

  private async runStep(
    run: LaneRun,
    dataset: Dataset,
    mayClaim: () => boolean,
    { rules, signal }: { readonly rules: LaneRules; readonly signal: AbortSignal },
  ): Promise<StepResult> {
    const { finished, lane } = run;
    const { holder } = rules;
    const isolate = (): boolean => rules.isolate(lane);
    const trace = this.traceOf(run);
    const asked = { lane, dataset, holder, finished, isolate, trace };
    let isUnsure = false;
    try {
      return await this.whenReachable(run, dataset, { rules, signal }, async () => {
        // While the database was away the process may have been asked to stop.
        const step: LaneStep = { ...asked, laneRow: run.laneRow, mayClaim: mayClaim() };
        const done = isUnsure ? await this.steps.findResult(step) : null;
        if (done !== null) return done;
        try {
          return await this.steps.run(step, signal);
        } catch (error) {
          // The server may have committed only after the first check.
          const late = isUnsure && error instanceof StaleClaimError;
          const found = late ? await this.steps.findResult(step) : null;
          if (found !== null) return found;
          isUnsure ||= error instanceof DatabaseUnavailableError && error.isUnsure;
          throw error;
        }
      });
    } finally {
      await this.dropFetched(run);
    }
  }

  /** Drops the fetched rows: they are committed, or the claim is stale. */
  private async dropFetched(run: LaneRun): Promise<void> {
    const { finished } = run;
    run.finished = null;
    if (finished !== null) await this.fetcher.release(finished.fetched);
  }

  /** Runs `work`, again and again while the database or the target of the day in flight is away. */
  private whenReachable<T>(
    run: LaneRun,
    dataset: Dataset,
    { rules: { watch }, signal }: { readonly rules: LaneRules; readonly signal: AbortSignal },
    work: () => Promise<T>,
  ): Promise<T> {
    if (dataset.target.place === undefined) return watch.whenAvailable(work);
    return this.waits.whenReachable(run, dataset, { watch, signal }, work);
  }

  private async fetch(
    run: LaneRun,
    dataset: Dataset,
    claim: Claim,
    rules: LaneRules,
    signal: AbortSignal,
  ): Promise<FinishedDay> {
    const { batch } = run;
    const { batchId, number } = run.lane;
    const { leases, watch } = rules;
    const whenReachable = <T>(work: () => Promise<T>): Promise<T> =>
      this.whenReachable(run, dataset, { rules, signal }, work);
    // This process may have been halted: another one may have the lane.
    leases.abortUncertain();
    signal.throwIfAborted();
    const { day, token } = claim;
    this.logger.info({ task_id: batchId, dataset: dataset.name, day }, `开始同步 ${day}`);
    const done = await whenReachable(() => this.elsewhere.prepare(dataset, batchId, claim));
    if (done !== null) return done;
    const begun = this.clock.monotonic();
    if (batch?.mode === 'move') {
      const moved = await whenReachable(() => this.mover.fetchDay(dataset, day, signal));
      const durationMs = this.clock.monotonic() - begun;
      const { columns: movedColumns, fetched } = moved;
      return { claim, fetched, repeats: 0, durationMs, movedColumns };
    }
    const verify = await watch.whenAvailable(() => this.verifyOf(batch, day));
    const { variables } = dataset;
    const budget = this.budgetOf(run, dataset, claim);
    if (verify !== null) {
      const same = await this.countedSame(dataset, claim, batchId, { whenReachable, signal });
      if (same !== undefined) {
        const durationMs = this.clock.monotonic() - begun;
        const fetched = { kind: 'counted' } as const;
        return { claim, fetched, repeats: 0, durationMs, verify, verification: same };
      }
    }
    const { unreadable, ...fetched } = await this.fetcher.fetchDay(
      ...([dataset, day, signal, budget, batchId] as const),
    );
    const { forgiven, repeats } = budget;
    const repeated = budget.repeated.map(({ at, attempt, error }): StoredLogEntry => {
      const text = redactText(error.message, variables);
      return { at: toInstant(at), kind: 'failed_attempt', attempt, code: error.code, text };
    });
    const durationMs = this.clock.monotonic() - begun;
    const finished = { claim, fetched, repeats, forgiven, repeated, durationMs, verify };
    if ('unclearTimes' in fetched) {
      const { unclearTimes } = fetched;
      this.logger.info(
        { task_id: batchId, dataset: dataset.name, day, unclear_times: unclearTimes },
        `${day} 有 ${unclearTimes} 个时间因时钟调整而不存在或重复，取较早的时刻`,
      );
    }
    try {
      if (unreadable !== undefined && this.unreadable.hasNew(batchId, unreadable)) {
        const meeting = { batchId, number, token };
        await watch.whenAvailable(() => this.unreadable.write(meeting, dataset, unreadable));
      }
      if (!isAnswer(fetched)) return finished;
      const verification =
        verify === null
          ? undefined
          : await whenReachable(() => this.verifier.verify(dataset, day, fetched, verify, signal));
      // A day that is only verified is not written.
      const isCompared = verification?.kind === 'unchanged' || verification?.action === 'report';
      if (isCompared) return { ...finished, verification };
      const judgement = await watch.whenAvailable(() =>
        this.judge.judge(dataset, day, fetched, { durationMs, signal }),
      );
      return { ...finished, verification, judgement };
    } catch (error) {
      await this.fetcher.release(fetched);
      if (error instanceof TargetRefusedError) return refusedDay(finished, error);
      throw error;
    }
  }

  /** The attempts at a day, each with its span. */
  private budgetOf(
    run: LaneRun,
    dataset: Dataset,
    { attempt: first, day, token }: Claim,
  ): AttemptBudget {
    const trace = this.traceOf(run);
    return new AttemptBudget(
      first,
      dataset.attempts,
      () => this.clock.now(),
      (attempt) =>
        trace === null ? undefined : writeTraceparent(attemptSpan(trace, { day, token, attempt })),
    );
  }

  private traceOf({ batch }: LaneRun): TraceContext | null {
    return this.tracing.of(batch?.traceparent ?? null);
  }

  /** What is done with a day that differs; null if it is synced, not verified. */
  private async verifyOf(batch: BatchToRun | null, day: CalendarDay): Promise<VerifyAction | null> {
    if (batch?.verify == null) return null;
    if (batch.mode === 'verify') return batch.verify;
    // A schedule's batch also syncs days.
    const { verifies } = await this.database.read
      .selectFrom('batch_day')
      .select('verifies')
      .where('batch_id', '=', batch.batch_id)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    return verifies === null ? null : batch.verify;
  }

  /**
   * What a comparison says of a day whose source counts and hashes its rows. Undefined if they have to be fetched: they
   * differ, or can't be counted or compared, and the fetch shows why.
   */
  private async countedSame(
    dataset: Dataset,
    { day }: Claim,
    batchId: string,
    {
      whenReachable,
      signal,
    }: {
      readonly whenReachable: <T>(work: () => Promise<T>) => Promise<T>;
      readonly signal: AbortSignal;
    },
  ): Promise<Verification | undefined> {
    const counted = await this.fetcher.countDay(dataset, day, signal, batchId);
    // Whether a day without rows has data at all, only its fetch decides.
    if (counted === undefined || counted.rows === 0) return undefined;
    try {
      return await whenReachable(() => this.verifier.verifyCounted(dataset, day, counted, signal));
    } catch (error) {
      if (error instanceof TargetRefusedError) return undefined;
      throw error;
    }
  }

  /** The dataset of a lane; null if this process can't run it: the lane is released then. */
  private async datasetOf(run: LaneRun, rules: LaneRules): Promise<Dataset | null> {
    const { lane } = run;
    const { batchId } = lane;
    const batch = this.batches.get(batchId) ?? (await this.read(batchId, rules));
    run.batch = batch ?? null;
    const dataset =
      batch && (await rules.watch.whenAvailable(() => this.datasets.of(batch, this.database.read)));
    if (dataset === undefined) await this.release(lane, null, rules);
    else if (dataset === 'outdated') {
      rules.leaveBatch(batchId);
      await this.release(lane, 0, rules);
    } else if ('code' in dataset) {
      await rules.watch.whenAvailable(() => this.control.fail(batchId, dataset));
      await this.release(lane, BROKEN_MS, rules);
    } else return dataset;
    return null;
  }

  private async read(batchId: string, { watch }: LaneRules): Promise<BatchToRun | undefined> {
    const batch = await watch.whenAvailable(() =>
      this.database.read
        .selectFrom('batch')
        .select([
          'batch_id',
          'created_at',
          'dataset',
          'fingerprint',
          'mode',
          'verify',
          'traceparent',
        ])
        .where('batch_id', '=', batchId)
        .executeTakeFirst(),
    );
    if (batch !== undefined) this.batches.set(batchId, batch);
    return batch;
  }

  /** After a stop, with an uncertain lease, or in a closed lane: the day in flight runs again, without an attempt counted. */
  private async requeue(
    run: LaneRun,
    rules: LaneRules,
    why: RequeueReason = rules.aborting.aborted ? 'process_stopped' : 'lease_expired',
  ): Promise<void> {
    const { claim, lane } = run;
    const trace = this.traceOf(run);
    if (claim === null) {
      await this.release(lane, 0, rules);
      return;
    }
    const { day } = claim;
    try {
      await rules.watch.whenAvailable(() => this.steps.requeue(lane, claim, why, trace));
      this.logger.info({ task_id: lane.batchId, day }, `${day} 已重新排队`);
    } catch (error) {
      if (error instanceof StaleClaimError) {
        await this.dropStale(lane, error, rules);
        return;
      }
      // Its lease expires, and another process requeues it.
      this.logger.warn({ err: error, task_id: lane.batchId, day }, 'a day was not requeued');
    }
  }

  private async dropStale(
    lane: AcquiredLane,
    error: StaleClaimError,
    rules: LaneRules,
  ): Promise<void> {
    this.logger.warn({ task_id: lane.batchId, err: error }, '租约已失效，丢弃结果');
    await this.release(lane, 0, rules);
  }

  /** A bug ends the batch, not the process. */
  private async breakOff({ lane }: LaneRun, error: unknown, rules: LaneRules): Promise<void> {
    const { batchId } = lane;
    this.logger.error({ err: error, task_id: batchId }, '批量同步中断');
    const failure = { code: 'INTERNAL', text: 'an unexpected error: see the log' };
    try {
      await rules.watch.whenAvailable(() => this.control.fail(batchId, failure));
    } catch (failed) {
      this.logger.error({ err: failed, task_id: batchId }, 'the end of a batch was not written');
    }
    await this.release(lane, BROKEN_MS, rules);
  }

  /** Releases a lane that has no day in flight. */
  private async release(
    lane: AcquiredLane,
    freeInMs: number | null,
    { onReleased, watch }: LaneRules,
  ): Promise<void> {
    try {
      await watch.whenAvailable(() => this.steps.release(lane, freeInMs));
      onReleased(freeInMs, false);
    } catch (error) {
      this.logger.error({ err: error, task_id: lane.batchId }, 'a lane was not released');
    }
  }
}

/** The state of a lane while it runs. */
class LaneRun {
  claim: Claim | null = null;
  /** The lane after the last step. */
  laneRow: LaneRow | null = null;
  finished: FinishedDay | null = null;
  batch: BatchToRun | null = null;

  constructor(readonly lane: AcquiredLane) {}
}
