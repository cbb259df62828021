import { addDays, calendarDayAt, laterDay, type DayRange } from '@daysync/progress';
import { latestTime, nextTimes, type Schedule } from '../datasets/schedule.js';

/** How far a schedule has come, in milliseconds since the epoch. */
export interface ScheduleState {
  /** What becomes of its times up to here is decided. */
  readonly decidedUntil: number;
  /** The days of its times up to here have had a batch; never after `decidedUntil`. */
  readonly coveredUntil: number;
}

/** A time of a schedule that has come, and the days that it asks for. */
export interface DueRun {
  /** In milliseconds since the epoch. */
  readonly dueAt: number;
  readonly range: DayRange;
}

/**
 * What a schedule wants now: one run for all of its times that have passed and are not decided, however many; null
 * if there is none.
 *
 * The range ends with the day before the last of those times, in the schedule's zone: a late run asks for no day
 * that it would not have asked for in time. It begins where the first time without a batch would have begun, so that
 * neither a standstill nor a skipped run leaves a day out.
 * @param mostDays how many days the range may have: of a longer one the last are taken
 */
export function dueRun(
  schedule: Schedule,
  { decidedUntil, coveredUntil }: ScheduleState,
  now: number,
  mostDays: number,
): DueRun | null {
  const dueAt = latestTime(schedule, now);
  if (dueAt === null || dueAt <= decidedUntil) return null;
  const [first = dueAt] = nextTimes(schedule, coveredUntil, 1);
  const end = addDays(calendarDayAt(dueAt, schedule.timeZone), -1);
  const start = addDays(calendarDayAt(first, schedule.timeZone), -schedule.lookbackDays);
  return {
    dueAt,
    range: { start_date: laterDay(start, addDays(end, 1 - mostDays)), end_date: end },
  };
}
