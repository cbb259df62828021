import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { Logger } from 'pino';
import { lockBatch } from '../batches/store/batch-reading.js';
import { BatchStates } from '../batches/store/batch-states.js';
import { openLanes } from '../batches/store/open-lanes.js';
import { hasEnded, type BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { LOGGER } from '../logging/logger.js';
import { selectNextQueued } from '../batches/store/batch-store.js';
import { ConfiguredDatasets } from './configured-datasets.js';
import { LaneQueue } from '../batches/lane-queue.js';

/** Batches in these states count against `MAX_ACTIVE_BATCHES`, unless they wait for something outside ({@link isWaiting}). */
const ADMITTED = ['running', 'cancelling'] as const;

/** A batch that has started no day for so long, and waits for its target or its source, leaves its place to another. */
const WAITS_MS = 10_000;
const OUTSIDE = ['target', 'source', 'rate_limit', 'retry'] as const;

export interface BrokenBatch {
  readonly batchId: string;
  readonly error: ProgressError;
}

/** Decides which queued batch runs next: one transaction at a time, over all processes. */
@Injectable()
export class Admission {
  constructor(
    private readonly database: Database,
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly datasets: ConfiguredDatasets,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxActiveBatches'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Calls `listener` whenever a reload has replaced the datasets: then lanes may have to be fitted. */
  onNewDatasets(listener: () => void): void {
    this.datasets.onReplaced(listener);
  }

  /**
   * Begins queued batches, up to `MAX_ACTIVE_BATCHES` beside those that wait for something outside. Such a batch goes on by
   * itself as soon as it can, also beside the batch that has its place.
   * @returns batches that can't run and have to be failed
   * @throws {DatabaseUnavailableError}
   */
  async admit(): Promise<readonly BrokenBatch[]> {
    // Reading is cheap; of the transaction there is one at a time, over all processes.
    if ((await selectNextQueued(this.database.read, [])) === undefined) return [];
    return this.database.write('admit', async (transaction) => {
      await transaction.lockExclusive('admission');
      return this.fill(transaction);
    });
  }

  /**
   * Opens or closes lanes of running batches, to match the concurrency of their datasets: this process may have started
   * with a new configuration, or taken one in.
   * @throws {DatabaseUnavailableError}
   */
  async fitLanes(): Promise<void> {
    const running = await this.database.read
      .selectFrom('batch')
      .select(['batch_id', 'created_at', 'dataset', 'fingerprint'])
      .where('status', '=', 'running')
      .orderBy('seq')
      .execute();
    for (const batch of running) {
      const dataset = await this.datasets.of(batch, this.database.read);
      if (dataset === 'outdated' || 'code' in dataset) continue;
      await this.database.write('admit', async (transaction) => {
        const state = await lockBatch(transaction, batch.batch_id);
        if (state?.batch.status !== 'running') return;
        const count = Math.min(dataset.concurrency, state.batch.total);
        const isFit = state.lanes.filter(({ open }) => open === 1).length === count;
        const at = toInstant(this.clock.now());
        if (!isFit) await openLanes(transaction, this.queue, state, { count, at });
      });
    }
  }

  private async fill(transaction: WriteTransaction): Promise<readonly BrokenBatch[]> {
    const broken: BrokenBatch[] = [];
    const passedOver: string[] = [];
    let begun = false;
    let free = this.config.maxActiveBatches - (await countAdmitted(transaction, this.clock.now()));
    while (free > 0) {
      const batch = await selectNextQueued(transaction.db, passedOver);
      if (batch === undefined) break;
      passedOver.push(batch.batch_id);
      const dataset = await this.datasets.of(batch, transaction.db);
      // A process with another configuration begins it; or it is failed when it has waited long enough.
      if (dataset === 'outdated') continue;
      if ('code' in dataset) {
        broken.push({ batchId: batch.batch_id, error: dataset });
        continue;
      }
      const state = await this.begin(transaction, batch.batch_id, dataset.concurrency);
      // A batch without a day to run ends as it begins.
      if (state?.batch.status !== 'running') continue;
      begun = true;
      free -= 1;
    }
    if (begun) await transaction.publish({ kind: 'lanes_free' });
    return broken;
  }

  private async begin(
    transaction: WriteTransaction,
    batchId: string,
    concurrency: number,
  ): Promise<BatchState | undefined> {
    const queued = await lockBatch(transaction, batchId);
    if (queued?.batch.status !== 'queued') return undefined;
    const at = toInstant(this.clock.now());
    const begun = await this.states.advance(transaction, queued, { type: 'begin', at });
    const { dataset, batch_id, total } = begun.batch;
    transaction.afterCommit(() => {
      this.logger.info({ task_id: batch_id, dataset }, '批量同步开始');
    });
    const state = await this.states.endIfDone(transaction, begun, at);
    if (hasEnded(state)) return state;
    const count = Math.min(concurrency, total);
    await openLanes(transaction, this.queue, state, { count, at });
    return state;
  }
}

async function countAdmitted({ db }: WriteTransaction, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('batch')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('status', 'in', ADMITTED)
    .where((where) => where.not(isWaiting(where, toInstant(now - WAITS_MS))))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Whether a lane of a batch has waited since `since` for something outside, and no lane works or has started a day since
 * then. A lane that waits for its target writes that again at each try: when its day started counts.
 */
function isWaiting(
  where: ExpressionBuilder<Schema, 'batch'>,
  since: string,
): ExpressionWrapper<Schema, 'batch', SqlBool> {
  const lanes = where
    .selectFrom('lane')
    .select('number')
    .whereRef('lane.batch_id', '=', 'batch.batch_id');
  const working = lanes.where((lane) => {
    const isInFlight = lane('day', 'is not', null);
    const isFetched = lane(lane.fn.coalesce('wait_kind', lane.val('')), '=', 'target');
    return lane('current_at', '>', since).or(isInFlight.and(lane.not(isFetched)));
  });
  const waiting = lanes
    .where('wait_kind', 'in', OUTSIDE)
    .where((lane) => lane('wait_kind', '=', 'target').or('updated_at', '<=', since));
  return where.and([where.exists(waiting), where.not(where.exists(working))]);
}
