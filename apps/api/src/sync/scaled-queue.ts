import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { DAY_DISPATCHER, type DayDispatcher } from '../dispatch/day-dispatcher.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { LOGGER } from '../logging/logger.js';
import { BatchAdmission } from './batch-admission.js';
import { BatchCommit } from './batch-commit.js';
import type { BatchQueue } from './batch-queue.js';
import { BatchStore } from './batch-store.js';
import { progressOfRow } from './batch-progress.js';
import { LostSlots } from './lost-slots.js';
import { NodeFeed } from './node-feed.js';
import { SlotTurns } from './slot-turns.js';
import { SlotWorker } from './slot-worker.js';
import { SyncMetrics } from './sync-metrics.js';

/** How long a stop lets the days in flight finish before it gives them back. */
const STOP_GRACE_MS = 7_000;
const MOST_STOP_MS = 9_000;

/** This process among those that run batches: what it begins and changes, any of them goes on with. */
@Injectable()
export class ScaledQueue implements Pick<
  BatchQueue,
  'admit' | 'begin' | 'nudge' | 'state' | 'stop'
> {
  private readonly worker: SlotWorker | null;
  private begun = false;
  private stopping = false;

  constructor(
    database: PostgresDatabase,
    queue: SlotQueue,
    private readonly feed: NodeFeed,
    private readonly store: BatchStore,
    commit: BatchCommit,
    lost: LostSlots,
    admission: BatchAdmission,
    registry: ProgressRegistry,
    catalog: DatasetCatalog,
    @Inject(DAY_DISPATCHER) dispatcher: DayDispatcher,
    @Inject(APP_CONFIG) { nodeName, role, workerConcurrency: capacity }: AppConfig,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: SyncMetrics,
  ) {
    const ports = {
      ...{ database, queue, commit, lost, registry, catalog, dispatcher, clock, logger },
      node: `${nodeName}/${randomUUID()}`,
      bootedAt: toInstant(clock.now()),
    };
    const onEnd = (taskId: string): void => {
      void this.logEnd(taskId);
    };
    this.worker =
      role === 'api'
        ? null
        : new SlotWorker({
            ...ports,
            ...{ admission, metrics, capacity, onEnd },
            datasetOf: (taskId) => registry.get(taskId)?.dataset ?? '',
            turns: new SlotTurns(ports),
          });
    queue.tellErrors((error) => {
      logger.debug({ err: error }, 'the queue has met an error');
    });
    feed.onWork(() => this.worker?.hearOfWork());
    feed.onReconnect(() => this.worker?.reconnected());
  }

  get state(): 'starting' | 'running' | 'broken' | 'stopping' {
    if (this.stopping) return 'stopping';
    if (!this.begun) return 'starting';
    return this.feed.isConnected && (this.worker?.isReady ?? true) ? 'running' : 'broken';
  }

  begin(): void {
    this.begun = true;
    this.worker?.start();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    // A network that has fallen silent does not hold up the stop: what is held ends with its lease.
    await Promise.race([
      this.worker?.stop(STOP_GRACE_MS),
      sleep(MOST_STOP_MS, undefined, { ref: false }),
    ]);
  }

  admit(): void {
    // Who writes a batch asks for its turn in the same transaction.
  }

  nudge(): void {
    // Who takes the next slot of a batch sees in its row what was asked of it.
  }

  private async logEnd(taskId: string): Promise<void> {
    try {
      const row = await this.store.find(taskId);
      if (row === undefined) return;
      const { task_id, dataset, message, status, success, failed, skipped } = progressOfRow(row);
      if (!isTerminal(status)) return;
      this.logger.info({ task_id, dataset, status, success, failed, skipped }, message);
    } catch (error) {
      this.logger.warn({ err: error, task_id: taskId }, 'the end of a batch was not told');
    }
  }
}
