import {
  DayDurations,
  isTerminal,
  waitingIn,
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
import type { LocalSpacedLimiter } from '../limits/spaced-limiter.js';
import type { BatchCommit } from './batch-commit.js';
import type { Step, StepResult } from './batch-step.js';
import type { Outlook } from './day-claims.js';
import type { Claim, FinishedDay } from './day-commit.js';
import { logSettled } from './day-log.js';
import { estimateByDurations } from './estimate-by-durations.js';
import type { SyncMetrics } from './sync-metrics.js';

/** How long a batch waits for a database that can't be written before it tries again. */
const DATABASE_RETRY_MS = 1_000;
/** How often a batch looks whether the suspect of another one is done. */
const BLOCKED_RETRY_MS = 50;

/** What the loop works with. */
export interface RunnerPorts {
  readonly commit: Pick<BatchCommit, 'step' | 'giveBack'>;
  readonly registry: ProgressRegistry;
  readonly dispatcher: DayDispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SyncMetrics;
}

export interface RunnerBatch {
  readonly taskId: string;
  readonly dataset: Dataset;
  readonly throttle: LocalSpacedLimiter;
  /** The durations of the days that it has tried before a restart, in milliseconds. */
  readonly durations: readonly number[];
  /** Days that are still to be tried. */
  readonly remaining: number;
}

/** The longest that a timer of Node can wait. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** The loop over the days of one batch: fetched side by side, committed one at a time. */
export class BatchRunner {
  private readonly inFlight = new Map<Claim, Promise<FinishedDay>>();
  private readonly durations = new DayDurations();
  private remaining: number;
  private outlook: Outlook = { ready: true, waiting: null, blocked: false };
  /** False once the batch is paused or cancelling: the days in flight may finish, no other begins. */
  private goesOn = true;
  /** Somebody has changed the batch since the last look at it. */
  private nudged = false;
  private sleeping: AbortController | undefined;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly batch: RunnerBatch,
  ) {
    this.remaining = batch.remaining;
    for (const duration of batch.durations) this.durations.add(duration);
  }

  /**
   * Runs the batch to its end, to a pause or to a stop. What it throws ends its fetches.
   * @param stopping begin no other day; resolves when those in flight are committed
   * @param signal give back the days in flight as well, and commit nothing more
   */
  async run(stopping: AbortSignal, signal: AbortSignal): Promise<void> {
    const broken = new AbortController();
    try {
      await this.loop(stopping, AbortSignal.any([signal, broken.signal]));
    } catch (error) {
      broken.abort();
      if (!signal.aborted) {
        this.dropFetched();
        throw error;
      }
    }
    if (signal.aborted) await this.giveBack();
  }

  /** Has it look at its batch now: it was paused, resumed or cancelled. */
  nudge(): void {
    this.nudged = true;
    this.sleeping?.abort();
  }

  private async loop(stopping: AbortSignal, signal: AbortSignal): Promise<void> {
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

  /** One commit. Whether the loop ends with it. */
  private async step(
    finished: FinishedDay | null,
    stopping: AbortSignal,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.nudged = false;
    const result = await this.commitStep(finished, stopping, signal).finally(() => {
      if (finished?.fetched.kind === 'staged') finished.fetched.rows.drop();
    });
    if (result === null) return true;
    if (result.claims.length > 0) this.batch.throttle.take(this.ports.clock.monotonic());
    for (const settled of result.settled) logSettled(this.ports.logger, this.batch, settled);
    for (const claim of result.claims) this.begin(claim, signal);
    return isTerminal(result.status);
  }

  /** Commits, as soon as the database can be written; null if the program ends before that. */
  private async commitStep(
    finished: FinishedDay | null,
    stopping: AbortSignal,
    signal: AbortSignal,
  ): Promise<StepResult | null> {
    const { commit, logger } = this.ports;
    const { taskId } = this.batch;
    for (let away = false; ;) {
      // Made anew at each try: the times in it are those of the commit.
      const step = this.nextStep(finished, stopping);
      try {
        return await commit.step(step, {
          committed: (result) => {
            if (away) {
              this.tellWait(null);
              logger.info({ task_id: taskId }, '数据库已恢复，继续同步');
            }
            this.show(step, result);
          },
        });
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        if (!away) logger.error({ err: error, task_id: taskId }, '数据库暂不可用，稍后重试');
        away = true;
        this.tellWait({ kind: error.what, until: null, detail: error.message });
        await sleep(DATABASE_RETRY_MS, null, { signal }).catch(() => null);
        // A stop waits for what was fetched; without that, it waits for nothing.
        if (signal.aborted || (stopping.aborted && finished === null)) return null;
      }
    }
  }

  private nextStep(finished: FinishedDay | null, stopping: AbortSignal): Step {
    const { clock, dispatcher, registry } = this.ports;
    const { dataset, taskId, throttle } = this.batch;
    const now = clock.now();
    const throttleMs = throttle.waitMs(clock.monotonic());
    const sourceMs = dispatcher.waitMs(dataset);
    const waitMs = Math.max(throttleMs, sourceMs ?? 0);
    const freeLanes = dataset.concurrency - this.inFlight.size;
    // Evenly spaced starts are single starts.
    const lanes = throttle.spacingMs > 0 || sourceMs !== null ? Math.min(1, freeLanes) : freeLanes;
    const kind = waitMs > throttleMs ? 'rate_limit' : 'throttle';
    return {
      dataset,
      taskId,
      at: toInstant(now),
      steadyNow: clock.steady(),
      finished: finished === null ? [] : [finished],
      mayBegin: stopping.aborted || waitMs > 0 ? 0 : lanes,
      waiting: waitMs > 0 ? { kind, until: toInstant(now + waitMs), detail: null } : null,
      told: registry.get(taskId)?.waiting_for ?? null,
    };
  }

  /** Tells what no commit can tell; null takes it back, to what the batch waits for by its state. */
  private tellWait(waiting: WaitingFor | null): void {
    const { registry } = this.ports;
    const progress = registry.get(this.batch.taskId);
    if (progress === undefined) return;
    const { error, status, task_id } = progress;
    registry.setWaiting(task_id, waiting ?? waitingIn(status, error));
  }

  /** Takes in what a commit has done, and shows it. */
  private show({ at }: Step, result: StepResult): void {
    const { change, failedHeld, outlook, settled, status } = result;
    this.ports.metrics.stepped(this.batch.dataset.name, result);
    this.goesOn = status === 'running';
    this.outlook = outlook;
    this.remaining -= failedHeld;
    for (const { finished, verdict } of settled) {
      if (verdict.state === 'waiting' || verdict.state === 'held') continue;
      this.durations.add(finished.durationMs);
      this.remaining -= 1;
    }
    if (change === null) return;
    this.ports.registry.apply(this.batch.taskId, this.withEstimate(change, Date.parse(at)));
  }

  private withEstimate(change: ProgressChange, at: number): ProgressChange {
    if (this.remaining === 0 || !this.goesOn) return change;
    const eta = estimateByDurations({
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

  /** The next day to commit; null when it is time to begin one, or to look at the batch, or to stop. */
  private async nextFinished(
    stopping: AbortSignal,
    signal: AbortSignal,
  ): Promise<FinishedDay | null> {
    if (this.nudged) return null;
    const fetching = [...this.inFlight.values()];
    const waitMs = stopping.aborted ? null : this.untilNextBegin();
    let finished: FinishedDay | null;
    if (waitMs !== null) {
      const left = new AbortController();
      this.sleeping = left;
      const leaving = AbortSignal.any([left.signal, stopping, signal]);
      // Rounded up: a timer that is early by a fraction finds nothing to do.
      const ms = Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS);
      const turn = sleep(ms, null, { signal: leaving }).catch(() => null);
      finished = await Promise.race([...fetching, turn]);
      left.abort();
    } else {
      finished = fetching.length === 0 ? null : await Promise.race(fetching);
    }
    // What is not to be committed any more stays in flight, to be given back.
    if (finished !== null && !signal.aborted) this.inFlight.delete(finished.claim);
    return finished;
  }

  /** How long until a day may begin without another one finishing, in milliseconds; null if none will. */
  private untilNextBegin(): number | null {
    const { inFlight } = this;
    if (!this.goesOn || inFlight.size >= this.batch.dataset.concurrency) return null;
    const { clock, dispatcher } = this.ports;
    const { blocked, ready, waiting } = this.outlook;
    const { dataset, throttle } = this.batch;
    const throttled = Math.max(throttle.waitMs(clock.monotonic()), dispatcher.waitMs(dataset) ?? 0);
    if (blocked) return inFlight.size > 0 ? null : Math.max(throttled, BLOCKED_RETRY_MS);
    if (ready) return throttled;
    return waiting === null ? null : Math.max(throttled, waiting.dueAt - clock.steady());
  }

  /** Gives the days in flight back; where that can't be written, the next start of the program does it. */
  private async giveBack(): Promise<void> {
    const { clock, commit, logger, registry } = this.ports;
    const { taskId } = this.batch;
    const claims = [...this.inFlight.keys()];
    this.dropFetched();
    if (claims.length === 0) return;
    try {
      await commit.giveBack(taskId, claims, toInstant(clock.now()), {
        committed: ({ change }) => registry.apply(taskId, change),
      });
    } catch (error) {
      logger.error({ err: error, task_id: taskId }, 'the days in flight were not given back');
    }
  }

  /** Forgets the days in flight, with the rows of those that were fetched already and are not committed. */
  private dropFetched(): void {
    for (const fetching of this.inFlight.values()) {
      fetching.then(
        ({ fetched }) => {
          if (fetched.kind === 'staged') fetched.rows.drop();
        },
        () => undefined, // It has nothing to forget.
      );
    }
    this.inFlight.clear();
  }
}
