import { sql } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import { writeDayError } from '../dispatch/day-error-columns.js';
import { countByReason, type EndedDays } from './ended-days.js';

export interface SkipOpen {
  readonly taskId: string;
  readonly reason: 'cancelled' | 'not_run';
  readonly at: string;
  readonly rev: number;
  /** Leave the days in flight alone: they may finish. @default false */
  readonly sparingRunning?: boolean;
}

/**
 * Skips the days of a batch that have no outcome yet. A planned skip keeps the reason that it was planned for.
 * @returns how many there were, by their reasons
 */
export async function skipOpen(
  { db }: WriteTransaction,
  { taskId, reason, at, rev, sparingRunning = false }: SkipOpen,
): Promise<EndedDays[]> {
  const skipped = await db
    .updateTable('batch_day')
    .set((set) => ({
      state: 'skipped',
      reason: set
        .case()
        .when('action', '=', 'run')
        .then(sql.lit(reason))
        .else(set.ref('reason'))
        .end(),
      token: null,
      node: null,
      job: null,
      waits_for: null,
      next_at: null,
      suspect: 0,
      // What a try before had met is not why it is skipped.
      ...writeDayError(null),
      finished_at: at,
      rev,
    }))
    .where('task_id', '=', taskId)
    .where('state', 'in', sparingRunning ? ['pending'] : ['pending', 'running'])
    .returning('reason')
    .execute();
  return countByReason(
    'skipped',
    skipped.map((day) => day.reason),
  );
}
