import { addDays, calendarDayAt, laterDay, type DayRange } from '@daysync/progress';
import { latestTime, nextTimes, type Schedule } from '../datasets/file/schedule.js';

/** The progress of a schedule, in milliseconds since the epoch. */
export interface ScheduleState {
  /** Its times up to here are decided: started or skipped. */
  readonly decidedUntil: number;
  /** Its times up to here have had a batch. Never after `decidedUntil`. */
  readonly coveredUntil: number;
}

export interface DueRun {
  /** In milliseconds since the epoch. */
  readonly dueAt: number;
  readonly range: DayRange;
}

/**
 * The run of a schedule that is due: one for all undecided times that have passed, however many. Null if there are none.
 *
 * The range ends with the day before the last of those times, in the schedule's zone: a late run has no day that an
 * on-time run would not have had. It begins where the first time without a batch would have begun: neither downtime nor
 * a skipped run leaves a day out.
 * @param mostDays the longest range: of a longer one the last days are taken
 */
export function dueRun(
  schedule: Schedule,
  { decidedUntil, coveredUntil }: ScheduleState,
  now: number,
  mostDays: number,
): DueRun | null {
  const dueAt = latestTime(schedule, now);
  return dueAt === null || dueAt <= decidedUntil
    ? null
    : runAt(schedule, dueAt, coveredUntil, mostDays);
}

/**
 * The run of a schedule at an instant, whether or not it is one of its times.
 * @param coveredUntil its times up to here have had a batch
 */
export function runAt(
  schedule: Schedule,
  dueAt: number,
  coveredUntil: number,
  mostDays: number,
): DueRun {
  const [first = dueAt] = nextTimes(schedule, coveredUntil, 1);
  const end = addDays(calendarDayAt(dueAt, schedule.timeZone), -1);
  const begun = calendarDayAt(Math.min(first, dueAt), schedule.timeZone);
  const start = addDays(begun, -schedule.lookbackDays);
  return {
    dueAt,
    range: { start_date: laterDay(start, addDays(end, 1 - mostDays)), end_date: end },
  };
}
