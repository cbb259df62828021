import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { UnreadableRowsStore } from '../../datasets/unreadable-rows-store.js';
import { LOGGER } from '../../logging/logger.js';
import type { UnreadableRows } from '../../sources/unreadable-rows.js';
import { SyncMetrics } from '../batch-metrics.js';
import { LiveView } from '../live-view.js';
import { hasEnded } from '../transition.js';
import { lockBatch } from './batch-reading.js';
import { BatchStates } from './batch-states.js';

const MOST_BATCHES = 1_000;
/** How many row numbers a line of the log has. */
const MOST_LOGGED = 10;

/** Writes into a batch which rows without a readable day its days have met. */
@Injectable()
export class BatchUnreadableRows {
  /** What this process has written, by batch. */
  private readonly met = new LRUCache<string, UnreadableRows>({ max: MOST_BATCHES });

  constructor(
    private readonly database: Database,
    private readonly store: UnreadableRowsStore,
    private readonly states: BatchStates,
    private readonly live: LiveView,
    private readonly metrics: SyncMetrics,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether a day has just met rows that are still to be written: at most once for a batch and a version of a file. */
  hasNew(batchId: string, found: UnreadableRows): boolean {
    return found.count === 0 ? this.store.isUnwritten(found) : this.met.get(batchId) !== found;
  }

  /**
   * Writes what a day has met. To be called before the day is committed: then it is in the batch before its end.
   * @throws {DatabaseUnavailableError} nothing is written
   */
  async write(batchId: string, dataset: Dataset, found: UnreadableRows): Promise<void> {
    if (found.count === 0) {
      await this.store.write(dataset, found);
      return;
    }
    await this.database.write('unreadable', (transaction) =>
      this.meet(transaction, batchId, dataset, found),
    );
    this.met.set(batchId, found);
  }

  private async meet(
    transaction: WriteTransaction,
    batchId: string,
    dataset: Dataset,
    found: UnreadableRows,
  ): Promise<void> {
    const fileId = await this.store.replace(transaction, dataset, found, batchId);
    const state = await lockBatch(transaction, batchId);
    if (fileId === null || state === undefined || hasEnded(state)) return;
    const { db } = transaction;
    const met = await db
      .insertInto('batch_unreadable_file')
      .values({ batch_id: batchId, file_id: fileId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('file_id')
      .executeTakeFirst();
    // Another lane or another process was first.
    if (met === undefined) return;
    await db
      .deleteFrom('batch_unreadable_file')
      .where('batch_id', '=', batchId)
      .where('file_id', '!=', fileId)
      .execute();
    const { count, file, rows } = found;
    const at = toInstant(this.clock.now());
    const next = await this.states.advance(transaction, state, {
      ...{ type: 'meet_unreadable', at, count },
    });
    this.live.batchChanged(transaction, next);
    transaction.afterCommit(() => {
      this.metrics.rowsUnreadable(dataset.name, count);
      const numbers = rows.slice(0, MOST_LOGGED).map(({ row }) => row);
      this.logger.warn(
        {
          ...{ task_id: batchId, dataset: dataset.name, code: 'SOURCE_DAY_UNREADABLE' },
          ...{ file, count, rows: numbers },
        },
        `${file} 有 ${count} 行的日期无法识别，这些行不属于任何一天`,
      );
    });
  }
}
