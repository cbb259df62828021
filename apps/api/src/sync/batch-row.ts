import type { SelectQueryBuilder } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import type { BatchRow, Schema } from '../database/schema.js';

/** The row of a batch, if there is one. Nobody else changes it, or its days, before this transaction has ended. */
export function findBatch(
  transaction: WriteTransaction,
  taskId: string,
): Promise<BatchRow | undefined> {
  return held(transaction, taskId).executeTakeFirst();
}

/** The row of a batch, which has to exist; held as by {@link findBatch}. */
export function readBatch(transaction: WriteTransaction, taskId: string): Promise<BatchRow> {
  return held(transaction, taskId).executeTakeFirstOrThrow();
}

function held(
  { db, dialect }: WriteTransaction,
  taskId: string,
): SelectQueryBuilder<Schema, 'batch', BatchRow> {
  const row = db.selectFrom('batch').selectAll().where('task_id', '=', taskId);
  // On SQLite there is one transaction at a time as it is.
  return dialect === 'sqlite' ? row : row.forUpdate();
}

/** The time of a batch's next change: a clock that was set back does not have it go backwards. */
export function timeOfChange(batch: Pick<BatchRow, 'updated_at'>, at: string): string {
  return at > batch.updated_at ? at : batch.updated_at;
}
