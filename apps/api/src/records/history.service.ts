import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../config/clock.js';
import { BatchLogs } from '../batches/store/batch-logs.js';
import { readFindingRows } from '../batches/day-finding.js';
import { readDayError } from '../batches/store/sync-record.js';
import { Database } from '../database/database.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { describeBatchDay } from '../sync/sync.dto.js';
import { DayHistoryPageDto, DayLogDto } from './history.dto.js';
import { DatasetCatalog, type UnknownDataset } from '../datasets/dataset-catalog.js';
import { readState } from './elsewhere.js';
import { KnownDatasets, describeRecord } from './records.service.js';
import { isOver, wasNeverSynced } from './missing-days.js';
import type { SettlementDto } from './settled-days.dto.js';
import { expectedDaysOf } from '../datasets/expected/expected-days.js';

/** The outcomes of one day in all batches. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly database: Database,
    private readonly known: KnownDatasets,
    private readonly logs: BatchLogs,
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** The log of a day, over its latest batches. */
  async log(
    dataset: string,
    day: CalendarDay,
  ): Promise<{ readonly kind: 'found'; readonly log: DayLogDto } | UnknownDataset> {
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const entries = await this.logs.ofDay(dataset, day);
    const items = entries.map(({ batchId, ...entry }) => ({ task_id: batchId, ...entry }));
    return { kind: 'found', log: { items } };
  }

  async show(
    dataset: string,
    day: CalendarDay,
    { page, page_size }: PageQueryDto,
  ): Promise<{ readonly kind: 'found'; readonly history: DayHistoryPageDto } | UnknownDataset> {
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const record = await this.database.longRead
      .selectFrom('sync_record')
      .selectAll()
      .where('dataset', '=', dataset)
      .where('day', '=', day)
      .executeTakeFirst();
    const batches = this.database.longRead
      .selectFrom('batch')
      .innerJoin('batch_day', 'batch_day.batch_id', 'batch.batch_id')
      .where('batch.dataset', '=', dataset)
      .where('batch.start_date', '<=', day)
      .where('batch.end_date', '>=', day)
      .where('batch_day.day', '=', day);
    const { total } = await batches
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await batches
      .selectAll('batch_day')
      .select(['batch.start_date', 'batch.end_date', 'batch.total as days'])
      .select(['mode', 'verify', 'retry_of', 'started_by'])
      .orderBy('seq', 'desc')
      .limit(page_size)
      .offset((page - 1) * page_size)
      .execute();
    const items = rows.map((row) => {
      const { batch_id, start_date, end_date, days, mode, retry_of, started_by } = row;
      const verify = row.verifies === null ? null : row.verify;
      const range = { start_date, end_date, total: days };
      const batch = { task_id: batch_id, ...range, mode, verify, retry_of, started_by };
      const { day: _same, next_at: _now, ...outcome } = describeBatchDay(row);
      const error = readDayError(row);
      return { ...batch, ...outcome, error };
    });
    const { dialect, read: db } = this.database;
    const target = await readState({ db, dialect }, this.catalog, dataset);
    const shown =
      record === undefined ? null : describeRecord(record, target, readDayError(record));
    const finding_rows = readFindingRows(record?.finding_rows ?? null);
    const configured = this.catalog.get(dataset);
    const settlement = await this.settlementOf(dataset, day);
    const isRuled = configured === undefined || expectedDaysOf(configured).isExpected(day);
    const expected = isRuled && settlement === null;
    const missing =
      configured !== undefined &&
      expected &&
      isOver(day, configured, this.clock.now()) &&
      (record === undefined || wasNeverSynced(record, configured));
    const history = {
      expected,
      settlement,
      missing,
      record: shown,
      finding_rows,
      items,
      page,
      page_size,
      total,
    };
    return { kind: 'found', history };
  }

  private async settlementOf(dataset: string, day: CalendarDay): Promise<SettlementDto | null> {
    const settled = await this.database.read
      .selectFrom('settled_day')
      .select(['reason', 'settled_by', 'settled_at'])
      .where('dataset', '=', dataset)
      .where('day', '=', day)
      .executeTakeFirst();
    return settled ?? null;
  }
}
