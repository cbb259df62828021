import { setTimeout as sleep } from 'node:timers/promises';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BatchControl } from '../batches/store/batch-control.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { LOGGER, outsideRequests } from '../logging/logger.js';
import { Admission } from './admission.js';
import { AWAY_MS, DatabaseWatch } from './database-watch.js';
import { LaneLeases } from './lane-leases.js';
import { LaneQueue, type AcquiredLane } from '../batches/lane-queue.js';
import { LaneRunner, type LaneRules } from './lane-runner.js';
import { LaneSteps } from './lane-step.js';
import { Process } from './process.js';

/** How often it polls without an event. */
const POLL_MS = 1_000;
/** The wait before a process acquires a lane, for each lane that it has: processes with fewer lanes come first. */
const STEP_BACK_MS = 2;
const MOST_STEP_BACK_MS = 15;
/** How long a process with several lanes leaves a lane that it has released to other processes. */
const YIELD_MS = 20;
const YIELD_EVERY_MS = 200;
/** The longest time that a lane runs in one of several processes before another may acquire it. */
const MAX_RUN_MS = 5_000;
/** Neighbouring lanes run longer by this: a process never has to acquire all of its lanes anew at once. */
const STAGGERED = 8;
const STAGGER_MS = 250;
/**
 * How long a process acquires no lane of a batch whose dataset it has in another version: a process that can run it polls
 * more often than that.
 */
const OUTDATED_MS = 2_000;
/** How long this process, once no lane runs in it, waits for the lane of a suspect. */
const ISOLATION_WINDOW_MS = 1_000;
/** How long a stop lets the days in flight finish before it requeues them, and how long it takes in all. */
const STOP_GRACE_MS = 7_000;
const MOST_STOP_MS = 9_000;

export type WorkerState = 'starting' | 'running' | 'broken' | 'stopping';

