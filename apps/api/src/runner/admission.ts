import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { lockBatch } from '../batches/store/batch-reading.js';
import { BatchStates } from '../batches/store/batch-states.js';
import { hasEnded, type BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { LaneRow } from '../database/schema.js';
import { LOGGER } from '../logging/logger.js';
import { selectNextQueued } from '../batches/store/batch-store.js';
import { ConfiguredDatasets } from './configured-datasets.js';
import { LaneQueue } from '../batches/lane-queue.js';

/** Batches in these states count against `MAX_ACTIVE_BATCHES`. */
const ADMITTED = ['running', 'cancelling'] as const;

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
   * Begins queued batches, up to `MAX_ACTIVE_BATCHES`.
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
        if (!isFit) await this.open(transaction, state, count, toInstant(this.clock.now()));
      });
    }
  }

  private async fill(transaction: WriteTransaction): Promise<readonly BrokenBatch[]> {
    const broken: BrokenBatch[] = [];
    const passedOver: string[] = [];
    let begun = false;
    let free = this.config.maxActiveBatches - (await countAdmitted(transaction));
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
    await this.open(transaction, state, Math.min(concurrency, total), at);
    return state;
  }

  private async open(
    transaction: WriteTransaction,
    state: BatchState,
    count: number,
    at: string,
  ): Promise<void> {
    const lanes = await openLanes(transaction, state, count, at);
    const free = lanes.filter(({ day }) => day === null);
    const ids = free.map(({ number, batch_id: batchId }) => ({ batchId, number }));
    await this.queue.enqueue(transaction, ids, 0);
  }
}

async function countAdmitted({ db }: WriteTransaction): Promise<number> {
  const { count } = await db
    .selectFrom('batch')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('status', 'in', ADMITTED)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Opens so many lanes of a batch, and closes the others. Existing lanes keep their counters.
 * @returns the open ones
 */
async function openLanes(
  { db }: WriteTransaction,
  { batch: { batch_id }, lanes }: BatchState,
  count: number,
  at: string,
): Promise<readonly LaneRow[]> {
  const opened = lanes.filter(({ number }) => number < count);
  for (const [open, numbers] of [
    [1, '<'],
    [0, '>='],
  ] as const) {
    await db
      .updateTable('lane')
      .set({ open })
      .where('batch_id', '=', batch_id)
      .where('number', numbers, count)
      .execute();
  }
  const added = Array.from({ length: count - opened.length }, (_, index) =>
    newLane(batch_id, opened.length + index, at),
  );
  if (added.length > 0) await db.insertInto('lane').values(added).execute();
  return [...opened.map((lane) => ({ ...lane, open: 1 as const })), ...added];
}

function newLane(batch_id: string, number: number, at: string): LaneRow {
  return {
    ...{ batch_id, number, open: 1, token: 0, holder: null, stopping: 0, day: null },
    ...{ success: 0, failed: 0, skipped: 0, planned: 0, quarantined_rows: 0 },
    ...{ wait_kind: null, wait_until: null, wait_detail: null },
    ...{ current_day: null, current_at: null, answered_at: null, outcomes: '[]' },
    ...{ rev: 0, updated_at: at },
  };
}
