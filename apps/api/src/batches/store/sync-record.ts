import type { CalendarDay, Outcome } from '@daysync/progress';
import type { WriteTransaction } from '../../database/database.js';
import type { Statement } from '../../database/prepared-statement.js';
import { preparedStatement } from '../../database/prepared-statement.js';
import type { DayErrorColumns, SkipReason, SyncRecordRow } from '../../database/schema.js';
import { ERROR_COLUMNS } from './day-error-columns.js';

/** What the record of a day keeps of its last try. */
export interface LastTry extends DayErrorColumns {
  readonly dataset: string;
  readonly day: CalendarDay;
  readonly status: Outcome;
  readonly reason: SkipReason | null;
  readonly rows: number | null;
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly last_batch_id: string;
  readonly last_tried_at: string;
}

const upsertRecord = preparedStatement<LastTry & Pick<SyncRecordRow, 'last_success_at'>>(
  ({ db }, places) => {
    const columns = places(
      'dataset',
      'day',
      'status',
      'reason',
      'rows',
      'attempts',
      'duration_ms',
      'last_batch_id',
      'last_tried_at',
      'last_success_at',
      ...ERROR_COLUMNS,
    );
    const { dataset: _dataset, day: _day, ...changed } = columns;
    return db
      .insertInto('sync_record')
      .values(columns)
      .onConflict((conflict) =>
        conflict.columns(['dataset', 'day']).doUpdateSet((known) => ({
          ...changed,
          last_success_at: known.fn.coalesce(
            changed.last_success_at,
            known.ref('sync_record.last_success_at'),
          ),
        })),
      );
  },
);

/** Writes the record of a day. A failure after a success keeps the time of that success. */
export async function writeRecord(transaction: WriteTransaction, lastTry: LastTry): Promise<void> {
  await upsertRecord(transaction, valuesOf(lastTry));
}

/** The statement that writes the record of a day on PostgreSQL. */
export function recordStatement(lastTry: LastTry): Statement {
  return upsertRecord.compile(valuesOf(lastTry));
}

function valuesOf(lastTry: LastTry): LastTry & Pick<SyncRecordRow, 'last_success_at'> {
  const last_success_at = lastTry.status === 'success' ? lastTry.last_tried_at : null;
  return { ...lastTry, last_success_at };
}
