import { setTimeout as sleep } from 'node:timers/promises';
import { type Control, type ControlVerb, type Language, type Progress } from '@daysync/progress';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { BatchControl } from '../batches/store/batch-control.js';
import { inLanguage } from '../batches/batch-progress.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { Problem } from '../http/problems/problem.js';
import { LaneWorker } from '../runner/lane-worker.js';
import { LiveView } from '../batches/live-view.js';
import { Process } from '../runner/process.js';
import { describeBatchDay } from './batch-day.js';
import { batchNotFound } from './batch-not-found.js';
import { BatchHistory } from '../batches/store/batch-history.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { decodeDaysCursor, encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { EndedBatches } from '../batches/store/ended-batches.js';
import { EventStreams } from './event-streams.js';
import { SyncMetrics } from '../batches/batch-metrics.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto } from './sync.dto.js';

const CONTROL_LOG: Readonly<Record<ControlVerb, string>> = {
  pause: '同步已暂停',
  resume: '同步已继续',
  cancel: '同步已取消',
};

/** How long a stop waits for the sources to close, after the days in flight. */
const MOST_CLOSE_MS = 2_000;

/** Batches: has the worker run them, controls them and shows them. */
@Injectable()
export class SyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly store: BatchStore,
    private readonly process: Process,
    private readonly worker: LaneWorker,
    private readonly history: BatchHistory,
    private readonly ended: EndedBatches,
    private readonly batchControl: BatchControl,
    private readonly live: LiveView,
    private readonly streams: EventStreams,
    private readonly catalog: DatasetCatalog,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: SyncMetrics,
  ) {}

  /** Takes up what the last process has left. */
  async onApplicationBootstrap(): Promise<void> {
    await this.process.join();
    const datasets = this.catalog.list().map(({ name }) => name);
    this.metrics.observe(this.live, () => this.streams.size, datasets);
  }

  /**
   * Begins the loop: the batches that ran when the last process ended, then those in the queue. The program calls
   * it once it listens: one that can't must not have touched a source.
   */
  run(): void {
    this.worker.start();
    this.history.begin();
  }

  /** Begins no other day, lets those in flight finish for a while, then requeues them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
    this.streams.close();
    // A source that does not close does not hold up the stop.
    await Promise.race([this.catalog.close(), sleep(MOST_CLOSE_MS, undefined, { ref: false })]);
  }

  /**
   * The newest snapshot of a batch: the live one, or of an ended batch the kept one.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async snapshot(batchId: string): Promise<Progress> {
    const progress =
      this.ended.held(batchId) ??
      (await this.live.find(batchId)) ??
      (await this.ended.find(batchId));
    if (progress === undefined) throw batchNotFound(batchId);
    return progress;
  }

  /**
   * Pauses, resumes or cancels a batch; durable when this resolves.
   * @param asked the verb, and who asks
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(
    batchId: string,
    { verb, by }: Omit<Control, 'at'>,
    language: Language,
  ): Promise<Progress> {
    const result = await this.batchControl.apply(batchId, { verb, by });
    switch (result.kind) {
      case 'changed':
        this.logger.info({ task_id: batchId, verb, by }, CONTROL_LOG[verb]);
        return inLanguage(result.progress, language);
      case 'unchanged':
        return inLanguage(result.progress, language);
      case 'unknown':
        throw batchNotFound(batchId);
      case 'refused': {
        const { state } = result;
        throw new Problem('BATCH_STATE', `a batch that is ${state} can't be asked to ${verb}`, {
          state,
        });
      }
      default: {
        const unknown: never = result;
        return unknown;
      }
    }
  }

  async list(query: BatchQueryDto, language: Language): Promise<BatchPageDto> {
    const { page, page_size, dataset, status, retry_of } = query;
    const { items, total } = await this.store.list({
      dataset,
      status,
      retryOf: retry_of,
      limit: page_size,
      offset: (page - 1) * page_size,
    });
    return { items: items.map((kept) => inLanguage(kept, language)), page, page_size, total };
  }

  /**
   * Every day of a batch, or those that changed since the answer that had this cursor.
   * @throws {Problem} `BATCH_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async days(batchId: string, since?: string): Promise<BatchDaysDto> {
    const known = since === undefined ? START : decodeDaysCursor(since);
    const days = await this.store.days(batchId, known);
    if (days === undefined) throw batchNotFound(batchId);
    return { items: days.map(describeBatchDay), cursor: encodeDaysCursor(known, days) };
  }
}
