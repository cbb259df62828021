import {
  DayDurations,
  estimateEnd,
  isTerminal,
  type ProgressChange,
  type WaitingFor,
} from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { Logger } from 'pino';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { toInstant, type Clock } from '../clock.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { Dataset } from '../datasets/dataset.js';
import type { DayDispatcher } from '../dispatch/day-dispatcher.js';
import type { BatchCommit, Claim, FinishedDay, Step, StepResult } from './batch-commit.js';
import type { Throttle } from './throttle.js';

/** How long a batch waits for a database that can't be written before it tries again. */
const DATABASE_RETRY_MS = 1_000;

/** What the loop works with. */
export interface RunnerPorts {
  readonly commit: Pick<BatchCommit, 'step'>;
  readonly registry: ProgressRegistry;
  readonly dispatcher: DayDispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RunnerBatch {
  readonly taskId: string;
  readonly dataset: Dataset;
  readonly throttle: Throttle;
  /** The durations of the days that it has tried before a restart, in milliseconds. */
  readonly durations: readonly number[];
  /** Days that are still to be tried. */
  readonly remaining: number;
}

/** The loop over the days of one batch: fetched side by side, committed one at a time. */
export class BatchRunner {
  private readonly inFlight = new Map<Claim, Promise<FinishedDay>>();
  private readonly durations = new DayDurations();
  private remaining: number;
  /** False once the batch is paused or cancelling: the days in flight may finish, no other begins. */
  private goesOn = true;
  private sleeping: AbortController | undefined;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly batch: RunnerBatch,
  ) {
    this.remaining = batch.remaining;
    for (const duration of batch.durations) this.durations.add(duration);
  }

  /**
   * Runs the batch to its end.
   * @param stopping begin no other day; resolves when those in flight are committed
   * @param signal drop the days in flight as well
   */
  async run(stopping: AbortSignal, signal: AbortSignal): Promise<void> {
    let finished: FinishedDay | null = null;
    while (!signal.aborted) {
      const ended = await this.step(finished, stopping, signal);
      if (ended) return;
      // A turn of the event loop a day: a poll never waits for more than one commit.
      await nextTurn();
      finished = await this.nextFinished(stopping, signal);
      const halted = stopping.aborted || !this.goesOn;
      if (finished === null && halted && this.inFlight.size === 0) return;
    }
  }

  /** Has it look at its batch now: it was paused, resumed or cancelled. */
  nudge(): void {
    this.sleeping?.abort();
  }

  /** One commit. Whether the loop ends with it. */
  private async step(
    finished: FinishedDay | null,
    stopping: AbortSignal,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, registry } = this.ports;
    const { dataset, taskId, throttle } = this.batch;
    const monotonic = clock.monotonic();
    const waitMs = throttle.waitMs(monotonic);
    const freeLanes = dataset.concurrency - this.inFlight.size;
    // Evenly spaced starts are single starts.
    const lanes = throttle.spacingMs > 0 ? Math.min(1, freeLanes) : freeLanes;
    const now = clock.now();
    const waiting: WaitingFor | null =
      waitMs > 0 ? { kind: 'throttle', until: toInstant(now + waitMs), detail: null } : null;
    const result = await this.commitStep(
      {
        dataset,
        taskId,
        at: toInstant(now),
        finished,
        mayBegin: stopping.aborted || waitMs > 0 ? 0 : lanes,
        waiting,
      },
      stopping,
    );
    if (result === null) return true;
    if (result.claims.length > 0) throttle.take(monotonic);
    if (finished !== null) {
      this.durations.add(finished.durationMs);
      this.remaining -= 1;
    }
    this.logOutcome(finished, result);
    this.goesOn = result.status === 'running';
    if (result.change === null) return false;
    const progress = registry.apply(taskId, this.withEstimate(result.change, now));
    for (const claim of result.claims) this.begin(claim, signal);
    return isTerminal(progress.status);
  }

  /** Commits, as soon as the database can be written; null if the program stops before that. */
  private async commitStep(step: Step, stopping: AbortSignal): Promise<StepResult | null> {
    for (;;) {
      try {
        return await this.ports.commit.step(step);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        this.ports.logger.error({ err: error, task_id: step.taskId }, '数据库暂不可用，稍后重试');
        await sleep(DATABASE_RETRY_MS, null, { signal: stopping }).catch(() => null);
        if (stopping.aborted) return null;
      }
    }
  }

  private withEstimate(change: ProgressChange, at: number): ProgressChange {
    if (this.remaining === 0 || !this.goesOn) return change;
    const eta = estimateEnd({
      durations: this.durations,
      remaining: this.remaining,
      concurrency: this.batch.dataset.concurrency,
      spacingMs: this.batch.throttle.spacingMs,
      at,
    });
    return { ...change, events: [...change.events, { type: 'estimate_changed', eta }] };
  }

  private begin(claim: Claim, signal: AbortSignal): void {
    const { clock, dispatcher, logger } = this.ports;
    const { dataset, taskId } = this.batch;
    const { day } = claim;
    logger.info({ task_id: taskId, dataset: dataset.name, day }, `开始同步 ${day}`);
    const begun = clock.monotonic();
    const fetching = dispatcher
      .fetchDay(dataset, day, signal)
      .then((fetched) => ({ claim, fetched, durationMs: clock.monotonic() - begun }));
    // It is awaited only once its turn comes; until then its failure is not unhandled.
    fetching.catch(() => undefined);
    this.inFlight.set(claim, fetching);
  }

  /** The next day to commit; null when it is time to begin one, or to stop. */
  private async nextFinished(
    stopping: AbortSignal,
    signal: AbortSignal,
  ): Promise<FinishedDay | null> {
    const fetching = [...this.inFlight.values()];
    const freeLane = fetching.length < this.batch.dataset.concurrency;
    const pending = this.remaining > fetching.length;
    let finished: FinishedDay | null;
    if (freeLane && pending && this.goesOn && !stopping.aborted) {
      const left = new AbortController();
      this.sleeping = left;
      const waitMs = this.batch.throttle.waitMs(this.ports.clock.monotonic());
      const leaving = AbortSignal.any([left.signal, stopping, signal]);
      const turn = sleep(waitMs, null, { signal: leaving }).catch(() => null);
      finished = await Promise.race([...fetching, turn]);
      left.abort();
    } else {
      finished = fetching.length === 0 ? null : await Promise.race(fetching);
    }
    if (finished !== null) this.inFlight.delete(finished.claim);
    return finished;
  }

  private logOutcome(finished: FinishedDay | null, { outcome }: StepResult): void {
    if (finished === null || outcome === null) return;
    const { logger } = this.ports;
    const { day } = finished.claim;
    const fields = {
      task_id: this.batch.taskId,
      dataset: this.batch.dataset.name,
      day,
      duration_ms: Math.round(finished.durationMs),
    };
    switch (outcome.state) {
      case 'success':
        logger.info({ ...fields, rows: outcome.rows }, `同步成功 ${day}`);
        return;
      case 'skipped':
        logger.info({ ...fields, reason: outcome.reason }, `已跳过 ${day}`);
        return;
      case 'failed':
        logger.warn({ ...fields, error: outcome.error }, `同步失败 ${day}`);
        return;
      default: {
        const unknown: never = outcome;
        return unknown;
      }
    }
  }
}
