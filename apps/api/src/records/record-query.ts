import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Schema } from '../database/schema.js';
import { RecordFilterDto, type RecordField } from './records.dto.js';

type Records = SelectQueryBuilder<Schema, 'sync_record', object>;

/** The records that a filter lets through. */
export function filterRecords(
  db: Kysely<Schema>,
  { dataset, status, start_date, end_date }: RecordFilterDto,
): Records {
  let query: Records = db.selectFrom('sync_record');
  if (dataset !== undefined) query = query.where('dataset', '=', dataset);
  if (status !== undefined) query = query.where('status', '=', status);
  if (start_date !== undefined) query = query.where('day', '>=', start_date);
  if (end_date !== undefined) query = query.where('day', '<=', end_date);
  return query;
}

/** Sorts records. It is a total order: no record is on two pages, or on none. */
export function sortRecords<Output>(
  query: SelectQueryBuilder<Schema, 'sync_record', Output>,
  sort: RecordFilterDto['sort'],
): SelectQueryBuilder<Schema, 'sync_record', Output> {
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  return query
    .orderBy(sort.replace('-', '') as RecordField, direction)
    .orderBy('day', direction)
    .orderBy('dataset', direction);
}
