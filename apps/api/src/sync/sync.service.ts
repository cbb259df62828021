import {
  calendarDayAt,
  compareDays,
  countDays,
  progressMessage,
  type Language,
  type Progress,
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
import { readDayError } from '../dispatch/day-error-columns.js';
import { LOGGER } from '../logging/logger.js';
import { Problem } from '../http/problem.js';
import { progressOfRow } from './batch-progress.js';
import { BatchQueue } from './batch-queue.js';
import { BatchStore } from './batch-store.js';
import { planDays } from './plan.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto, StartBatchDto } from './sync.dto.js';

/** Batches: starts them, has the queue run them, and shows them. */
@Injectable()
export class SyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** What the last process left. */
  private unfinished: readonly BatchRow[] = [];

  constructor(
    private readonly store: BatchStore,
    private readonly queue: BatchQueue,
    private readonly registry: ProgressRegistry,
    private readonly catalog: DatasetCatalog,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives back what the last process had in flight, and knows the batches that have not ended. */
  async onApplicationBootstrap(): Promise<void> {
    this.unfinished = await this.store.recover(toInstant(this.clock.now()));
    for (const batch of this.unfinished) this.queue.know(batch);
  }

  /**
   * Begins the loop: the batches that ran when the last process ended, then those in the queue. The program calls
   * it once it listens: one that can't must not have touched a source.
   */
  run(): void {
    this.queue.begin(this.unfinished.filter(({ status }) => status === 'running'));
  }

  /** Begins no other day, lets those in flight finish for a while, then gives them back. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.stop();
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
    this.queue.know(created.batch);
    this.logger.info({ task_id, dataset: dataset.name, total: progress.total }, '同步任务已启动');
    this.queue.admit();
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
}

function inLanguage(progress: Progress, language: Language): Progress {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}
