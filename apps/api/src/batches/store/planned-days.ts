import type { WriteTransaction } from '../../database/database.js';
import type { PlannedDay } from '../plan.js';

/** SQLite binds at most 32,766 values to a statement. */
const DAYS_PER_INSERT = 500;

/** The days of a plan in their order, for a batch. */
interface NewDays {
  readonly batchId: string;
  readonly days: readonly PlannedDay[];
  /** The position of the first one. */
  readonly first: number;
  /** The `rev` of the batch with them. */
  readonly rev: number;
}

/** Inserts the days of a plan. */
export async function insertDays(
  { db, turn }: WriteTransaction,
  { batchId: batch_id, days, first, rev }: NewDays,
): Promise<void> {
  for (let from = 0; from < days.length; from += DAYS_PER_INSERT) {
    await db
      .insertInto('batch_day')
      .values(
        days.slice(from, from + DAYS_PER_INSERT).map((planned, index) => ({
          batch_id,
          day: planned.day,
          position: first + from + index,
          action: planned.action,
          verifies: planned.reason === 'verify' ? (1 as const) : null,
          state: 'pending' as const,
          // Only of skips: the reason why a day runs is not kept.
          reason: planned.action === 'skip' ? planned.reason : null,
          attempts: 0,
          lane: null,
          rev,
        })),
      )
      .execute();
    await turn();
  }
}

export function countSkips(days: readonly PlannedDay[]): number {
  return days.filter(({ action }) => action === 'skip').length;
}
