import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { readDayError } from '../dispatch/day-error-columns.js';
import { filterRecords, sortRecords } from './record-query.js';
import { RecordDto, RecordPageDto, RecordQueryDto } from './records.dto.js';

/** Reads sync records. */
@Injectable()
export class RecordsService {
  constructor(private readonly database: Database) {}

  async list({ page, page_size, ...filter }: RecordQueryDto): Promise<RecordPageDto> {
    const query = filterRecords(this.database.read, filter);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await sortRecords(query.selectAll(), filter.sort)
      .limit(page_size)
      .offset((page - 1) * page_size)
      .execute();
    return { items: rows.map(describeRecord), page, page_size, total };
  }
}

/** A record as its callers see it. */
export function describeRecord(row: Selectable<Schema['sync_record']>): RecordDto {
  return {
    dataset: row.dataset,
    day: row.day,
    status: row.status,
    reason: row.reason,
    rows: row.rows,
    attempts: row.attempts,
    duration_ms: row.duration_ms,
    error: readDayError(row),
    last_task_id: row.last_task_id,
    last_tried_at: row.last_tried_at,
    last_success_at: row.last_success_at,
  };
}
