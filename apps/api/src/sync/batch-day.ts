import type { BatchDayRow } from '../database/schema.js';
import { readDayError } from '../batches/store/sync-record.js';
import { BatchDayDto } from './sync.dto.js';

/** A day of a batch as its callers see it. */
export function describeBatchDay(day: BatchDayRow): BatchDayDto {
  return {
    day: day.day,
    state: day.state,
    reason: shownReason(day),
    rows: day.rows,
    attempts: day.attempts,
    next_at: day.next_at,
    duration_ms: day.duration_ms,
    started_at: day.started_at,
    finished_at: day.finished_at,
    error: readDayError(day),
  };
}

/** A planned skip has its reason before its turn; it is told with the outcome. */
function shownReason({
  state,
  reason,
}: Pick<BatchDayRow, 'state' | 'reason'>): BatchDayRow['reason'] {
  return state === 'skipped' ? reason : null;
}
