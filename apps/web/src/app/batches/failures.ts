import type { CalendarDay } from '@daysync/progress';
import type { BatchDay, DayError } from '../api/wire';

/** How many days of a group are shown one by one. */
const SHOWN = 3;

export interface DayFailure extends DayError {
  readonly day: CalendarDay;
}

/** The days that failed for one reason. */
export interface FailureGroup {
  readonly code: string;
  readonly count: number;
  readonly shown: readonly DayFailure[];
  readonly hidden: number;
}

/** The failed days by the code of their error, the largest group first. */
export function failureGroups(days: readonly BatchDay[]): readonly FailureGroup[] {
  const groups = new Map<string, DayFailure[]>();
  for (const { state, day, error } of days) {
    if (state !== 'failed' || error === null) continue;
    const group = groups.get(error.code);
    if (group === undefined) groups.set(error.code, [{ ...error, day }]);
    else group.push({ ...error, day });
  }
  return [...groups]
    .map(([code, failures]) => ({
      code,
      count: failures.length,
      shown: failures.slice(0, SHOWN),
      hidden: Math.max(0, failures.length - SHOWN),
    }))
    .sort((one, other) => other.count - one.count);
}
