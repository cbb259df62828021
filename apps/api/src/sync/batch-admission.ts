import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ProgressError } from '@daysync/progress';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import { Database, type PostgresTransaction } from '../database/database.js';
import { inPostgres } from '../database/in-postgres.js';
import type { News } from '../database/news.js';
import { tellWork } from '../database/news-feed.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { LOGGER } from '../logging/logger.js';
import { newsOfStep } from './batch-commit.js';
import { selectNextQueued } from './batch-store.js';
import { takeStep, type StepResult } from './batch-step.js';
import { SyncMetrics } from './sync-metrics.js';
import { currentDataset } from './current-dataset.js';

/** What holds a place: these have days in flight, or may have them at once. */
const HOLDING = ['running', 'cancelling'] as const;

/** A batch that can't go on. */
export interface BrokenBatch {
  readonly taskId: string;
  readonly error: ProgressError;
}

interface Admitted {
  readonly news: readonly News[];
  readonly broken: readonly BrokenBatch[];
  readonly begun: readonly Begun[];
}

interface Begun {
  readonly batch: BatchRow;
  readonly result: StepResult;
}

/** Which batch runs next, over all processes: decided by one transaction at a time. */
@Injectable()
export class BatchAdmission {
  readonly bootedAt: string;

  constructor(
    private readonly database: Database,
    private readonly queue: SlotQueue,
    readonly catalog: DatasetCatalog,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxActiveBatches'>,
    @Inject(CLOCK) readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: SyncMetrics,
  ) {
    this.bootedAt = toInstant(clock.now());
  }

  /**
   * Begins the batches that may, if somebody has said that one may.
   * @returns those that can't go on and have to be ended; null where nobody had said anything
   * @throws {DatabaseUnavailableError}
   */
  async admit(): Promise<readonly BrokenBatch[] | null> {
    const admitted = await this.database.write(
      'admit',
      async (transaction): Promise<Admitted | null> => {
        const postgres = inPostgres(transaction);
        if (!(await this.queue.takeAdmissions(postgres))) return null;
        await postgres.alone('admission');
        return this.fill(postgres);
      },
      { news: (result) => result?.news ?? [] },
    );
    for (const { batch, result } of admitted?.begun ?? []) {
      const { task_id, dataset } = batch;
      this.logger.info({ task_id, dataset }, '批量同步开始');
      this.metrics.stepped(dataset, result);
    }
    return admitted?.broken ?? null;
  }

  private async fill(transaction: PostgresTransaction): Promise<Admitted> {
    const news: News[] = [];
    const broken: BrokenBatch[] = [];
    const begun: Begun[] = [];
    const passedOver: string[] = [];
    let isLeft = false;
    let places = this.config.maxActiveBatches - (await countHolding(transaction));
    while (places > 0) {
      const batch = await selectNextQueued(transaction.db, passedOver);
      if (batch === undefined) break;
      passedOver.push(batch.task_id);
      const dataset = currentDataset(this, batch);
      if (dataset === 'outdated' || 'code' in dataset) {
        isLeft = true;
        if (dataset !== 'outdated') broken.push({ taskId: batch.task_id, error: dataset });
        continue;
      }
      const result = await this.begin(transaction, batch, dataset);
      news.push(...newsOfStep(batch.task_id, result));
      begun.push({ batch, result });
      // A batch without a day to run has ended by its beginning.
      if (result.status === 'running') places -= 1;
    }
    // Another process may know it, or end it where this one does not come to that; at once it would be this one.
    if (isLeft) await this.queue.askAdmissionLater(transaction.db);
    if (begun.length > 0) await tellWork(transaction.db);
    return { news, broken, begun };
  }

  private async begin(
    transaction: PostgresTransaction,
    { task_id: taskId, total }: BatchRow,
    dataset: Dataset,
  ): Promise<StepResult> {
    const { clock, queue } = this;
    const now = clock.now();
    const result = await takeStep(transaction, {
      dataset,
      taskId,
      at: toInstant(now),
      steadyNow: clock.steady(),
      finished: [],
      mayBegin: 0,
      waiting: null,
      told: null,
    });
    if (result.status !== 'running') return result;
    const slots = Math.min(dataset.concurrency, total);
    for (let number = 0; number < slots; number++) {
      await queue.offer(transaction, { taskId, number }, null);
    }
    return result;
  }
}

async function countHolding({ db }: PostgresTransaction): Promise<number> {
  const { count } = await db
    .selectFrom('batch')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('status', 'in', HOLDING)
    .executeTakeFirstOrThrow();
  return count;
}