/** The loop of every process: it admits batches, acquires free lanes while it has room, and runs them. */
@Injectable()
export class LaneWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly leases: LaneLeases;
  private readonly watch: DatabaseWatch;
  private readonly rules: LaneRules;
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private woken = Promise.withResolvers<void>();
  private begun = false;
  /** Whether running batches have as many lanes as this process has configured. */
  private hasFitted = false;
  private broken = false;
  private acquiring = false;
  /** When lanes become free, as far as this process knows, on the monotonic clock. */
  private readonly freeTimes = new Set<number>();
  /** When it checks again whether a batch can be admitted. */
  private admitAt = Number.NEGATIVE_INFINITY;
  /** Until then only other processes acquire what this one has released. */
  private notBefore = Number.NEGATIVE_INFINITY;
  /** Until when only other processes acquire the lanes of which batches. */
  private readonly leftBatches = new Map<string, number>();
  /** No new days begin, so that a suspect can run isolated; once no lane runs, until this time. */
  private wantsIsolation = false;
  private isolationUntil: number | null = null;
  /** The lane that runs isolated. */
  private isolated: AcquiredLane | null = null;
  private looping: Promise<void> = Promise.resolve();

  constructor(
    database: Database,
    private readonly queue: LaneQueue,
    private readonly runner: LaneRunner,
    private readonly steps: LaneSteps,
    private readonly admission: Admission,
    private readonly control: BatchControl,
    registry: ProgressRegistry,
    private readonly process: Process,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'role' | 'workerConcurrency'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.leases = new LaneLeases(queue, clock, logger, () => {
      this.wake();
    });
    this.watch = new DatabaseWatch({ logger, registry }, this.aborting.signal);
    const { leases, watch } = this;
    this.rules = {
      ...{ holder: process.name, leases, watch, aborting: this.aborting.signal },
      maxRunMs: ({ number }) =>
        process.isSingle
          ? Number.POSITIVE_INFINITY
          : MAX_RUN_MS + (number % STAGGERED) * STAGGER_MS,
      mayClaim: (lane, isFirst) =>
        !this.stopping.signal.aborted &&
        (isFirst || this.isolated === lane || !this.wantsIsolation),
      isolate: (lane) => this.isolate(lane),
      endIsolation: (lane) => {
        if (this.isolated !== lane) return;
        this.isolated = null;
        this.wantsIsolation = false;
        this.wake();
      },
      leaveBatch: (batchId) => {
        this.leftBatches.set(batchId, clock.monotonic() + OUTDATED_MS);
      },
      onReleased: (freeInMs, hasSuspect) => {
        if (hasSuspect && !this.wantsIsolation) {
          this.wantsIsolation = true;
          this.isolationUntil = null;
        }
        this.expectFree(freeInMs);
      },
    };
    admission.onNewDatasets(() => {
      this.hasFitted = false;
      this.leftBatches.clear();
      this.onWork();
    });
    database.onEvent(({ kind }) => {
      if (kind === 'reconnected') this.leases.reconnected();
      if (kind !== 'batches_forgotten') this.onWork();
    });
  }

  get state(): WorkerState {
    if (this.stopping.signal.aborted) return 'stopping';
    if (!this.begun) return 'starting';
    const isHealthy = !this.broken && !this.watch.isAway && this.process.isConnected;
    return isHealthy ? 'running' : 'broken';
  }

  /** Starts the loop, unless this process only answers requests. */
  start(): void {
    this.begun = true;
    if (this.config.role === 'api') return;
    if (!this.process.isSingle) this.leases.start();
    // The loop must not log the id of the request that has started it.
    outsideRequests(() => {
      this.looping = this.loop();
    });
  }

  private onWork(): void {
    this.admitAt = Number.NEGATIVE_INFINITY;
    this.wake();
  }

  /** Drains: begins no other day, lets those in flight finish for a while, and requeues the rest. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    const timer = setTimeout(() => {
      this.aborting.abort();
    }, STOP_GRACE_MS);
    const ended = this.looping.then(() => Promise.all([...this.running, this.markStopping()]));
    // A silent network must not delay the stop: leases expire by themselves.
    await Promise.race([
      ended,
      ...(this.process.isSingle ? [] : [sleep(MOST_STOP_MS, undefined, { ref: false })]),
    ]);
    clearTimeout(timer);
    this.leases.stop();
  }

  /** A second signal may end this process before its days are requeued: that is no crash. */
  private async markStopping(): Promise<void> {
    if (this.process.isSingle || this.running.size === 0) return;
    try {
      await this.steps.markStopping(this.process.name);
    } catch (error) {
      this.logger.debug({ err: error }, 'the lanes were not marked as stopping');
    }
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const woken = this.woken.promise;
      try {
        await this.admit();
        const acquired = this.hasRoom() && (await this.acquire());
        this.watch.succeeded(this);
        this.broken = false;
        if (acquired) continue;
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) this.watch.failed(this, error);
        else {
          this.broken = true;
          this.logger.error({ err: error }, '领取待同步的日期失败，稍后重试');
        }
        await this.rest(AWAY_MS);
        continue;
      }
      await this.waitFor(woken);
    }
  }

  private async admit(): Promise<void> {
    if (!this.hasFitted) {
      // A reload meanwhile has them fitted again.
      this.hasFitted = true;
      await this.admission.fitLanes().catch((error: unknown) => {
        this.hasFitted = false;
        throw error;
      });
    }
    const now = this.clock.monotonic();
    if (now < this.admitAt) return;
    this.admitAt = now + POLL_MS;
    const broken = await this.admission.admit();
    for (const { batchId, error } of broken) await this.control.fail(batchId, error);
  }

  private hasRoom(): boolean {
    const { size } = this.running;
    const now = this.clock.monotonic();
    if (this.isolated !== null || now < this.notBefore) return false;
    if (this.wantsIsolation) {
      if (size > 0) return false;
      this.isolationUntil ??= now + ISOLATION_WINDOW_MS;
      if (now < this.isolationUntil) return true;
      this.wantsIsolation = false;
    }
    return this.process.isSingle || size < this.config.workerConcurrency;
  }

  /** @returns whether to try again at once */
  private async acquire(): Promise<boolean> {
    // In a single process no lease expires.
    const since = this.process.isSingle ? Number.POSITIVE_INFINITY : this.clock.monotonic();
    for (const [batchId, until] of this.leftBatches) {
      if (until <= this.clock.monotonic()) this.leftBatches.delete(batchId);
    }
    this.acquiring = true;
    let lane: AcquiredLane | null;
    try {
      lane = await this.queue.acquire([...this.leftBatches.keys()]);
    } finally {
      this.acquiring = false;
    }
    if (lane === null) return false;
    const run = this.runner.run(lane, since, this.rules).finally(() => {
      this.running.delete(run);
      this.wake();
    });
    this.running.add(run);
    if (this.process.isSingle) return true;
    // Other processes with fewer lanes come first.
    await this.rest(Math.min(STEP_BACK_MS * (this.running.size - 1), MOST_STEP_BACK_MS));
    return true;
  }

  private isolate(lane: AcquiredLane): boolean {
    if (this.isolated === lane) return true;
    if (this.isolated !== null || this.acquiring || this.running.size > 1) return false;
    this.isolated = lane;
    return true;
  }

  private expectFree(inMs: number | null): void {
    if (inMs === null) return;
    const now = this.clock.monotonic();
    const yields =
      !this.process.isSingle &&
      inMs === 0 &&
      this.running.size > 1 &&
      now - this.notBefore > YIELD_EVERY_MS;
    if (yields) this.notBefore = now + YIELD_MS;
    this.freeTimes.add(now + (yields ? YIELD_MS : inMs));
  }

  private wake(): void {
    this.woken.resolve();
  }

  private async waitFor(woken: Promise<void>): Promise<void> {
    const waitMs = Math.max(0, Math.min(...this.freeTimes) - this.clock.monotonic());
    const timer = new AbortController();
    // Rounded up: a timer that fires a fraction early would find nothing.
    const ms = Math.min(Math.ceil(waitMs) + 1, POLL_MS);
    await Promise.race([
      woken,
      sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    this.woken = Promise.withResolvers();
    const now = this.clock.monotonic();
    for (const time of this.freeTimes) if (time <= now) this.freeTimes.delete(time);
  }

  private async rest(ms: number): Promise<void> {
    if (ms <= 0) return;
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
