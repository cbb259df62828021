import { calendarDayAt, type Language, type Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { datasetNotFound } from '../datasets/dataset-not-found.js';
import type { Dataset } from '../datasets/dataset.js';
import { LOGGER } from '../logging/logger.js';
import { problemOfRange } from '../http/input/asked-range.js';
import { Problem } from '../http/problems/problem.js';
import { inLanguage, progressOfRow } from '../batches/batch-progress.js';
import { LiveView } from '../batches/live-view.js';
import { BatchCreation, type Asked } from '../batches/store/batch-creation.js';
import { batchNotFound } from './batch-not-found.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { planHash, planDays, type PlannedDay } from '../batches/plan.js';
import { PreviewDto } from './preview.dto.js';
import { describePlan } from './preview.js';
import type { BatchRange, RangeState } from '../batches/range-state.js';
import { keyOfRetry, keyOfStart } from './start-key.js';
import { type Earlier, type StartKey } from '../batches/store/idempotency-keys.js';
import { RetryBatchDto, StartBatchDto } from './sync.dto.js';

/** How many of a dataset's latest days a preview's estimate is made from. */
const ESTIMATE_FROM = 500;

/** What a request for a batch led to: a new one, the one that its key led to before, or one that is active. */
export interface Started {
  readonly by: 'start' | 'key' | 'active_child';
  readonly progress: Progress;
}

/** What stands beside a request's body. */
export interface RequestHead {
  /** Its `Idempotency-Key`. */
  readonly key: string | null;
  /** The name of the caller; null where there are no tokens. */
  readonly by: string | null;
  readonly language: Language;
}

/** A checked request, and the plan that it leads to. */
interface Planner {
  readonly dataset: Dataset;
  readonly range: BatchRange;
  readonly plan: (lastTries: RangeState['lastTries']) => {
    readonly days: readonly PlannedDay[];
    readonly hash: string;
  };
}

/** New batches: previews them, starts them, and starts them again for the days that failed. */
@Injectable()
export class StartService {
  constructor(
    private readonly creation: BatchCreation,
    private readonly store: BatchStore,
    private readonly live: LiveView,
    private readonly catalog: DatasetCatalog,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Starts a batch, or finds the one that the same request with the same key has started: durable when this
   * resolves.
   * @throws {Problem} `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`, `BATCH_OVERLAPS`, `PLAN_CHANGED`,
   * `IDEMPOTENCY_KEY_REUSED`
   */
  async start(body: StartBatchDto, { key, by, language }: RequestHead): Promise<Started> {
    const given = key === null ? null : { key, by };
    const asked = this.asked(by, keyOfStart(given, body, this.catalog.first.name));
    const planner = this.planner(body);
    if (planner instanceof Problem) return this.replayOr(planner, asked, language);
    const { dataset, range, plan } = planner;
    const { fingerprint } = dataset;
    const { mode, order, plan_hash: expected } = body;
    const result = await this.creation.start(
      { ...range, fingerprint, mode, order, ...asked },
      (lastTries) => {
        const { days, hash } = plan(lastTries);
        return expected === undefined || expected === hash ? days : null;
      },
    );
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch, language);
      case 'replayed':
      case 'key_reused':
        return this.replay(result, language);
      case 'overlaps':
        throw overlaps(result.dataset, result.batchId);
      case 'plan_changed':
        throw planChanged(expected ?? '');
      default: {
        const unknown: never = result;
        return unknown;
      }
    }
  }

  /**
   * Starts a batch over the failed days of one that has ended; where such a batch is active already, that one is
   * the answer. Durable when this resolves.
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`, `DATASET_NOT_FOUND`, `NOTHING_TO_RETRY`, `BATCH_OVERLAPS`,
   * `IDEMPOTENCY_KEY_REUSED`
   */
  async retry(
    parent: string,
    body: RetryBatchDto,
    { key, by, language }: RequestHead,
  ): Promise<Started> {
    const codes = body.codes ?? null;
    const given = key === null ? null : { key, by };
    const result = await this.creation.retry(
      { parent, codes, ...this.asked(by, keyOfRetry(given, parent, body)) },
      (dataset) => this.catalog.get(dataset)?.fingerprint,
    );
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch, language);
      case 'replayed':
      case 'key_reused':
        return this.replay(result, language);
      case 'active_child':
        return { by: 'active_child', progress: await this.present(result.batch, language) };
      case 'unknown_parent':
        throw batchNotFound(parent);
      case 'parent_active':
        throw new Problem(
          'BATCH_STATE',
          `expected a batch that has ended, got one that is ${result.state}`,
          { state: result.state },
        );
      case 'unknown_dataset':
        throw datasetNotFound(this.catalog, result.dataset);
      case 'nothing_left': {
        const which = codes === null ? '' : ' with one of these codes';
        throw new Problem(
          'NOTHING_TO_RETRY',
          `expected days of ${parent} that failed${which} and still are failed, got none`,
        );
      }
      case 'overlaps':
        throw overlaps(result.dataset, result.batchId);
      default: {
        const unknown: never = result;
        return unknown;
      }
    }
  }

  /**
   * What a start would do with each day; starts nothing.
   * @throws {Problem} `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`, `BATCH_OVERLAPS`, `PLAN_CHANGED`
   */
  async preview(body: StartBatchDto): Promise<PreviewDto> {
    const planner = this.planner(body);
    if (planner instanceof Problem) throw planner;
    const { dataset, range, plan } = planner;
    const state = await this.store.range(range);
    if (state.overlaps !== null) throw overlaps(dataset.name, state.overlaps);
    const { days, hash } = plan(state.lastTries);
    const { plan_hash: expected } = body;
    if (expected !== undefined && expected !== hash) throw planChanged(expected);
    return describePlan(dataset, days, {
      hash,
      durations: await this.store.latestDurations(dataset.name, ESTIMATE_FROM),
    });
  }

  private begin(batch: BatchRow, language: Language): Started {
    const progress = progressOfRow(batch);
    const { task_id, dataset, total, retry_of, started_by: by } = progress;
    const retry = retry_of === null ? {} : { retry_of };
    this.logger.info({ task_id, dataset, total, by, ...retry }, '同步任务已启动');
    return { by: 'start', progress: inLanguage(progress, language) };
  }

  private async replay(earlier: Earlier, language: Language): Promise<Started> {
    if (earlier.kind === 'replayed') {
      return { by: 'key', progress: await this.present(earlier.batch, language) };
    }
    throw new Problem(
      'IDEMPOTENCY_KEY_REUSED',
      'expected the request that this Idempotency-Key came with before, got another one',
    );
  }

  /** A request that can't be taken now, and that may have been when it came with its key first. */
  private async replayOr(
    problem: Problem,
    { key, at }: Asked,
    language: Language,
  ): Promise<Started> {
    const earlier = key ? await this.creation.earlier(key, at) : null;
    if (earlier === null) throw problem;
    return this.replay(earlier, language);
  }

  private asked(by: string | null, key: StartKey | null): Asked {
    const now = this.clock.now();
    return { at: toInstant(now), unixSeconds: Math.floor(now / 1_000), by, key };
  }

  /** A batch as it is now: its row alone does not say that of one that runs. */
  private async present(batch: BatchRow, language: Language): Promise<Progress> {
    const live = await this.live.find(batch.batch_id);
    return inLanguage(live ?? progressOfRow(batch), language);
  }

  /** Checks a request and gives the one planner that preview and start share. */
  private planner(body: StartBatchDto): Planner | Problem {
    const { start_date: start, end_date: end, mode, order } = body;
    const dataset =
      body.dataset === undefined ? this.catalog.first : this.catalog.get(body.dataset);
    if (dataset === undefined) return datasetNotFound(this.catalog, body.dataset ?? '');
    const problem = problemOfRange(start, end, this.config.maxRangeDays);
    if (problem !== null) return problem;
    const today = calendarDayAt(this.clock.now(), dataset.timeZone);
    const { name, fingerprint } = dataset;
    return {
      dataset,
      range: { dataset: name, start, end },
      plan: (lastTries) => {
        const days = planDays({ start, end, order, mode, today, lastTries });
        const hash = planHash({ dataset: name, fingerprint, start, end, order, mode }, days);
        return { days, hash };
      },
    };
  }
}

function planChanged(expected: string): Problem {
  return new Problem(
    'PLAN_CHANGED',
    `expected the plan ${expected}, and it has changed since its preview`,
  );
}

function overlaps(dataset: string, batchId: string): Problem {
  return new Problem(
    'BATCH_OVERLAPS',
    `expected days that no active batch of ${dataset} has, and ${batchId} has some of them`,
    { task_id: batchId },
  );
}
