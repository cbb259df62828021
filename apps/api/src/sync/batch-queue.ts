import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Progress, type ProgressError } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import type { BatchRow } from '../database/schema.js';
import { classifyFailure, DatabaseUnavailableError } from '../database/unavailable.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { spacingOf, type Dataset } from '../datasets/dataset.js';
import { DAY_DISPATCHER, type DayDispatcher } from '../dispatch/day-dispatcher.js';
import { LocalSpacedLimiter } from '../limits/spaced-limiter.js';
import { LOGGER } from '../logging/logger.js';
import { outsideRequests } from '../logging/request-scope.js';
import { BatchCommit } from './batch-commit.js';
import { progressOfRow } from './batch-progress.js';
import { BatchRunner, type RunnerPorts } from './batch-runner.js';
import { BatchStore } from './batch-store.js';
import { SyncMetrics } from './sync-metrics.js';

/** How long to wait before what the database refused is tried again. */
const RETRY_MS = 1_000;
/** How long a stop lets the days in flight finish before it gives them back. */
const STOP_GRACE_MS = 7_000;

/** Runs the batches in their turn, as many at a time as may. */
@Injectable()
export class BatchQueue {
  private readonly running = new Map<string, Promise<void>>();
  private readonly runners = new Map<string, BatchRunner>();
  private readonly throttles = new Map<string, LocalSpacedLimiter>();
  private begun = false;
  private broken = false;
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  /** Batches are taken from the queue one after another. */
  private admission: Promise<void> = Promise.resolve();
  private readonly ports: RunnerPorts;

  constructor(
    private readonly store: BatchStore,
    private readonly commit: BatchCommit,
    private readonly registry: ProgressRegistry,
    private readonly catalog: DatasetCatalog,
    @Inject(DAY_DISPATCHER) dispatcher: DayDispatcher,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: SyncMetrics,
  ) {
    this.ports = { commit, registry, dispatcher, clock, logger, metrics };
  }

  /** Whether batches get their turn. */
  get state(): 'starting' | 'running' | 'broken' | 'stopping' {
    if (this.stopping.signal.aborted) return 'stopping';
    if (!this.begun) return 'starting';
    return this.broken ? 'broken' : 'running';
  }

  /** Begins: the batches that ran when the last process ended first, then those in the queue. */
  begin(interrupted: readonly BatchRow[]): void {
    for (const batch of interrupted) {
      this.logger.info({ task_id: batch.task_id, dataset: batch.dataset }, '继续未完成的批量同步');
      void this.launch(batch);
    }
    this.begun = true;
    this.admit();
  }

  /** Begins no other day, lets those in flight finish for a while, then gives them back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const timer = setTimeout(() => {
      this.aborting.abort();
    }, STOP_GRACE_MS);
    await this.admission;
    await Promise.all(this.running.values());
    clearTimeout(timer);
  }

  /** Takes batches from the queue as long as there is room. */
  admit(): void {
    if (!this.begun) return;
    // What runs from here on is not part of the request that asked for it.
    outsideRequests(() => {
      this.takeFromQueue();
    });
  }

  private takeFromQueue(): void {
    this.admission = this.admission
      .then(async () => {
        this.broken = false;
        while (!this.stopping.signal.aborted && this.running.size < this.config.maxActiveBatches) {
          // One that was resumed while days of it are in flight is run by its own runner still.
          const next = await this.whenAvailable(() =>
            this.store.nextQueued([...this.running.keys()]),
          );
          if (next === undefined) return;
          await this.launch(next);
          // Whatever a batch does, others get their turn.
          await nextTurn();
        }
      })
      .catch((error: unknown) => {
        this.broken = !this.stopping.signal.aborted;
        this.logger.error({ err: error }, 'a batch could not be taken from the queue');
      });
  }

  /** A batch was paused, resumed or cancelled: its runner looks at once, and the queue moves up. */
  nudge(taskId: string): void {
    this.runners.get(taskId)?.nudge();
    this.admit();
  }

