import { sql, type SelectQueryBuilder } from 'kysely';
import type { Database, Dialect } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { RecordFilterDto, type RecordField, type RecordSort } from './records.dto.js';
import { hasText } from './text-search.js';

type Records<Output = object> = SelectQueryBuilder<Schema, 'sync_record', Output>;

const ROW_ID = sql<number>`rowid`.as('id');

/** Of these, a record may have none. No index has their order. */
const NULLABLE: ReadonlySet<RecordField> = new Set(['rows', 'duration_ms']);

/** The records that a filter lets through. */
export function filterRecords(
  { dialect, longRead: db }: Pick<Database, 'dialect' | 'longRead'>,
  { code, dataset, status, start_date, end_date, text, unusual }: RecordFilterDto,
): Records {
  let query: Records = db.selectFrom('sync_record');
  if (dataset !== undefined) query = query.where('dataset', '=', dataset);
  if (status !== undefined) query = query.where('status', '=', status);
  if (code !== undefined) query = query.where('error_code', '=', code);
  if (text !== undefined) query = query.where(hasText(dialect, 'error_text', text));
  if (unusual === 'true') {
    query = query.where('marks', 'is not', null).where('accepted_at', 'is', null);
  } else if (unusual === 'false') {
    query = query.where((record) =>
      record.or([record('marks', 'is', null), record('accepted_at', 'is not', null)]),
    );
  }
  if (start_date !== undefined) query = query.where('day', '>=', start_date);
  if (end_date !== undefined) query = query.where('day', '<=', end_date);
  return query;
}

/**
 * The rowids of records in a total order, so that each record is on exactly one page. Records without a value come first.
 * To sort whole records would take four times as long.
 */
export function sortedRowIds(query: Records, sort: RecordSort): Records<{ readonly id: number }> {
  const descends = isDescending(sort);
  const field = sort.replace('-', '') as RecordField;
  // Each column once: for a repeated one SQLite sorts instead of using its index.
  const columns = [...new Set([field, 'day', 'dataset'] as const)];
  return columns.reduce(
    (sorted, column) =>
      sorted.orderBy(column, (order) => {
        const directed = descends ? order.desc() : order.asc();
        if (!NULLABLE.has(column)) return directed;
        return descends ? directed.nullsLast() : directed.nullsFirst();
      }),
    query.select(ROW_ID),
  );
}

/** The reverse order. */
export function reversed(sort: RecordSort): RecordSort {
  return isDescending(sort) ? (sort.slice(1) as RecordField) : `-${sort as RecordField}`;
}

/** The rows of a table with these rowids, in their order. */
export async function readByRowIds<Row, Table extends 'sync_record' | 'quarantined_row'>(
  dialect: Dialect,
  query: SelectQueryBuilder<Schema, Table, Row>,
  ids: readonly number[],
): Promise<Row[]> {
  // A single parameter keeps the statement the same for any number of ids.
  const isOneOf =
    dialect === 'sqlite'
      ? sql<boolean>`rowid in (select value from json_each(${JSON.stringify(ids)}))`
      : sql<boolean>`rowid = any(${ids})`;
  const rows = await query.select(ROW_ID).where(isOneOf).execute();
  const byId = new Map(rows.map((row) => [(row as { readonly id: number }).id, row as Row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function isDescending(sort: RecordSort): boolean {
  return sort.startsWith('-');
}
