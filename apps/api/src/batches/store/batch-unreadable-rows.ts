import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../../config/clock.js';
import { Database, type WriteTransaction } from '../../database/database.js';
import type { Schema } from '../../database/schema.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import {
  metBy,
  UnreadableRowsStore,
  type StoredUnreadableRows,
  type UnreadableChange,
} from '../../datasets/unreadable-rows-store.js';
import { LOGGER } from '../../logging/logger.js';
import type { UnreadableLists, UnreadableRows } from '../../sources/unreadable-rows.js';
import { SyncMetrics } from '../batch-metrics.js';
import { LiveView } from '../live-view.js';
import { hasEnded, type BatchState } from '../transition.js';
import { lockBatch } from './batch-reading.js';
import { BatchStates } from './batch-states.js';

const MOST_BATCHES = 1_000;
/** How many row numbers a line of the log has. */
const MOST_LOGGED = 10;

/** The right of a lane to write what its day has met: it ends when the lane gets another token. */
export interface MeetingDay {
  readonly batchId: string;
  /** Of the lane. */
  readonly number: number;
  readonly token: number;
}

/** What this process has written into a batch. */
interface MetFiles {
  /** What the batch has of the files that were read. */
  readonly met: WeakSet<UnreadableRows>;
  isUnclearLogged: boolean;
}

/** Writes into a batch which rows without a readable day the files of its days have. */
@Injectable()
export class BatchUnreadableRows {
  private readonly batches = new LRUCache<string, MetFiles>({ max: MOST_BATCHES });
  /** One day after another writes: the lanes of a batch mostly have the same files. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly store: UnreadableRowsStore,
    private readonly states: BatchStates,
    private readonly live: LiveView,
    private readonly metrics: SyncMetrics,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether a day was read from files of which this process has not yet written into its batch. */
  hasNew(batchId: string, { lists }: UnreadableLists): boolean {
    const met = this.batches.peek(batchId)?.met;
    return met === undefined || lists.some((list) => !met.has(list));
  }

  /**
   * Writes what a day has met; nothing where its lane has another token. To be called before the day is committed: then it
   * is in the batch before its end.
   * @throws {DatabaseUnavailableError} some files may be written, and none in part
   */
  write(day: MeetingDay, dataset: Dataset, found: UnreadableLists): Promise<void> {
    const written = this.queue.then(() => this.writeNew(day, dataset, found));
    this.queue = written.catch(() => undefined);
    return written;
  }

  private async writeNew(day: MeetingDay, dataset: Dataset, found: UnreadableLists): Promise<void> {
    const known = this.batches.get(day.batchId);
    const lists = found.lists.filter((list) => known?.met.has(list) !== true);
    try {
      for await (const change of this.store.changes(dataset, found, lists, known === undefined)) {
        await this.database.write('unreadable', (transaction) =>
          this.meet(transaction, day, change),
        );
      }
    } catch (error) {
      if (error instanceof StaleLaneError) return;
      throw error;
    }
    const batch = known ?? { met: new WeakSet(), isUnclearLogged: false };
    this.store.release(lists);
    for (const list of lists) batch.met.add(list);
    this.batches.set(day.batchId, batch);
    this.logUnclearTimes(batch, day.batchId, dataset.name, found);
  }

  /** What may take long comes before the batch and its lanes are locked. */
  private async meet(
    transaction: WriteTransaction,
    { batchId, number, token }: MeetingDay,
    change: UnreadableChange,
  ): Promise<void> {
    await this.store.replace(transaction, change, batchId);
    const state = await lockBatch(transaction, batchId);
    const lane = state?.lanes.find((one) => one.number === number);
    if (state === undefined || hasEnded(state) || lane?.token !== token) throw new StaleLaneError();
    await this.addToBatch(transaction, state, change);
  }

  private async addToBatch(
    transaction: WriteTransaction,
    state: BatchState,
    { dataset, found, lists }: UnreadableChange,
  ): Promise<void> {
    const { db } = transaction;
    const { batch_id: batchId } = state.batch;
    const ids = lists.map(({ id }) => id);
    // Another process may have been first.
    const met = await metBy(db, batchId, ids);
    const added = lists.filter(({ id, read }) => !met.includes(id) && found.isLatest(read));
    if (added.length === 0) return;
    let { unreadable_rows: count } = state.batch;
    for (const { id, place, read } of added) {
      count += read.count - (await removeEarlier(db, batchId, dataset, place));
      await db
        .insertInto('batch_unreadable_file')
        .values({ batch_id: batchId, file_id: id })
        .execute();
    }
    const at = toInstant(this.clock.now());
    const next = await this.states.advance(transaction, state, {
      ...{ type: 'meet_unreadable', at, count },
    });
    this.live.batchChanged(transaction, next);
    transaction.afterCommit(() => {
      this.logRows(batchId, dataset, found.source, added);
    });
  }

  private logRows(
    batchId: string,
    dataset: string,
    source: string,
    lists: readonly StoredUnreadableRows[],
  ): void {
    const sum = (numberOf: (list: StoredUnreadableRows) => number): number =>
      lists.reduce((total, list) => total + numberOf(list), 0);
    const count = sum(({ read }) => read.count);
    const quarantined = sum((list) => list.quarantined.length);
    this.metrics.rowsUnreadable(dataset, count);
    const [first] = lists;
    const file = lists.length === 1 && first !== undefined ? first.place : source;
    const rows = first?.listed.slice(0, MOST_LOGGED).map(({ place_row }) => place_row);
    this.logger.warn(
      {
        ...{ task_id: batchId, dataset, code: 'SOURCE_DAY_UNREADABLE' },
        ...{ file, files: lists.length, count, quarantined, rows },
      },
      `${file} 有 ${count} 行的日期无法识别，这些行不属于任何一天`,
    );
  }

  private logUnclearTimes(
    batch: MetFiles,
    batchId: string,
    dataset: string,
    { source: file, lists }: UnreadableLists,
  ): void {
    const count = lists.reduce((total, { unclearTimes }) => total + unclearTimes, 0);
    if (batch.isUnclearLogged || count === 0) return;
    batch.isUnclearLogged = true;
    this.logger.info(
      { task_id: batchId, dataset, file, unclear_times: count },
      `${file} 有 ${count} 行的时间因时钟调整而不存在或重复，按所写的日期归入`,
    );
  }
}

/** The lane has been requeued or has ended meanwhile: nothing is written. */
class StaleLaneError extends Error {
  override readonly name = 'StaleLaneError';
}

/** Removes from a batch what a file had before. @returns how many rows that were */
async function removeEarlier(
  db: Kysely<Schema>,
  batchId: string,
  dataset: string,
  place: string,
): Promise<number> {
  const earlier = await db
    .selectFrom('unreadable_file')
    .innerJoin('batch_unreadable_file', 'file_id', 'id')
    .select(['id', 'count'])
    .where('dataset', '=', dataset)
    .where('place', '=', place)
    .where('batch_id', '=', batchId)
    .execute();
  for (const { id } of earlier) {
    await db
      .deleteFrom('batch_unreadable_file')
      .where('batch_id', '=', batchId)
      .where('file_id', '=', id)
      .execute();
  }
  return earlier.reduce((total, { count }) => total + count, 0);
}
