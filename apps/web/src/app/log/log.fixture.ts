import type { LogEntry } from '../api/wire';
import { calendarDay } from '@daysync/progress';

/** An entry of a log: a first attempt that started, unless it is said otherwise. */
export function entryOf(changes: Partial<LogEntry> = {}): LogEntry {
  return {
    ...{ at: '2025-10-17T16:00:00.000Z', day: calendarDay('2025-10-01'), kind: 'started' },
    ...{ attempt: 1, code: null, text: null, until: null, by: null, rows: null },
    ...changes,
  };
}
