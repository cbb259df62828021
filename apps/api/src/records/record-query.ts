import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { Schema } from '../database/schema.js';
import { RecordFilterDto, type RecordField, type RecordSort } from './records.dto.js';

type Records<Output = object> = SelectQueryBuilder<Schema, 'sync_record', Output>;

const ROW_ID = sql<number>`rowid`.as('id');

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

/**
 * The rowids of records in a total order: no record is on two pages, or on none. To sort whole records would take
 * four times as long.
 */
export function sortedRowIds(query: Records, sort: RecordSort): Records<{ readonly id: number }> {
  const direction = isDescending(sort) ? 'desc' : 'asc';
  const field = sort.replace('-', '') as RecordField;
  // Each once: SQLite sorts anew what it has been told twice, though its index has the order.
  const columns = [...new Set([field, 'day', 'dataset'] as const)];
  return columns.reduce(
    (sorted, column) => sorted.orderBy(column, direction),
    query.select(ROW_ID),
  );
}

/** The same order from its end. */
export function reversed(sort: RecordSort): RecordSort {
  return isDescending(sort) ? (sort.slice(1) as RecordField) : `-${sort as RecordField}`;
}

/** Those of the records that have one of some rowids, in the order of these. */
export async function readByRowIds<Row>(
  query: Records<Row>,
  ids: readonly number[],
): Promise<Row[]> {
  // One text, so that the statement is the same however many they are.
  const list = JSON.stringify(ids);
  const rows = await query
    .select(ROW_ID)
    .where(sql<boolean>`rowid in (select value from json_each(${list}))`)
    .execute();
  const byId = new Map(rows.map((row) => [(row as { readonly id: number }).id, row as Row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function isDescending(sort: RecordSort): boolean {
  return sort.startsWith('-');
}
