import { sql } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { BatchDayRow } from '../database/schema.js';
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

export interface SkipPlanned {
  readonly taskId: string;
  /** Before which place in the batch; null for all that are left. */
  readonly position: number | null;
  readonly at: string;
  readonly rev: number;
}

/** No place in a batch is behind it. */
const BEHIND_ALL = 2 ** 31 - 1;

const skipPlanned = preparedStatement<
  Pick<BatchDayRow, 'task_id' | 'position' | 'finished_at' | 'rev'>,
  Pick<BatchDayRow, 'reason'>
>(({ db }, places) => {
  const { task_id, position, ...columns } = places('task_id', 'position', 'finished_at', 'rev');
  return db
    .updateTable('batch_day')
    .set({ state: 'skipped', ...columns })
    .where('task_id', '=', task_id)
    .where('state', '=', sql.lit('pending'))
    .where('action', '=', 'skip')
    .where('position', '<', position)
    .returning('reason');
});

/**
 * Skips the days of a batch that were planned to be, up to a place.
 * @returns how many there were, by their reasons
 */
export async function skipPlannedBefore(
  transaction: WriteTransaction,
  { taskId, position, at, rev }: SkipPlanned,
): Promise<EndedDays[]> {
  const { rows } = await skipPlanned(transaction, {
    task_id: taskId,
    position: position ?? BEHIND_ALL,
    finished_at: at,
    rev,
  });
  return countByReason(
    'skipped',
    rows.map(({ reason }) => reason),
  );
}
