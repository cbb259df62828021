import { calendarDay } from './calendar-day.js';
import { newProgress, type NewProgress, type Progress } from './progress.js';

/** A new batch of one day, with the changes of a spec. */
export function batchOf(changes: Partial<NewProgress> = {}): Progress {
  const day = calendarDay('2025-10-01');
  return newProgress({
    ...{ task_id: 't1', dataset: 'weather', total: 1, start_date: day, end_date: day },
    ...{ mode: 'all', at: '2025-10-01T08:00:00.000Z' },
    ...changes,
  });
}

/** A new batch of ten days. */
export const QUEUED = batchOf({ total: 10, end_date: calendarDay('2025-10-10') });
