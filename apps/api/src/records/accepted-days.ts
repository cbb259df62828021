import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DayHistory } from '../batches/store/day-history.js';
import { readDayError } from '../batches/store/sync-record.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import { DatasetCatalog, type UnknownDataset } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import type { Refused } from '../sync/refusal.js';
import { readState } from './elsewhere.js';
import type { RecordDto } from './records.dto.js';
import { describeRecord, KnownDatasets } from './records.service.js';

/** Marked days that an operator accepts as they are: their marks stand no more, and they count as usual for later days. */
@Injectable()
export class AcceptedDays {
  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
    private readonly known: KnownDatasets,
    private readonly history: DayHistory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Accepts a day as it is in the target, until it is synced again. A day that is accepted stays as it is.
   * @param by the name of the token; null without tokens
   */
  async accept(
    dataset: string,
    day: CalendarDay,
    by: string | null,
  ): Promise<
    | { readonly kind: 'accepted'; readonly record: RecordDto }
    | UnknownDataset
    | Refused<'nothing_to_accept'>
  > {
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const accepted_at = toInstant(this.clock.now());
    const row = await this.database.write('accept', async (transaction) => {
      const { db } = transaction;
      const { numUpdatedRows } = await db
        .updateTable('sync_record')
        .set({ accepted_at, accepted_by: by })
        .where('dataset', '=', dataset)
        .where('day', '=', day)
        .where('marks', 'is not', null)
        .where('accepted_at', 'is', null)
        .executeTakeFirst();
      if (Number(numUpdatedRows) > 0) {
        transaction.afterCommit(() => {
          this.history.forget();
          this.logger.info({ dataset, day, by }, `已确认 ${day} 的数据正常`);
        });
      }
      return db
        .selectFrom('sync_record')
        .selectAll()
        .where('dataset', '=', dataset)
        .where('day', '=', day)
        .executeTakeFirst();
    });
    if (row?.marks == null) return { kind: 'nothing_to_accept', dataset, day };
    const { dialect, read: db } = this.database;
    const target = await readState({ db, dialect }, this.catalog, dataset);
    return { kind: 'accepted', record: describeRecord(row, target, readDayError(row)) };
  }
}
