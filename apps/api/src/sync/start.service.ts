import { calendarDayAt, type Progress, type VerifyAction } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { takeTurn } from '../config/slices.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog, unknownDataset } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { LOGGER } from '../logging/logger.js';
import { progressOfRow } from '../batches/batch-progress.js';
import { LiveView } from '../batches/live-view.js';
import { BatchCreation, type Asked } from '../batches/store/batch-creation.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { planHash, type PlannedDay, type RecordedDays } from '../batches/plan.js';
import { planInSlices } from '../batches/sliced-plan.js';
import { PreviewDto, describePlan } from './preview.dto.js';
import type { TargetRange } from '../batches/range-state.js';
import { refuseOrder, refuseRange, type Refused } from './refusal.js';
import {
  keyOfDays,
  keyOfQuarantine,
  keyOfRetry,
  keyOfStart,
  type RequestHead,
} from './start-key.js';
import type { StartKey } from '../batches/store/idempotency-keys.js';
import { RetryBatchDto, RetryQuarantineDto, RetryRecordsDto, StartBatchDto } from './sync.dto.js';

/** How many of a dataset's latest days the estimate of a preview uses. */
const ESTIMATE_FROM = 500;

/** The batch of a request: a new one, the one that its key started before, or a retry that has not ended. */
export interface Started {
  readonly kind: 'started' | 'replayed' | 'active_child';
  readonly progress: Progress;
}

/** Why a request for a batch is refused before anything is written. */
type PlanRefusal = Refused<
  'range_reversed' | 'range_too_large' | 'unknown_dataset' | 'verify_in_other_mode'
>;

/** A valid request and its plan. */
interface Planner {
  readonly kind: 'planner';
  readonly dataset: Dataset;
  readonly range: TargetRange;
  readonly plan: (
    recorded: RecordedDays,
    turn: () => Promise<void>,
  ) => Promise<{ readonly days: readonly PlannedDay[]; readonly hash: string }>;
}

