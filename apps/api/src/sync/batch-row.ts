import type { WriteTransaction } from '../database/database.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { BatchRow } from '../database/schema.js';

const selectHeld = preparedStatement<Pick<BatchRow, 'task_id'>, BatchRow>(
  ({ db, dialect }, places) => {
    const { task_id } = places('task_id');
    const row = db.selectFrom('batch').selectAll().where('task_id', '=', task_id);
    // On SQLite there is one transaction at a time as it is.
    return dialect === 'sqlite' ? row : row.forUpdate();
  },
);

/** The row of a batch, if there is one. Nobody else changes it, or its days, before this transaction has ended. */
export async function findBatch(
  transaction: WriteTransaction,
  taskId: string,
): Promise<BatchRow | undefined> {
  const { rows } = await selectHeld(transaction, { task_id: taskId });
  return rows[0];
}

/** The row of a batch, which has to exist; held as by {@link findBatch}. */
export async function readBatch(transaction: WriteTransaction, taskId: string): Promise<BatchRow> {
  const batch = await findBatch(transaction, taskId);
  if (batch === undefined) throw new RangeError(`expected batch ${taskId} to be there, got none`);
  return batch;
}

/** What a day's commit moves of a batch, beside its state. */
const MOVED = [
  'success',
  'failed',
  'skipped',
  'running',
  'held',
  'current_day',
  'message_code',
  'error_code',
  'error_text',
  'rev',
  'started_at',
  'updated_at',
] as const;

const updateMoved = preparedStatement<Pick<BatchRow, 'task_id' | (typeof MOVED)[number]>>(
  ({ db }, places) => {
    const { task_id, ...columns } = places('task_id', ...MOVED);
    return db.updateTable('batch').set(columns).where('task_id', '=', task_id);
  },
);

/** Writes where a batch is by a day's commit; its state and its end, if it comes to another state. */
export async function moveBatch(
  transaction: WriteTransaction,
  { task_id, status: statusBefore }: Pick<BatchRow, 'task_id' | 'status'>,
  moved: Pick<BatchRow, 'status' | 'finished_at' | (typeof MOVED)[number]>,
): Promise<void> {
  const { status, finished_at, ...columns } = moved;
  await updateMoved(transaction, { task_id, ...columns });
  // There are indices of these, whose pages SQLite writes also where a value stays as it is.
  if (status === statusBefore) return;
  await transaction.db
    .updateTable('batch')
    .set({ status, finished_at })
    .where('task_id', '=', task_id)
    .execute();
}

/** The time of a batch's next change: a clock that was set back does not have it go backwards. */
export function timeOfChange(batch: Pick<BatchRow, 'updated_at'>, at: string): string {
  return at > batch.updated_at ? at : batch.updated_at;
}
