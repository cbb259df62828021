import { calendarDay } from '@daysync/progress';
import { toInstant } from '../../config/clock.js';
import type { BatchRow, LaneRow } from '../../database/schema.js';
import type { BatchState } from '../transition.js';

const START = Date.parse('2025-10-17T16:00:00.000Z');

/** The instant so many seconds after the start of every batch of a spec. */
export function instant(seconds: number): string {
  return toInstant(START + 1_000 * seconds);
}

/** A batch that waits for its first turn. */
export function queuedBatch(total: number): BatchState {
  const batch: BatchRow = {
    ...{ seq: 1, batch_id: 'batch', dataset: 'readings', fingerprint: 'f1', status: 'queued' },
    ...{ start_date: calendarDay('2025-10-01'), end_date: calendarDay('2025-10-31') },
    ...{ mode: 'missing_and_failed', verify: null, traceparent: null, parent_span_id: null },
    ...{ day_order: 'asc', retry_of: null, total, planned_skips: 0 },
    ...{ skip_reasons: '{}', rows: 0, repaired: 0, chosen_days: 0 },
    ...{ success: 0, failed: 0, skipped: 0, current_day: null, message_code: 'BATCH_STARTED' },
    ...{ error_code: null, error_text: null, rev: 1, unreadable_rows: 0, quarantined_rows: 0 },
    ...{ created_at: instant(0), started_at: null },
    ...{ running_since: null, updated_at: instant(0), finished_at: null, started_by: null },
    ...{ control_verb: null, control_by: null, control_at: null, log: null },
  };
  return { batch, lanes: [] };
}

/** The batch with open lanes that have run no day. */
export function withLanes({ batch }: BatchState, count: number): BatchState {
  const lane: Omit<LaneRow, 'number'> = {
    ...{ batch_id: batch.batch_id, open: 1, token: 0, holder: null, stopping: 0, day: null },
    ...{ success: 0, failed: 0, skipped: 0, planned: 0, wait_kind: null, wait_until: null },
    ...{ quarantined_rows: 0, skip_reasons: '{}', rows: 0, outcome_rows: '[]' },
    ...{ wait_detail: null, current_day: null, current_at: null, answered_at: null },
    ...{ outcomes: '[]', rev: 0, updated_at: batch.updated_at },
  };
  return { batch, lanes: Array.from({ length: count }, (_, number) => ({ ...lane, number })) };
}
