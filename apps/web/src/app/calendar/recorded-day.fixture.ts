import { calendarDay } from '@daysync/progress';
import type { RecordedDay } from '../api/wire';

/** A synced day of a calendar, with the changes of a spec. */
export function recorded(day: string, changes: Partial<RecordedDay> = {}): RecordedDay {
  return {
    ...{ day: calendarDay(day), status: 'success', reason: null, rows: 2, duration_ms: 4 },
    ...{ error_code: null, synced: true, elsewhere: false, unusual: [] },
    ...changes,
  };
}
