import { Injectable } from '@nestjs/common';
import { readFinding } from '../batches/day-finding.js';
import { readMarks } from '../batches/day-marks.js';
import type { RowCounts } from '../batches/day-outcome.js';
import { Database } from '../database/database.js';
import type { SyncRecordRow } from '../database/schema.js';
import type { TargetState } from '../targets/target-version.js';
import {
  LISTED_ERROR_COLUMNS,
  readListedError,
  RECORD_COLUMNS,
} from '../batches/store/sync-record.js';
import { isElsewhere, readStates } from './elsewhere.js';
import { filterRecords, readByRowIds, reversed, sortedRowIds } from './record-query.js';
import { RecordDto, RecordFilterDto, RecordPageDto, RecordQueryDto } from './records.dto.js';
import {
  DatasetCatalog,
  unknownDataset,
  type UnknownDataset,
} from '../datasets/dataset-catalog.js';

const LISTED_COLUMNS = [
  ...RECORD_COLUMNS,
  ...LISTED_ERROR_COLUMNS,
  'verified_at',
  'finding',
  'accepted_at',
  'accepted_by',
] as const;
/** A record without the body of the answer that its error is about, and without the rows of its finding. */
type ListedRecord = Pick<SyncRecordRow, (typeof LISTED_COLUMNS)[number]>;

interface Slice {
  readonly offset: number;
  readonly limit: number;
  /** Length of the list. */
  readonly total: number;
}

@Injectable()
export class RecordsService {
  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
  ) {}

  async list({ page, page_size, ...filter }: RecordQueryDto): Promise<RecordPageDto> {
    const { dialect, longRead: read } = this.database;
    const query = filterRecords(this.database, filter);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const offset = (page - 1) * page_size;
    const limit = Math.min(page_size, total - offset);
    const ids = limit > 0 ? await this.idsOf(filter, { offset, limit, total }) : [];
    const records = read.selectFrom('sync_record').select(LISTED_COLUMNS);
    const rows = await readByRowIds(dialect, records, ids);
    const states = await readStates(this.database, this.catalog, rows);
    const items = rows.map((row) => describeRecord(row, states.get(row.dataset)));
    return { items, page, page_size, total };
  }

  /** Sorts from the nearer end of the list, since everything before a page has to be sorted as well. */
  private async idsOf(filter: RecordFilterDto, slice: Slice): Promise<readonly number[]> {
    const { offset, limit, total } = slice;
    const after = total - offset - limit;
    const fromEnd = after < offset;
    const rows = await sortedRowIds(
      filterRecords(this.database, filter),
      fromEnd ? reversed(filter.sort) : filter.sort,
    )
      .limit(limit)
      .offset(fromEnd ? after : offset)
      .execute();
    const ids = rows.map(({ id }) => id);
    return fromEnd ? ids.reverse() : ids;
  }
}

/**
 * @param target of its dataset; undefined if that is no longer in the file
 * @param error by default as lists have it
 */
export function describeRecord(
  row: ListedRecord,
  target: TargetState | undefined,
  error: RecordDto['error'] = readListedError(row),
): RecordDto {
  return {
    dataset: row.dataset,
    day: row.day,
    status: row.status,
    reason: row.reason,
    rows: row.rows,
    ...shownCounts(row),
    attempts: row.attempts,
    duration_ms: row.duration_ms,
    error,
    last_task_id: row.last_batch_id,
    last_tried_at: row.last_tried_at,
    last_success_at: row.last_success_at,
    fingerprint: row.fingerprint,
    verified_at: row.verified_at,
    finding: readFinding(row.finding),
    marks: readMarks(row.marks),
    accepted_at: row.accepted_at,
    accepted_by: row.accepted_by,
    elsewhere: isElsewhere(target, row),
  };
}

/** A record from before quarantine has the count of its written rows alone. */
export function shownCounts({
  rows,
  fetched_rows,
  quarantined_rows,
}: Pick<SyncRecordRow, 'rows' | 'fetched_rows' | 'quarantined_rows'>): RowCounts {
  return {
    fetched_rows: fetched_rows ?? rows,
    quarantined_rows: quarantined_rows ?? (rows === null ? null : 0),
  };
}

/** The datasets of the file, and those that are no longer in it but have records. */
@Injectable()
export class KnownDatasets {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
  ) {}

  /** Null for a known dataset. */
  async refuseUnknown(dataset: string): Promise<UnknownDataset | null> {
    if (this.catalog.get(dataset) !== undefined) return null;
    const record = await this.database.read
      .selectFrom('sync_record')
      .select('day')
      .where('dataset', '=', dataset)
      .limit(1)
      .executeTakeFirst();
    return record === undefined ? unknownDataset(this.catalog, dataset) : null;
  }
}