  /** Runs a batch. Resolves when it has begun, so that the next look at the queue sees it. */
  private async launch(batch: BatchRow): Promise<void> {
    const taskId = batch.task_id;
    const begun = Promise.withResolvers<void>();
    const watching = this.registry.watch(taskId).subscribe(({ status }) => {
      if (status !== 'queued') begun.resolve();
    });
    const run = this.runBatch(batch)
      .catch((error: unknown) => this.giveUp(taskId, error))
      .finally(() => {
        watching.unsubscribe();
        begun.resolve();
        this.running.delete(taskId);
        this.runners.delete(taskId);
        this.admit();
      });
    this.running.set(taskId, run);
    await begun.promise;
  }

  private async runBatch(batch: BatchRow): Promise<void> {
    const taskId = batch.task_id;
    const dataset = this.catalog.get(batch.dataset);
    if (dataset?.fingerprint !== batch.fingerprint) {
      const text = `the dataset ${batch.dataset} is ${dataset === undefined ? 'not configured any more' : 'not configured as it was at the start'}`;
      await this.fail(taskId, { code: 'DATASET_CHANGED', text });
      return;
    }
    const runner = new BatchRunner(this.ports, {
      taskId,
      dataset,
      throttle: this.throttleOf(dataset),
      durations: await this.whenAvailable(() => this.store.durations(taskId)),
      remaining: await this.whenAvailable(() => this.store.remaining(taskId)),
    });
    this.runners.set(taskId, runner);
    await runner.run(this.stopping.signal, this.aborting.signal);
    const progress = this.registry.get(taskId);
    if (progress !== undefined && isTerminal(progress.status)) this.logEnd(progress);
  }

  /** A batch that broke: at a stop that is left to the next start, anything else is a bug and ends it. */
  private async giveUp(taskId: string, error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.logger.error({ err: error, task_id: taskId }, '批量同步中断');
    try {
      await this.fail(taskId, {
        code: 'INTERNAL',
        text: 'an unexpected error, which the log tells',
      });
    } catch (failure) {
      this.logger.error({ err: failure, task_id: taskId }, 'the end of a batch was not written');
    }
  }

  /** Ends a batch that can't go on; it stays in its place until that could be written. */
  private async fail(taskId: string, error: ProgressError): Promise<void> {
    const change = await this.whenAvailable(() =>
      this.commit.fail(taskId, error, toInstant(this.clock.now())),
    );
    if (change === null) return;
    const row = await this.whenAvailable(() => this.store.find(taskId));
    if (row === undefined) return;
    // From its row, and not by its events: what is shown of it may be what broke.
    const progress = progressOfRow(row);
    this.metrics.daysEnded(progress.dataset, change.ended);
    this.metrics.batchChanged(progress.dataset, progress.status);
    this.registry.register(progress);
    this.logEnd(progress);
  }

  /**
   * Tries again while the database is away.
   * @throws what else goes wrong, and what the stop ends it with
   */
  private async whenAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const failure = classifyFailure(error);
        if (!(failure instanceof DatabaseUnavailableError)) throw error;
        this.logger.error({ err: failure }, '数据库暂不可用，稍后重试');
        await sleep(RETRY_MS, undefined, { signal: this.stopping.signal });
      }
    }
  }

  private logEnd({ task_id, dataset, message, status, success, failed, skipped }: Progress): void {
    this.logger.info({ task_id, dataset, status, success, failed, skipped }, message);
  }

  private throttleOf(dataset: Dataset): LocalSpacedLimiter {
    let throttle = this.throttles.get(dataset.name);
    if (throttle === undefined) {
      throttle = new LocalSpacedLimiter(spacingOf(dataset), () => this.clock.monotonic());
      this.throttles.set(dataset.name, throttle);
    }
    return throttle;
  }
}
