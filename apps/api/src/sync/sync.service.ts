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
import { BatchControl, type ControlVerb } from './batch-control.js';
import { BatchQueue } from './batch-queue.js';
import { BatchRecovery } from './batch-recovery.js';
import { BatchStore, type BatchRange, type RangeState } from './batch-store.js';
import { planHash } from './plan-hash.js';
import { planDays, type PlannedDay } from './plan.js';
import { PreviewDto } from './preview.dto.js';
import { describePlan } from './preview.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto, StartBatchDto } from './sync.dto.js';

const CONTROL_LOG: Readonly<Record<ControlVerb, string>> = {
  pause: '同步已暂停',
  resume: '同步已继续',
  cancel: '同步已取消',
};
/** How many of a dataset's latest days a preview's estimate is made from. */
const ESTIMATE_FROM = 500;

/** A checked request, and the plan that it leads to. */
interface Planner {
  readonly dataset: Dataset;
  readonly range: BatchRange;
  /** When the request came, in milliseconds since the epoch. */
  readonly now: number;
  readonly plan: (lastTries: RangeState['lastTries']) => {
    readonly days: readonly PlannedDay[];
    readonly hash: string;
  };
}

/** Batches: starts them, has the queue run them, and shows them. */
@Injectable()
export class SyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** What the last process left. */
  private unfinished: readonly BatchRow[] = [];

  constructor(
    private readonly store: BatchStore,
    private readonly recovery: BatchRecovery,
    private readonly queue: BatchQueue,
    private readonly batchControl: BatchControl,
    private readonly registry: ProgressRegistry,
    private readonly catalog: DatasetCatalog,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives back what the last process had in flight, and knows the batches that have not ended. */
  async onApplicationBootstrap(): Promise<void> {
    const { active, crashed, suspects } = await this.recovery.recover(toInstant(this.clock.now()));
    this.unfinished = active;
    for (const { task_id, day } of suspects) {
      this.logger.warn({ task_id, day }, `上次异常退出时正在同步 ${day}，将单独重试`);
    }
    if (crashed !== null) {
      const { task_id, day } = crashed;
      this.logger.error({ task_id, day }, `${day} 两次使进程退出，记为失败`);
    }
    for (const batch of this.unfinished) {
      this.queue.know(batch);
      // Nothing of it is in flight any more.
      if (batch.status === 'cancelling') await this.control(batch.task_id, 'cancel', 'zh');
    }
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
   * @throws {Problem} `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`, `BATCH_OVERLAPS`, `PLAN_CHANGED`
   */
  async start(request: StartBatchDto, language: Language): Promise<Progress> {
    const planner = this.planner(request);
    const { dataset, range, now } = planner;
    const created = await this.store.create(
      {
        ...range,
        fingerprint: dataset.fingerprint,
        mode: request.mode,
        order: request.order,
        at: toInstant(now),
        unixSeconds: Math.floor(now / 1_000),
      },
      (lastTries) => {
        const { days, hash } = planner.plan(lastTries);
        return request.plan_hash === undefined || request.plan_hash === hash ? days : null;
      },
    );
    switch (created.kind) {
      case 'created':
        break;
      case 'overlaps':
        throw overlaps(dataset, created.taskId);
      case 'plan_changed':
        throw new Problem(
          'PLAN_CHANGED',
          `expected the plan ${request.plan_hash ?? ''}, and it has changed since its preview`,
        );
      default: {
        const unknown: never = created;
        return unknown;
      }
    }
    const progress = progressOfRow(created.batch);
    const { task_id } = progress;
    this.queue.know(created.batch);
    this.logger.info({ task_id, dataset: dataset.name, total: progress.total }, '同步任务已启动');
    this.queue.admit();
    return inLanguage(progress, language);
  }

  /**
   * What a start would do with each day; starts nothing.
   * @throws {Problem} as {@link start}
   */
  async preview(request: StartBatchDto): Promise<PreviewDto> {
    const { dataset, range, plan } = this.planner(request);
    const state = await this.store.range(range);
    if (state.overlaps !== null) throw overlaps(dataset, state.overlaps);
    const { days, hash } = plan(state.lastTries);
    return describePlan(dataset, days, {
      hash,
      durations: await this.store.latestDurations(dataset.name, ESTIMATE_FROM),
    });
  }

  /**
   * The progress of a batch: the live one, or of an ended batch the kept one.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async progress(taskId: string, language: Language): Promise<Progress> {
    const live = this.registry.get(taskId);
    return inLanguage(live ?? progressOfRow(await this.findBatch(taskId)), language);
  }

  /**
   * Pauses, resumes or cancels a batch; durable when this resolves.
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(taskId: string, verb: ControlVerb, language: Language): Promise<Progress> {
    this.queue.know(await this.findBatch(taskId));
    const at = toInstant(this.clock.now());
    const result = await this.batchControl.apply(taskId, verb, at, (done) => {
      if (done.kind === 'changed') this.registry.apply(taskId, done.change);
    });
    switch (result.kind) {
      case 'changed': {
        this.logger.info({ task_id: taskId, verb }, CONTROL_LOG[verb]);
        this.queue.nudge(taskId);
        break;
      }
      case 'unchanged':
        break;
      case 'refused':
        throw new Problem(
          'BATCH_STATE',
          `a batch that is ${result.state} can't be asked to ${verb}`,
          {
            state: result.state,
          },
        );
      default: {
        const unknown: never = result;
        return unknown;
      }
    }
    return this.progress(taskId, language);
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

  /** Checks a request and gives the one planner that preview and start share. */
  private planner(request: StartBatchDto): Planner {
    const { start_date: start, end_date: end, mode, order } = request;
    const dataset = this.findDataset(request.dataset);
    const limit = this.config.maxRangeDays;
    const count = countDays(start, end);
    if (compareDays(end, start) < 0) {
      throw new Problem('RANGE_REVERSED', `expected end_date on or after ${start}, got ${end}`);
    }
    if (count > limit) {
      throw new Problem('RANGE_TOO_LARGE', `expected at most ${limit} days, got ${count}`, {
        limit,
      });
    }
    const now = this.clock.now();
    const today = calendarDayAt(now, dataset.timeZone);
    const { name, fingerprint } = dataset;
    return {
      dataset,
      range: { dataset: name, start, end },
      now,
      plan: (lastTries) => {
        const days = planDays({ start, end, order, mode, today, lastTries });
        const hash = planHash({ dataset: name, fingerprint, start, end, order, mode }, days);
        return { days, hash };
      },
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

function overlaps(dataset: Dataset, taskId: string): Problem {
  return new Problem(
    'BATCH_OVERLAPS',
    `expected days that no active batch of ${dataset.name} has, and ${taskId} has some of them`,
    { task_id: taskId },
  );
}

function inLanguage(progress: Progress, language: Language): Progress {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}
