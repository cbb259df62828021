import { TERMINAL_STATUSES } from '@daysync/progress';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, Schema } from '../../database/schema.js';
import type { BatchState } from '../transition.js';

/** The number of older batches stays as it is: this bounds the commit of an end. */
const MOST_BATCHES = 200;

/**
 * Counts again, for the earlier batches with failed days in the range of one that has ended, how many of these days have
 * been synced since. It is part of the end of that batch, so that their progress changes with a commit.
 * @returns the batches whose number has changed, with it written
 */
export async function countRepaired(
  { db }: WriteTransaction,
  ended: BatchRow,
): Promise<readonly BatchState[]> {
  const counts = await failedSince(db, ended).execute();
  const changed: BatchState[] = [];
  for (const { batch_id: id, repaired, synced } of counts) {
    if (synced === repaired) continue;
    const row = await writeRepaired(db, id, synced, ended.updated_at);
    if (row !== undefined) changed.push({ batch: row, lanes: [] });
  }
  return changed;
}

/** How many failed days of the earlier batches in the range of one have been synced since. */
export function failedSince(
  db: Kysely<Schema>,
  { batch_id, dataset, end_date, start_date }: BatchRow,
): SelectQueryBuilder<
  Schema,
  'batch' | 'batch_day' | 'sync_record',
  { readonly batch_id: string; readonly repaired: number; readonly synced: number }
> {
  const earlier = db
    .selectFrom('batch')
    .select('batch_id')
    .where('dataset', '=', dataset)
    .where('failed', '>', sql.lit(0))
    .where('status', 'in', TERMINAL_STATUSES)
    .where('start_date', '<=', end_date)
    .where('end_date', '>=', start_date)
    .where('batch_id', '<>', batch_id)
    .orderBy('seq', 'desc')
    .limit(MOST_BATCHES);
  return (
    db
      .selectFrom('batch')
      .innerJoin('batch_day', 'batch_day.batch_id', 'batch.batch_id')
      .innerJoin('sync_record', (join) =>
        join
          .onRef('sync_record.dataset', '=', 'batch.dataset')
          .onRef('sync_record.day', '=', 'batch_day.day'),
      )
      .select((select) => [
        'batch.batch_id',
        'batch.repaired',
        select.fn.countAll<number>().filterWhere('sync_record.status', '<>', 'failed').as('synced'),
      ])
      .where('batch.batch_id', 'in', earlier)
      // As it stands in the condition of the index.
      .where('batch_day.state', '=', sql.lit('failed'))
      // What a comparison finds is no day that failed to sync.
      .where('batch_day.verifies', 'is', null)
      .groupBy(['batch.seq', 'batch.batch_id', 'batch.repaired'])
      // All transactions lock batches in this order.
      .orderBy('batch.seq')
  );
}

function writeRepaired(
  db: WriteTransaction['db'],
  batchId: string,
  repaired: number,
  at: string,
): Promise<BatchRow | undefined> {
  return db
    .updateTable('batch')
    .set((set) => ({
      repaired,
      rev: set('rev', '+', 1),
      updated_at: set.case().when('updated_at', '>', at).then(set.ref('updated_at')).else(at).end(),
    }))
    .where('batch_id', '=', batchId)
    .returningAll()
    .executeTakeFirst();
}
