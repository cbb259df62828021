import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import {
  UnreadableRowsStore,
  type StoredUnreadableRows,
} from '../../datasets/unreadable-rows-store.js';
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
    const concernsBatch = found.count > 0 || found.unclearTimes > 0;
    return concernsBatch ? this.met.get(batchId) !== found : this.store.isUnwritten(found);
  }

  /**
   * Writes what a day has met. To be called before the day is committed: then it is in the batch before its end.
   * @throws {DatabaseUnavailableError} nothing is written
   */
  async write(batchId: string, dataset: Dataset, found: UnreadableRows): Promise<void> {
    if (found.count === 0) await this.store.write(dataset, found);
    else {
      const stored = await this.store.prepare(dataset, found);
      await this.database.write('unreadable', (transaction) =>
        this.meet(transaction, batchId, stored),
      );
    }
    // Another lane may have been first.
    const isFirst = this.met.get(batchId) !== found;
    this.met.set(batchId, found);
    if (isFirst && found.unclearTimes > 0) this.logUnclearTimes(batchId, dataset.name, found);
  }

  private async meet(
    transaction: WriteTransaction,
    batchId: string,
    stored: StoredUnreadableRows,
  ): Promise<void> {
    const isNew = await this.store.replace(transaction, stored);
    const isMet = await this.addToBatch(transaction, batchId, stored);
    if (isNew || isMet) await this.store.quarantine(transaction, stored, batchId);
  }

  /** @returns whether the batch did not have them yet */
  private async addToBatch(
    transaction: WriteTransaction,
    batchId: string,
    { id: fileId, dataset, file, count, listed, quarantined }: StoredUnreadableRows,
  ): Promise<boolean> {
    const state = await lockBatch(transaction, batchId);
    if (state === undefined || hasEnded(state)) return false;
    const { db } = transaction;
    const met = await db
      .insertInto('batch_unreadable_file')
      .values({ batch_id: batchId, file_id: fileId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('file_id')
      .executeTakeFirst();
    // Another lane or another process was first.
    if (met === undefined) return false;
    await db
      .deleteFrom('batch_unreadable_file')
      .where('batch_id', '=', batchId)
      .where('file_id', '!=', fileId)
      .execute();
    const at = toInstant(this.clock.now());
    const next = await this.states.advance(transaction, state, {
      ...{ type: 'meet_unreadable', at, count },
    });
    this.live.batchChanged(transaction, next);
    transaction.afterCommit(() => {
      this.metrics.rowsUnreadable(dataset, count);
      const rows = listed.slice(0, MOST_LOGGED).map(({ place_row }) => place_row);
      this.logger.warn(
        {
          ...{ task_id: batchId, dataset, code: 'SOURCE_DAY_UNREADABLE' },
          ...{ file, count, quarantined: quarantined.length, rows },
        },
        `${file} 有 ${count} 行的日期无法识别，这些行不属于任何一天`,
      );
    });
    return true;
  }

  private logUnclearTimes(
    batchId: string,
    dataset: string,
    { file, unclearTimes: count }: UnreadableRows,
  ): void {
    this.logger.info(
      { task_id: batchId, dataset, file, unclear_times: count },
      `${file} 有 ${count} 行的时间因时钟调整而不存在或重复，按所写的日期归入`,
    );
  }
}