/** Previews and starts batches, and retries the failed days of earlier ones. */
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
   * @param key by default that of the body
   */
  async start(
    body: StartBatchDto,
    head: RequestHead,
    key: StartKey | null = keyOfStart(head, body, this.catalog.first.name),
  ): Promise<
    Started | PlanRefusal | Refused<'overlaps' | 'plan_changed' | 'key_reused' | 'outdated_dataset'>
  > {
    const asked = this.asked(head, key);
    const planner = await this.planner(body);
    if (planner.kind !== 'planner') return this.replayOr(planner, asked);
    const { dataset, range, plan } = planner;
    const { fingerprint } = dataset;
    const { mode, order, plan_hash: expected } = body;
    const verify = verifyOf(body);
    const result = await this.creation.start(
      { ...range, fingerprint, mode, verify, order, ...asked },
      async (recorded, turn) => {
        const { days, hash } = await plan(recorded, turn);
        return expected === undefined || expected === hash ? days : null;
      },
    );
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch);
      case 'replayed':
        return { kind: 'replayed', progress: await this.present(result.batch) };
      case 'plan_changed':
        return { kind: 'plan_changed', expected: expected ?? '' };
      case 'outdated_dataset':
        // A reload in this process came between the plan and the transaction.
        return this.catalog.get(dataset.name) === dataset ? result : this.start(body, head, key);
      case 'key_reused':
      case 'overlaps':
        return result;
    }
  }

  /**
   * Starts a batch over the failed days of one that has ended; a retry of it that is still active is returned
   * instead. Durable when this resolves.
   */
  async retry(
    parent: string,
    body: RetryBatchDto,
    head: RequestHead,
  ): Promise<
    | Started
    | Refused<
        | 'unknown_batch'
        | 'parent_active'
        | 'unknown_dataset'
        | 'nothing_left'
        | 'overlaps'
        | 'key_reused'
        | 'outdated_dataset'
      >
  > {
    const codes = body.codes ?? null;
    const result = await this.creation.retry(
      { parent, codes, ...this.asked(head, keyOfRetry(head, parent, body)) },
      (dataset) => this.catalog.get(dataset),
    );
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch);
      case 'replayed':
      case 'active_child':
        return { kind: result.kind, progress: await this.present(result.batch) };
      case 'unknown_parent':
        return { kind: 'unknown_batch', batchId: parent };
      case 'unknown_dataset':
        return unknownDataset(this.catalog, result.dataset);
      case 'nothing_left':
        return { kind: 'nothing_left', parent, codes };
      case 'parent_active':
      case 'outdated_dataset':
      case 'key_reused':
      case 'overlaps':
        return result;
    }
  }

  /** Starts a batch over the days of a dataset that have rows in quarantine. Durable when this resolves. */
  async retryQuarantine(
    body: RetryQuarantineDto,
    head: RequestHead,
  ): Promise<
    | Started
    | Refused<
        | 'unknown_dataset'
        | 'range_reversed'
        | 'none_in_quarantine'
        | 'overlaps'
        | 'key_reused'
        | 'outdated_dataset'
      >
  > {
    const { dataset: name, start_date: start, end_date: end } = body;
    const reversed = refuseOrder(start, end);
    if (reversed !== null) return reversed;
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const { expected, fingerprint } = dataset;
    const codes = body.codes ?? null;
    const result = await this.creation.retryQuarantine({
      ...{ dataset: name, fingerprint, expected, start, end, codes },
      ...this.asked(head, keyOfQuarantine(head, body)),
    });
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch);
      case 'replayed':
        return { kind: 'replayed', progress: await this.present(result.batch) };
      case 'nothing_left':
        return { kind: 'none_in_quarantine', dataset: name, codes };
      case 'outdated_dataset':
        // A reload in this process came between.
        return this.catalog.get(name) === dataset ? result : this.retryQuarantine(body, head);
      case 'key_reused':
      case 'overlaps':
        return result;
    }
  }

  /** Starts a batch over chosen days of a dataset that have a record. Durable when this resolves. */
  async retryDays(
    body: RetryRecordsDto,
    head: RequestHead,
  ): Promise<
    | Started
    | Refused<
        | 'unknown_dataset'
        | 'range_too_large'
        | 'none_recorded'
        | 'overlaps'
        | 'key_reused'
        | 'outdated_dataset'
      >
  > {
    const { dataset: name, days } = body;
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const { maxRangeDays: limit } = this.config;
    if (days.length > limit) {
      return { kind: 'range_too_large', days: days.length, limit, areExpected: false };
    }
    const { expected, fingerprint } = dataset;
    const result = await this.creation.retryDays({
      ...{ dataset: name, fingerprint, days, expected },
      ...this.asked(head, keyOfDays(head, body)),
    });
    switch (result.kind) {
      case 'created':
        return this.begin(result.batch);
      case 'replayed':
        return { kind: 'replayed', progress: await this.present(result.batch) };
      case 'nothing_left':
        return { kind: 'none_recorded', dataset: name };
      case 'outdated_dataset':
        // A reload in this process came between.
        return this.catalog.get(name) === dataset ? result : this.retryDays(body, head);
      case 'key_reused':
      case 'overlaps':
        return result;
    }
  }

  /** Plans a batch without starting it. */
  async preview(
    body: StartBatchDto,
  ): Promise<
    | { readonly kind: 'planned'; readonly preview: PreviewDto }
    | PlanRefusal
    | Refused<'overlaps' | 'plan_changed' | 'outdated_dataset'>
  > {
    const planner = await this.planner(body);
    if (planner.kind !== 'planner') return planner;
    const { dataset, range, plan } = planner;
    const { newer } = this.catalog;
    if (newer !== null && newer.fingerprints.get(dataset.name) !== dataset.fingerprint) {
      return { kind: 'outdated_dataset', dataset: dataset.name };
    }
    const state = await this.store.range(range);
    if (state.overlaps !== null) {
      return { kind: 'overlaps', dataset: dataset.name, batchId: state.overlaps };
    }
    const { days, hash } = await plan(state.recorded, takeTurn);
    const { plan_hash: expected } = body;
    if (expected !== undefined && expected !== hash) return { kind: 'plan_changed', expected };
    const durations = await this.store.latestDurations(dataset.name, ESTIMATE_FROM);
    const { targetDays } = state;
    return {
      kind: 'planned',
      preview: describePlan(dataset, days, { hash, durations, targetDays }),
    };
  }

  private begin(batch: BatchRow): Started {
    const progress = progressOfRow(batch);
    const { task_id, dataset, total, retry_of, started_by: by } = progress;
    const retry = retry_of === null ? {} : { retry_of };
    this.logger.info({ task_id, dataset, total, by, ...retry }, '同步任务已启动');
    return { kind: 'started', progress };
  }

  /** A request that is refused now may have been accepted when its key came first. */
  private async replayOr(
    refused: PlanRefusal,
    { key, at }: Asked,
  ): Promise<Started | PlanRefusal | Refused<'key_reused'>> {
    const earlier = key ? await this.creation.earlier(key, at) : null;
    if (earlier === null) return refused;
    return earlier.kind === 'replayed'
      ? { kind: 'replayed', progress: await this.present(earlier.batch) }
      : earlier;
  }

  private asked({ by, caller }: RequestHead, key: StartKey | null): Asked {
    const now = this.clock.now();
    return { at: toInstant(now), unixSeconds: Math.floor(now / 1_000), by, caller, key };
  }

  /** The progress of a batch as it is now, which its row alone does not have while it runs. */
  private async present(batch: BatchRow): Promise<Progress> {
    return (await this.live.find(batch.batch_id)) ?? progressOfRow(batch);
  }

  /** Checks a request and returns the one planner that preview and start share. */
  private async planner(body: StartBatchDto): Promise<Planner | PlanRefusal> {
    const { start_date: start, end_date: end, mode, order } = body;
    const dataset =
      body.dataset === undefined ? this.catalog.first : this.catalog.get(body.dataset);
    if (dataset === undefined) return unknownDataset(this.catalog, body.dataset ?? '');
    if (body.verify !== undefined && mode !== 'verify')
      return { kind: 'verify_in_other_mode', mode };
    const expectedDays = await this.store.expectedDays(dataset, {
      start_date: start,
      end_date: end,
    });
    const refused = refuseRange(start, end, this.config.maxRangeDays, expectedDays);
    if (refused !== null) return refused;
    const today = calendarDayAt(this.clock.now(), dataset.timeZone);
    const { name, expected, fingerprint, target } = dataset;
    return {
      kind: 'planner',
      dataset,
      range: { dataset: name, start, end, target, expected },
      plan: async (recorded, turn) => {
        const days = await planInSlices({ start, end, order, mode, today, ...recorded }, turn);
        const verify = verifyOf(body);
        const hash = planHash(
          { dataset: name, fingerprint, start, end, order, mode, verify },
          days,
        );
        return { days, hash };
      },
    };
  }
}

/** What a start does with a day that differs; null unless its mode is `verify`. */
function verifyOf({ mode, verify = 'repair' }: StartBatchDto): VerifyAction | null {
  return mode === 'verify' ? verify : null;
}
