import { TERMINAL_STATUSES } from '@daysync/progress';
import { sql, type Kysely, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, Schema } from '../../database/schema.js';
import type { LiveView } from '../live-view.js';

/** The numbers of older batches stay as they are: this bounds the commit of an end. */
const MOST_BATCHES = 200;
const MOST_DAYS = 20_000;

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
  const earlier = await readEarlier(transaction, range);
  if (earlier.length === 0) return;
  // It begins after the lock: what another transaction has repaired meanwhile counts.
  const counts = await repairedOf(transaction.db, earlier).execute();
  for (const { batch_id, repaired, repaired_now } of counts) {
    if (repaired_now === repaired) continue;
    const batch = await writeRepaired(transaction.db, batch_id, repaired_now, range.updated_at);
    if (batch === undefined) continue;
    await transaction.publish({ kind: 'batch_changed', batch_id });
    live.batchChanged(transaction, { batch, lanes: [] });
  }
}

/** The ended batches with failed days in a range, locked; the newest ones, of so many days. */
export async function readEarlier(
  { db, dialect }: WriteTransaction,
  { batch_id, dataset, end_date, start_date }: ChangedRange,
): Promise<readonly string[]> {
  let latest = db
    .selectFrom('batch')
    .select(['batch_id', 'seq', 'failed'])
    .where('dataset', '=', dataset)
    .where('failed', '>', sql.lit(0))
    .where('status', 'in', TERMINAL_STATUSES)
    .where('start_date', '<=', end_date)
    .where('end_date', '>=', start_date)
    .orderBy('seq', 'desc')
    .limit(MOST_BATCHES);
  if (batch_id !== null) latest = latest.where('batch_id', '<>', batch_id);
  const summed = db
    .selectFrom(latest.as('latest'))
    .select(['batch_id', 'failed'])
    .select((select) =>
      select.fn
        .sum<number>('failed')
        .over((over) => over.orderBy('seq', 'desc'))
        .as('so_far'),
    );
  const chosen = db
    .selectFrom(summed.as('summed'))
    .select('batch_id')
    .whereRef('so_far', '<', sql`failed + ${sql.lit(MOST_DAYS)}`);
  // All transactions lock batches in this order.
  const rows = db
    .selectFrom('batch')
    .select('batch_id')
    .where('batch_id', 'in', chosen)
    .orderBy('seq');
  const locked = await (dialect === 'sqlite' ? rows : rows.forUpdate()).execute();
  return locked.map((row) => row.batch_id);
}

/**
 * Whether a failed day of a batch is repaired: synced since or settled, or, where it was to be verified, verified since
 * without a difference, or written again. Of {@link failedDays}.
 */
export const IS_REPAIRED = sql<SqlBool>`(settled_day.day is not null or coalesce(
  case when batch_day.verifies is null then sync_record.status <> 'failed'
  else sync_record.last_success_at > batch_day.finished_at
    or (sync_record.verified_at > batch_day.finished_at and sync_record.finding is null) end, false))`;

/** The failed days of batches, with their records. */
export function failedDays(
  db: Kysely<Schema>,
): SelectQueryBuilder<Schema, 'batch' | 'batch_day' | 'sync_record', object> {
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
      // As it stands in the condition of the index.
      .where('batch_day.state', '=', sql.lit('failed'))
  );
}

/** How many failed days of batches are repaired. */
export function repairedOf(
  db: Kysely<Schema>,
  batchIds: readonly string[],
): SelectQueryBuilder<
  Schema,
  'batch' | 'batch_day' | 'sync_record',
  { readonly batch_id: string; readonly repaired: number; readonly repaired_now: number }
> {
  return failedDays(db)
    .select(['batch.batch_id', 'batch.repaired'])
    .select((select) => select.fn.countAll<number>().filterWhere(IS_REPAIRED).as('repaired_now'))
    .where('batch.batch_id', 'in', batchIds)
    .groupBy(['batch.seq', 'batch.batch_id', 'batch.repaired'])
    .orderBy('batch.seq');
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
