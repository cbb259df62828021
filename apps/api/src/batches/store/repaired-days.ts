import { TERMINAL_STATUSES } from '@daysync/progress';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, Schema } from '../../database/schema.js';
import type { LiveView } from '../live-view.js';

/** The number of older batches stays as it is: this bounds the commit of an end. */
const MOST_BATCHES = 200;

/** A range of days whose state has changed. */
export interface ChangedRange extends Pick<BatchRow, 'dataset' | 'start_date' | 'end_date'> {
  /** The batch that has changed them; null where an operator has. */
  readonly batch_id: string | null;
  /** When. */
  readonly updated_at: string;
}

/**
 * Counts again, for the ended batches with failed days in a range, how many of these days have been repaired since, and
 * publishes the batches whose number changes. It is part of the change, so that their progress changes with a commit.
 */
export async function countRepaired(
  transaction: WriteTransaction,
  live: LiveView,
  range: ChangedRange,
): Promise<void> {
  const counts = await failedSince(transaction.db, range).execute();
  for (const { batch_id, repaired, repaired_now } of counts) {
    if (repaired_now === repaired) continue;
    const batch = await writeRepaired(transaction.db, batch_id, repaired_now, range.updated_at);
    if (batch === undefined) continue;
    await transaction.publish({ kind: 'batch_changed', batch_id });
    live.batchChanged(transaction, { batch, lanes: [] });
  }
}

/**
 * How many failed days of the ended batches in a range are repaired: synced since or settled, or, where they were to be
 * verified, verified since without a difference, or written again.
 */
export function failedSince(
  db: Kysely<Schema>,
  { batch_id, dataset, end_date, start_date }: ChangedRange,
): SelectQueryBuilder<
  Schema,
  'batch' | 'batch_day' | 'sync_record' | 'settled_day',
  { readonly batch_id: string; readonly repaired: number; readonly repaired_now: number }
> {
  let earlier = db
    .selectFrom('batch')
    .select('batch_id')
    .where('dataset', '=', dataset)
    .where('failed', '>', sql.lit(0))
    .where('status', 'in', TERMINAL_STATUSES)
    .where('start_date', '<=', end_date)
    .where('end_date', '>=', start_date)
    .orderBy('seq', 'desc')
    .limit(MOST_BATCHES);
  if (batch_id !== null) earlier = earlier.where('batch_id', '<>', batch_id);
  return (
    db
      .selectFrom('batch')
      .innerJoin('batch_day', 'batch_day.batch_id', 'batch.batch_id')
      .innerJoin('sync_record', (join) =>
        join
          .onRef('sync_record.dataset', '=', 'batch.dataset')
          .onRef('sync_record.day', '=', 'batch_day.day'),
      )
      .leftJoin('settled_day', (join) =>
        join
          .onRef('settled_day.dataset', '=', 'batch.dataset')
          .onRef('settled_day.day', '=', 'batch_day.day'),
      )
      .select((select) => [
        'batch.batch_id',
        'batch.repaired',
        select.fn
          .countAll<number>()
          .filterWhere((day) =>
            day.or([
              day('settled_day.day', 'is not', null),
              day.and([
                day('batch_day.verifies', 'is', null),
                day('sync_record.status', '<>', 'failed'),
              ]),
              day.and([
                day('batch_day.verifies', 'is not', null),
                day.or([
                  day('sync_record.last_success_at', '>', day.ref('batch_day.finished_at')),
                  day.and([
                    day('sync_record.verified_at', '>', day.ref('batch_day.finished_at')),
                    day('sync_record.finding', 'is', null),
                  ]),
                ]),
              ]),
            ]),
          )
          .as('repaired_now'),
      ])
      .where('batch.batch_id', 'in', earlier)
      // As it stands in the condition of the index.
      .where('batch_day.state', '=', sql.lit('failed'))
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
