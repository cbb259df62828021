import type { CalendarDay, Outcome } from '@daysync/progress';
import type { SkipReason } from '../database/schema.js';
import type { RecordedDay } from './gaps.js';

/** What decides how a day counts. */
export interface LastTry {
  readonly day: CalendarDay;
  readonly status: Outcome;
  readonly reason: SkipReason | null;
  readonly last_success_at: string | null;
}

/** Whether a day was ever synced, and whether the source has nothing for it. */
export function recordedDay({ day, status, reason, last_success_at }: LastTry): RecordedDay {
  return {
    day,
    synced: last_success_at !== null,
    empty: status === 'skipped' && reason === 'no_data',
  };
}
