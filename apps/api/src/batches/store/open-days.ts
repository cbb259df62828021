import type { CalendarDay, SkipCount } from '@daysync/progress';
import { sql } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow } from '../../database/schema.js';
import type { DayError } from '../../sources/day-source.js';
import { ERROR_COLUMNS, NO_ROWS, readDayError, writeDayError, writeRecord } from './sync-record.js';
import { skipsOf } from '../skip-counts.js';

/** The columns of a day that waits for nothing. */
export const DAY_WAIT_CLEARED = { waits_for: null, next_at: null, suspect: 0 } as const;

/** A change of many days at once, with the new `rev` of their batch. */
interface ChangeOfBatch {
  readonly batchId: string;
  readonly at: string;
  readonly rev: number;
}

export interface SkipOpen extends ChangeOfBatch {
  readonly reason: 'cancelled' | 'not_run';
  /** Skip the days in flight as well. @default false */
  readonly withRunning?: boolean;
}

/**
 * Skips the days of a batch that have no outcome yet. A planned skip keeps the reason that it was planned for.
 * @returns how many there were, by their reasons
 */
export async function skipOpen(
  { db }: WriteTransaction,
  { batchId, reason, at, rev, withRunning = false }: SkipOpen,
): Promise<readonly SkipCount[]> {
  const skipped = await db
    .updateTable('batch_day')
    .set((set) => ({
      ...DAY_WAIT_CLEARED,
      // The error of an earlier attempt is not the reason of the skip.
      ...writeDayError(null),
      state: 'skipped',
      reason: set
        .case()
        .when('action', '=', 'run')
        .then(sql.lit(reason))
        .else(set.ref('reason'))
        .end(),
      finished_at: at,
      lane: null,
      rev,
    }))
    .where('batch_id', '=', batchId)
    .where('state', 'in', withRunning ? ['pending', 'running'] : ['pending'])
    .returning('reason')
    .execute();
  return skipsOf(skipped.map((day) => day.reason));
}

/**
 * Prepares a paused batch for its resume. Its deferred days become eligible again, with all their attempts; failed days
 * are counted anew: else the next one would pause the batch again.
 */
export async function prepareResume(
  { db }: WriteTransaction,
  { batchId, rev }: Omit<ChangeOfBatch, 'at'>,
): Promise<void> {
  await db
    .updateTable('batch_day')
    .set({ waits_for: null, attempts: 0, ...writeDayError(null), lane: null, rev })
    .where('batch_id', '=', batchId)
    .where('waits_for', '=', 'source')
    .execute();
  await db
    .updateTable('batch_day')
    .set({ answers_before: null })
    .where('batch_id', '=', batchId)
    .where('answers_before', 'is not', null)
    .execute();
}

/** A deferred day that has failed, with the error for which it was deferred. */
interface FailedDay {
  readonly day: CalendarDay;
  readonly error: DayError | null;
}

/** Fails the deferred days of a batch, each with the error for which it was deferred. */
export async function failDeferredDays(
  transaction: WriteTransaction,
  { dataset, batchId, at, rev }: ChangeOfBatch & Pick<BatchRow, 'dataset'>,
): Promise<readonly FailedDay[]> {
  const deferred = await transaction.db
    .updateTable('batch_day')
    .set({ ...DAY_WAIT_CLEARED, state: 'failed', finished_at: at, lane: null, rev })
    .where('batch_id', '=', batchId)
    .where('waits_for', '=', 'source')
    .returning(['day', 'verifies', 'attempts', 'duration_ms', ...ERROR_COLUMNS])
    .execute();
  // A day that is only verified stays what it was.
  const synced = deferred.filter(({ verifies }) => verifies === null);
  for (const { day, attempts, duration_ms, verifies: _verifies, ...error } of synced) {
    await writeRecord(transaction, {
      dataset,
      day,
      status: 'failed',
      attempts,
      last_batch_id: batchId,
      last_tried_at: at,
      reason: null,
      ...NO_ROWS,
      duration_ms,
      ...error,
    });
  }
  return deferred.map((day) => ({ day: day.day, error: readDayError(day) }));
}
