import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { QuarantinedRowRow, Schema } from '../database/schema.js';
import {
  QuarantineFilterDto,
  type QuarantinedRowDto,
  type QuarantineField,
} from './quarantine.dto.js';

type Rows<Output = object> = SelectQueryBuilder<Schema, 'quarantined_row', Output>;

/** The rows that a filter lets through. */
export function filterQuarantine(
  db: Kysely<Schema>,
  { dataset, start_date, end_date, code, task_id }: QuarantineFilterDto,
): Rows {
  let query: Rows = db.selectFrom('quarantined_row');
  if (dataset !== undefined) query = query.where('dataset', '=', dataset);
  // A row without a day is in no range.
  if (start_date !== undefined) query = query.where('day', '>=', start_date);
  if (end_date !== undefined) query = query.where('day', '<=', end_date).where('day', '<>', '');
  if (code !== undefined) query = query.where('code', '=', code);
  if (task_id !== undefined) query = query.where('batch_id', '=', task_id);
  return query;
}

/**
 * The rowids of rows in a total order, so that each row is on exactly one page. To sort whole rows would move 4 kB for each.
 * @param isReversed whether the order is the opposite one
 */
export function sortedQuarantine(
  query: Rows,
  { sort }: QuarantineFilterDto,
  isReversed = false,
): Rows<{ readonly id: number }> {
  const descends = sort.startsWith('-') !== isReversed;
  const field = sort.replace('-', '') as QuarantineField;
  const columns = [...new Set([field, 'day', 'dataset'] as const)];
  const direction = descends ? 'desc' : 'asc';
  return columns
    .reduce(
      (sorted, column) => sorted.orderBy(column, direction),
      query.select(sql<number>`rowid`.as('id')),
    )
    .orderBy('position', isReversed ? 'desc' : 'asc');
}

export function describeQuarantined({
  batch_id: task_id,
  position: _own,
  day,
  ...row
}: QuarantinedRowRow): QuarantinedRowDto {
  const { dataset, file, code, column, text, content, quarantined_at } = row;
  return {
    ...{ dataset, day: day === '' ? null : day, file, row: row.row, code, column, text, content },
    ...{ task_id, quarantined_at },
  };
}
