import { calendarDay } from '@daysync/progress';
import type { BatchDay } from '../api/wire';

/** A successful day, with the changes of a spec. */
export function batchDayOf(day: string, changes: Partial<BatchDay> = {}): BatchDay {
  return {
    day: calendarDay(day),
    state: 'success',
    reason: null,
    rows: 2,
    quarantined_rows: 0,
    attempts: 1,
    next_at: null,
    duration_ms: 12,
    started_at: '2025-10-17T16:00:00.000Z',
    finished_at: '2025-10-17T16:00:00.012Z',
    error: null,
    marks: [],
    ...changes,
  };
}
