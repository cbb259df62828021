import {
  addDays,
  calendarDayAt,
  compareDays,
  laterDay,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
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
  /** The days to be verified: those that have come to an age of `recheck_days` since the last run. Ascending. */
  readonly recheckDays: readonly CalendarDay[];
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
    recheckDays: daysToRecheck(schedule, dueAt, coveredUntil),
  };
}

/** After a longer downtime the latest of these. */
const MOST_CAUGHT_UP_DAYS = 366;

/** The date of the last run is done; each one since then, up to today's, has its days. */
function daysToRecheck(
  { recheckDays, timeZone }: Schedule,
  dueAt: number,
  coveredUntil: number,
): readonly CalendarDay[] {
  const today = calendarDayAt(dueAt, timeZone);
  const first = laterDay(
    addDays(calendarDayAt(coveredUntil, timeZone), 1),
    addDays(today, 1 - MOST_CAUGHT_UP_DAYS),
  );
  if (recheckDays.length === 0 || compareDays(first, today) > 0) return [];
  const days = listDays(first, today).flatMap((date) =>
    recheckDays.map((age) => addDays(date, -age)),
  );
  return [...new Set(days)].sort(compareDays);
}
