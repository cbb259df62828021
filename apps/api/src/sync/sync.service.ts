import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  calendarDayAt,
  compareDays,
  countDays,
  isTerminal,
  progressMessage,
  type Language,
  type Progress,
  type ProgressError,
} from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { DAY_DISPATCHER, type DayDispatcher } from '../dispatch/day-dispatcher.js';
import { readDayError } from '../dispatch/day-error-columns.js';
import { LOGGER } from '../logging/logger.js';
import { Problem } from '../http/problem.js';
import { BatchCommit } from './batch-commit.js';
import { progressOfRow } from './batch-progress.js';
import { BatchRunner, type RunnerPorts } from './batch-runner.js';
import { BatchStore } from './batch-store.js';
import { planDays } from './plan.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto, StartBatchDto } from './sync.dto.js';
import { Throttle } from './throttle.js';

/** How long to wait before what the database refused is tried again. */
const RETRY_MS = 1_000;
/** How long a stop lets the days in flight finish before it gives them back. */
const STOP_GRACE_MS = 8_000;

/** The loop over all batches: starts them, runs them in their turn, and tells the registry what it commits. */
@Injectable()
export class SyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  private readonly throttles = new Map<string, Throttle>();
  /** What the last process left. */
  private unfinished: readonly BatchRow[] = [];
  private begun = false;
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
  ) {
    this.ports = { commit, registry, dispatcher, clock, logger };
  }

  /** Gives back what the last process had in flight, and knows the batches that have not ended. */
  async onApplicationBootstrap(): Promise<void> {
    this.unfinished = await this.store.recover(toInstant(this.clock.now()));
    for (const batch of this.unfinished) this.know(batch);
  }

  /**
   * Begins the loop: the batches that ran when the last process ended, then those in the queue. The program calls
   * it once it listens: one that can't must not have touched a source.
   */
  run(): void {
    for (const batch of this.unfinished.filter(({ status }) => status === 'running')) {
      this.logger.info({ task_id: batch.task_id, dataset: batch.dataset }, '继续未完成的批量同步');
      void this.launch(batch);
    }
    this.begun = true;
    this.admit();
  }

  /** Begins no other day, lets those in flight finish for a while, then gives them back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const timer = setTimeout(() => {
      this.aborting.abort();
    }, STOP_GRACE_MS);
    await this.admission;
    await Promise.all(this.running.values());
    clearTimeout(timer);
    await this.catalog.close();
  }

  /**
   * Starts a batch: it is durable when this resolves.
   * @throws {Problem} `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`, `BATCH_OVERLAPS`
   */
  async start(request: StartBatchDto, language: Language): Promise<Progress> {
    const { start_date: start, end_date: end, mode, order } = request;
    const dataset = this.findDataset(request.dataset);
    const days = countDays(start, end);
    const limit = this.config.maxRangeDays;
    if (compareDays(end, start) < 0) {
      throw new Problem('RANGE_REVERSED', `expected end_date on or after ${start}, got ${end}`);
    }
    if (days > limit) {
      throw new Problem('RANGE_TOO_LARGE', `expected at most ${limit} days, got ${days}`, {
        limit,
      });
    }
    const now = this.clock.now();
    const today = calendarDayAt(now, dataset.timeZone);
    const created = await this.store.create(
      {
        dataset: dataset.name,
        fingerprint: dataset.fingerprint,
        start,
        end,
        mode,
        order,
        at: toInstant(now),
        unixSeconds: Math.floor(now / 1_000),
      },
      (lastTries) => planDays({ start, end, order, mode, today, lastTries }),
    );
    if (!created.ok) {
      throw new Problem(
        'BATCH_OVERLAPS',
        `expected days that no active batch of ${dataset.name} has, and ${created.overlaps} has some of them`,
        { task_id: created.overlaps },
      );
    }
    const progress = progressOfRow(created.batch);
    const { task_id } = progress;
    this.know(created.batch);
    this.logger.info({ task_id, dataset: dataset.name, total: progress.total }, '同步任务已启动');
    this.admit();
    return inLanguage(progress, language);
  }

  /**
   * The progress of a batch: the live one, or of an ended batch the kept one.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async progress(taskId: string, language: Language): Promise<Progress> {
    const live = this.registry.get(taskId);
    return inLanguage(live ?? progressOfRow(await this.findBatch(taskId)), language);
  }

  async list(query: BatchQueryDto, language: Language): Promise<BatchPageDto> {
    const { page, page_size, dataset, status } = query;
    const { items, total } = await this.store.list({
      dataset,
      status,
      limit: page_size,
      offset: (page - 1) * page_size,
    });
    const newest = items.map((kept) =>
      inLanguage(this.registry.get(kept.task_id) ?? kept, language),
    );
    return { items: newest, page, page_size, total };
  }

  /**
   * Every day of a batch.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async days(taskId: string): Promise<BatchDaysDto> {
    await this.findBatch(taskId);
    const days = await this.store.days(taskId);
    return {
      items: days.map((day) => ({
        day: day.day,
        state: day.state,
        // A planned skip has its reason before its turn; it is told with the outcome.
        reason: day.state === 'skipped' ? day.reason : null,
        rows: day.rows,
        attempts: day.attempts,
        duration_ms: day.duration_ms,
        started_at: day.started_at,
        finished_at: day.finished_at,
        error: readDayError(day),
      })),
    };
  }

  private findDataset(name: string | undefined): Dataset {
    if (name === undefined) return this.catalog.first;
    const dataset = this.catalog.get(name);
    if (dataset !== undefined) return dataset;
    const known = this.catalog.list().map((candidate) => candidate.name);
    throw new Problem(
      'DATASET_NOT_FOUND',
      `expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`,
    );
  }

  private async findBatch(taskId: string): Promise<BatchRow> {
    const batch = await this.store.find(taskId);
    if (batch !== undefined) return batch;
    throw new Problem(
      'BATCH_NOT_FOUND',
      `there is no batch ${JSON.stringify(taskId.slice(0, 100))}`,
    );
  }

  /** Takes batches from the queue as long as there is room. */
  private admit(): void {
    if (!this.begun) return;
    this.admission = this.admission
      .then(async () => {
        while (!this.stopping.signal.aborted && this.running.size < this.config.maxActiveBatches) {
          const next = await this.store.nextQueued();
          if (next === undefined || this.running.has(next.task_id)) return;
          await this.launch(next);
          // Whatever a batch does, others get their turn.
          await nextTurn();
        }
      })
      .catch(async (error: unknown) => {
        this.logger.error({ err: error }, 'the queue could not be read');
        await this.pause();
      });
  }

  /** Has the registry hold a batch. The queue may have come upon it before its own start got this far. */
  private know(batch: BatchRow): void {
    if (this.registry.get(batch.task_id) === undefined) {
      this.registry.register(progressOfRow(batch));
    }
  }

  /** Runs a batch. Resolves when it has begun, so that the next look at the queue sees it. */
  private async launch(batch: BatchRow): Promise<void> {
    const taskId = batch.task_id;
    this.know(batch);
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
      durations: await this.store.durations(taskId),
      remaining: await this.store.remaining(taskId),
    });
    await runner.run(this.stopping.signal, this.aborting.signal);
    const progress = this.registry.get(taskId);
    if (progress !== undefined && isTerminal(progress.status)) this.logEnd(progress);
  }

  /** A batch that broke: a stop gives it back, anything else is a bug and ends it. */
  private async giveUp(taskId: string, error: unknown): Promise<void> {
    if (this.aborting.signal.aborted) return;
    this.logger.error({ err: error, task_id: taskId }, '批量同步中断');
    await this.fail(taskId, {
      code: 'INTERNAL',
      text: 'an unexpected error, which the log tells',
    });
  }

  /** Ends a batch that can't go on; it stays in its place until that could be written. */
  private async fail(taskId: string, error: ProgressError): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const change = await this.commit.fail(taskId, error, toInstant(this.clock.now()));
        this.logEnd(this.registry.apply(taskId, change));
        return;
      } catch (failure) {
        this.logger.error({ err: failure, task_id: taskId }, 'the end of a batch was not written');
        await this.pause();
      }
    }
  }

  /** Waits before something that failed is tried again; a stop ends the wait. */
  private async pause(): Promise<void> {
    await sleep(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private logEnd({ task_id, dataset, message, status, success, failed, skipped }: Progress): void {
    this.logger.info({ task_id, dataset, status, success, failed, skipped }, message);
  }

  private throttleOf(dataset: Dataset): Throttle {
    let throttle = this.throttles.get(dataset.name);
    if (throttle === undefined) {
      throttle = new Throttle(
        dataset.throttle === null ? 0 : 60_000 / dataset.throttle.daysPerMinute,
      );
      this.throttles.set(dataset.name, throttle);
    }
    return throttle;
  }
}

function inLanguage(progress: Progress, language: Language): Progress {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}
