import type { DayRange } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LiveView } from '../batches/live-view.js';
import { findOverlap } from '../batches/range-state.js';
import { countRepaired } from '../batches/store/repaired-days.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { MOST_RANGE_DAYS } from '../config/environment.js';
import { Database, type WriteTransaction } from '../database/database.js';
import { chunksOf } from '../database/row-chunks.js';
import {
  DatasetCatalog,
  unknownDataset,
  type UnknownDataset,
} from '../datasets/dataset-catalog.js';
import { isOutdated } from '../datasets/file/stored-datasets-file.js';
import { LOGGER } from '../logging/logger.js';
import { refuseRange, type Refused } from '../sync/refusal.js';
import { readMissingDays } from './missing-days.js';
import { KnownDatasets } from './records.service.js';
import type { SettledCountDto, SettleDaysDto } from './settled-days.dto.js';

/** SQLite binds at most 32,766 values to a statement. */
const DAYS_PER_INSERT = 500;

type RangeRefusal = UnknownDataset | Refused<'range_reversed' | 'range_too_large'>;

/**
 * Settles missing days that the source will never have: an operator marks them as not expected, with a reason. Batches skip
 * them, and they are no gap.
 */
@Injectable()
export class SettledDaysService {
  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
    private readonly known: KnownDatasets,
    private readonly live: LiveView,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Settles the expected days of a range that are over and missing (`readMissingDays`); settled ones get the new reason.
   * Durable when this resolves.
   * @param by the name of the token; null without tokens
   */
  async settle(
    name: string,
    { reason, start_date, end_date }: SettleDaysDto,
    by: string | null,
  ): Promise<
    | { readonly kind: 'settled'; readonly settled: SettledCountDto }
    | RangeRefusal
    | Refused<'overlaps' | 'outdated_dataset' | 'nothing_to_settle'>
  > {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const refused = refuseRange(start_date, end_date, MOST_RANGE_DAYS);
    if (refused !== null) return refused;
    const range = { start_date, end_date };
    return this.database.write('settle', async (transaction) => {
      // No batch can take one of the days meanwhile.
      await transaction.lockExclusive('start');
      const { db } = transaction;
      const { fingerprint } = dataset;
      if (await isOutdated(db, { dataset: name, fingerprint })) {
        return { kind: 'outdated_dataset', dataset: name };
      }
      const batchId = await findOverlap(db, { dataset: name, start: start_date, end: end_date });
      if (batchId !== null) return { kind: 'overlaps', dataset: name, batchId };
      const now = this.clock.now();
      const days = await readMissingDays(db, dataset, range, now);
      if (days.length === 0) return { kind: 'nothing_to_settle', dataset: name, ...range };
      const at = toInstant(now);
      const settled = { reason, settled_by: by, settled_at: at };
      for (const some of chunksOf(
        days.map((day) => [day] as const),
        DAYS_PER_INSERT,
      )) {
        await db
          .insertInto('settled_day')
          .values(some.map(([day]) => ({ dataset: name, day, ...settled })))
          .onConflict((conflict) => conflict.columns(['dataset', 'day']).doUpdateSet(settled))
          .execute();
        await transaction.turn();
      }
      await this.countRepaired(transaction, name, range, at);
      transaction.afterCommit(() => {
        const fields = { dataset: name, ...range, days: days.length, by, reason };
        this.logger.info(fields, '缺失日期已标记为非数据日');
      });
      return { kind: 'settled', settled: { dataset: name, ...range, days: days.length } };
    });
  }

  /** The settled days of a range are expected again. Durable when this resolves. */
  async takeBack(
    dataset: string,
    { start_date, end_date }: DayRange,
    by: string | null,
  ): Promise<{ readonly kind: 'taken_back'; readonly settled: SettledCountDto } | RangeRefusal> {
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const refused = refuseRange(start_date, end_date, MOST_RANGE_DAYS);
    if (refused !== null) return refused;
    const range = { start_date, end_date };
    return this.database.write('settle', async (transaction) => {
      await transaction.lockExclusive('start');
      const { numDeletedRows } = await transaction.db
        .deleteFrom('settled_day')
        .where('dataset', '=', dataset)
        .where('day', '>=', start_date)
        .where('day', '<=', end_date)
        .executeTakeFirst();
      const days = Number(numDeletedRows);
      await this.countRepaired(transaction, dataset, range, toInstant(this.clock.now()));
      transaction.afterCommit(() => {
        this.logger.info({ dataset, ...range, days, by }, '非数据日标记已撤销');
      });
      return { kind: 'taken_back', settled: { dataset, ...range, days } };
    });
  }

  private countRepaired(
    transaction: WriteTransaction,
    dataset: string,
    range: DayRange,
    updated_at: string,
  ): Promise<void> {
    return countRepaired(transaction, this.live, { dataset, ...range, batch_id: null, updated_at });
  }
}
