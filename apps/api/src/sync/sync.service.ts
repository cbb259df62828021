import { setTimeout as sleep } from 'node:timers/promises';
import {
  isTerminal,
  type Control,
  type ControlVerb,
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
import { CrashMarker } from '../database/crash-marker.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { Problem } from '../http/problem.js';
import { describeBatchDay } from './batch-day.js';
import { batchNotFound } from './batch-not-found.js';
import { inLanguage } from './batch-progress.js';
import { BatchControl, type ControlResult } from './batch-control.js';
import { BatchHistory } from './batch-history.js';
import { BatchQueue } from './batch-queue.js';
import { BatchRecovery, CRASHED } from './batch-recovery.js';
import { BatchStore } from './batch-store.js';
import { decodeDaysCursor, encodeDaysCursor } from './days-cursor.js';
import { EndedBatches } from './ended-batches.js';
import { EventStreams } from './event-streams.js';
import { LiveProgress } from './live-progress.js';
import { SyncMetrics } from './sync-metrics.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto } from './sync.dto.js';

const CONTROL_LOG: Readonly<Record<ControlVerb, string>> = {
  pause: '同步已暂停',
  resume: '同步已继续',
  cancel: '同步已取消',
};

/** How long a stop waits for the sources to close, after the days in flight. */
const MOST_CLOSE_MS = 2_000;

/** Batches: has the queue run them, controls them and shows them. */
@Injectable()
export class SyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** What the last process left. */
  private unfinished: readonly BatchRow[] = [];

  constructor(
    private readonly store: BatchStore,
    private readonly recovery: BatchRecovery,
    protected readonly crashMarker: CrashMarker,
    private readonly queue: BatchQueue,
    private readonly history: BatchHistory,
    private readonly ended: EndedBatches,
    private readonly batchControl: BatchControl,
    private readonly live: LiveProgress,
    private readonly streams: EventStreams,
    private readonly registry: ProgressRegistry,
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: SyncMetrics,
  ) {}

  /** Gives back what the last process had in flight, and knows the batches that have not ended. */
  async onApplicationBootstrap(): Promise<void> {
    const { active, crashed, suspects } = await this.recovery.recover({
      at: toInstant(this.clock.now()),
      steadyNow: this.clock.steady(),
      afterCrash: this.crashMarker.crashed,
    });
    this.crashMarker.set();
    this.unfinished = active;
    const datasets = this.catalog.list().map(({ name }) => name);
    this.metrics.observe(this.registry, this.streams, datasets);
    for (const { task_id, day } of suspects) {
      this.logger.warn({ task_id, day }, `上次异常退出时正在同步 ${day}，将单独重试`);
    }
    if (crashed !== null) {
      const { task_id, day } = crashed;
      this.logger.error({ task_id, day }, `${day} 两次使进程退出，记为失败`);
      const { dataset, status } = await this.findBatch(task_id);
      this.metrics.daysEnded(dataset, [{ outcome: 'failed', reason: CRASHED.code, count: 1 }]);
      this.metrics.batchChanged(dataset, status);
    }
    for (const batch of this.unfinished) {
      this.live.know(batch);
      // Nothing of it is in flight any more.
      if (batch.status === 'cancelling') await this.endCancelling(batch.task_id);
    }
  }

  /**
   * Begins the loop: the batches that ran when the last process ended, then those in the queue. The program calls
   * it once it listens: one that can't must not have touched a source.
   */
  run(): void {
    this.queue.begin(this.unfinished.filter(({ status }) => status === 'running'));
    this.history.begin();
  }

  /** Begins no other day, lets those in flight finish for a while, then gives them back. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.stop();
    this.streams.close();
    // A source that does not close does not hold up the stop.
    await Promise.race([this.catalog.close(), sleep(MOST_CLOSE_MS, undefined, { ref: false })]);
  }

  /**
   * The newest snapshot of a batch: the live one, or of an ended batch the kept one.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async snapshot(taskId: string): Promise<Progress> {
    const known = this.registry.get(taskId);
    if (known !== undefined) return known;
    const progress = await this.ended.find(taskId);
    if (progress === undefined) throw batchNotFound(taskId);
    if (!isTerminal(progress.status)) this.live.missed(taskId);
    return progress;
  }

  /**
   * Pauses, resumes or cancels a batch; durable when this resolves.
   * @param asked the verb, and who asks
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(
    taskId: string,
    { verb, by }: Omit<Control, 'at'>,
    language: Language,
  ): Promise<Progress> {
    const control = { verb, by, at: toInstant(this.clock.now()) };
    const result = await this.batchControl.apply(taskId, control, this.show(taskId));
    switch (result.kind) {
      case 'changed': {
        this.logger.info({ task_id: taskId, verb, by }, CONTROL_LOG[verb]);
        this.queue.nudge(taskId);
        await this.live.seen(taskId, result.rev);
        break;
      }
      case 'unchanged':
        break;
      case 'unknown':
        throw batchNotFound(taskId);
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
    return inLanguage(await this.snapshot(taskId), language);
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
    const newest = items.map((kept) =>
      inLanguage(this.registry.get(kept.task_id) ?? kept, language),
    );
    return { items: newest, page, page_size, total };
  }

  /**
   * Every day of a batch, or those that changed since the answer that had this cursor.
   * @throws {Problem} `BATCH_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async days(taskId: string, since?: string): Promise<BatchDaysDto> {
    const sinceRev = since === undefined ? undefined : decodeDaysCursor(since);
    const found = await this.store.days(taskId, sinceRev);
    if (found === undefined) throw batchNotFound(taskId);
    return { items: found.days.map(describeBatchDay), cursor: encodeDaysCursor(found.rev) };
  }

  private async endCancelling(taskId: string): Promise<void> {
    const at = toInstant(this.clock.now());
    await this.batchControl.endCancelling(taskId, at, this.show(taskId));
    this.logger.info({ task_id: taskId }, CONTROL_LOG.cancel);
  }

  /** A change is live from its commit on. */
  private show(taskId: string): (result: ControlResult) => void {
    return (result) => {
      if (result.kind !== 'changed') return;
      const { dataset, ended, status } = result;
      this.live.moved(taskId, result);
      this.metrics.daysEnded(dataset, ended);
      this.metrics.batchChanged(dataset, status);
    };
  }

  private async findBatch(taskId: string): Promise<BatchRow> {
    const batch = await this.store.find(taskId);
    if (batch !== undefined) return batch;
    throw batchNotFound(taskId);
  }
}
