import type { WriteTransaction } from '../database/database.js';
import type { BatchRow } from '../database/schema.js';

/** The row of a batch, if there is one. */
export function findBatch({ db }: WriteTransaction, taskId: string): Promise<BatchRow | undefined> {
  return db.selectFrom('batch').selectAll().where('task_id', '=', taskId).executeTakeFirst();
}

/** The row of a batch, which has to exist. */
export function readBatch({ db }: WriteTransaction, taskId: string): Promise<BatchRow> {
  return db.selectFrom('batch').selectAll().where('task_id', '=', taskId).executeTakeFirstOrThrow();
}

/** The time of a batch's next change: a clock that was set back does not have it go backwards. */
export function timeOfChange(batch: Pick<BatchRow, 'updated_at'>, at: string): string {
  return at > batch.updated_at ? at : batch.updated_at;
}
