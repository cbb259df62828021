import { ACTIVE_STATUSES, type BatchStatus } from '@daysync/progress';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Schema } from '../../database/schema.js';

/** The states of a batch as people filter it. Each batch is in one of them; some need attention as well. */
export const BATCH_STATES = [
  'running',
  'queued',
  'paused',
  'completed',
  'partly_failed',
  'all_failed',
  'failed_to_run',
  'cancelled',
  'needs_attention',
] as const;
export type FilteredState = (typeof BATCH_STATES)[number];

export interface BatchFilter {
  readonly dataset?: string | undefined;
  readonly status?: BatchStatus | undefined;
  readonly state?: FilteredState | undefined;
  /** The batch whose retries they are. */
  readonly retryOf?: string | undefined;
}

type Batch = ExpressionBuilder<Schema, 'batch'>;

export function fitsFilter(
  where: Batch,
  { dataset, retryOf, state, status }: BatchFilter,
): Expression<SqlBool> {
  const tests: Expression<SqlBool>[] = [];
  if (dataset !== undefined) tests.push(where('dataset', '=', dataset));
  if (status !== undefined) tests.push(where('status', '=', status));
  if (retryOf !== undefined) tests.push(where('retry_of', '=', retryOf));
  if (state !== undefined) tests.push(isInState(where, state));
  return where.and(tests);
}

function isInState(where: Batch, state: FilteredState): Expression<SqlBool> {
  switch (state) {
    case 'running':
      return where('status', 'in', ['running', 'cancelling']);
    case 'queued':
    case 'paused':
    case 'cancelled':
      return where('status', '=', state);
    case 'completed':
      return where.and([where('status', '=', 'completed'), where('failed', '=', 0)]);
    case 'partly_failed':
    case 'all_failed':
      return where.and([
        where('status', '=', 'completed'),
        where('failed', '>', 0),
        // All days that were tried.
        where(
          'failed',
          state === 'all_failed' ? '=' : '<',
          where('total', '-', where.ref('planned_skips')),
        ),
      ]);
    case 'failed_to_run':
      return where('status', '=', 'failed');
    case 'needs_attention':
      return needsAttention(where);
  }
}

/**
 * It has paused automatically; it has failed days that nothing has repaired; or it could not run, and no later batch of
 * its dataset has.
 */
function needsAttention(where: Batch): Expression<SqlBool> {
  return where.or([
    where.and([where('status', '=', 'paused'), where('error_code', 'is not', null)]),
    where.and([
      where('status', 'not in', ACTIVE_STATUSES),
      where('failed', '>', where.ref('repaired')),
    ]),
    where.and([
      where('status', '=', 'failed'),
      where.not(
        where.exists(
          where
            .selectFrom('batch as later')
            .select('later.seq')
            .whereRef('later.dataset', '=', 'batch.dataset')
            .whereRef('later.seq', '>', 'batch.seq')
            .where('later.started_at', 'is not', null),
        ),
      ),
    ]),
  ]);
}
