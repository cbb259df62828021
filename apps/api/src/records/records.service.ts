import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { readDayError } from '../dispatch/day-error-columns.js';
import { RecordPageDto, RecordQueryDto, type RecordField } from './records.dto.js';

/** Reads sync records. */
@Injectable()
export class RecordsService {
  constructor(private readonly database: Database) {}

  async list({
    dataset,
    status,
    start_date,
    end_date,
    sort,
    page,
    page_size,
  }: RecordQueryDto): Promise<RecordPageDto> {
    let query = this.database.read.selectFrom('sync_record');
    if (dataset !== undefined) query = query.where('dataset', '=', dataset);
    if (status !== undefined) query = query.where('status', '=', status);
    if (start_date !== undefined) query = query.where('day', '>=', start_date);
    if (end_date !== undefined) query = query.where('day', '<=', end_date);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const direction = sort.startsWith('-') ? 'desc' : 'asc';
    const rows = await query
      .selectAll()
      .orderBy(sort.replace('-', '') as RecordField, direction)
      // A total order: no record is on two pages, or on none.
      .orderBy('day', direction)
      .orderBy('dataset', direction)
      .limit(page_size)
      .offset((page - 1) * page_size)
      .execute();
    const items = rows.map((row) => ({
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
    }));
    return { items, page, page_size, total };
  }
}
