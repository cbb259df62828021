import {
  addDays,
  calendarDayAt,
  compareDays,
  countDays,
  laterDay,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { MOST_RANGE_DAYS } from '../config/environment.js';
import { firstOfLast, type ExpectedDays } from '../datasets/expected/expected-days.js';
import { latestTime, nextTimes, type Schedule } from '../datasets/file/schedule.js';

/** The progress of a schedule, in milliseconds since the epoch. */
export interface ScheduleState {
  /** Its times up to here are decided: started or skipped. */
  readonly decidedUntil: number;
  /** Its times up to here have had a batch. Never after `decidedUntil`. */
  readonly coveredUntil: number;
  /** The days that had come to an age of `recheck_days` by then have been in a batch. */
  readonly recheckedUntil: number;
}

export interface DueRun {
  /** In milliseconds since the epoch. */
  readonly dueAt: number;
  readonly range: DayRange;
  /** The days to be verified: those that have come to an age of `recheck_days` since the last run. Ascending. */
  readonly recheckDays: readonly CalendarDay[];
}

/** What bounds the days of a run. */
export interface RunBounds {
  /** The days of the dataset that are expected to have data: only these count. */
  readonly expected: ExpectedDays;
  /** The most days of a run: of a longer one the last days are taken. */
  readonly mostDays: number;
}

/**
 * The run of a schedule that is due: one for all undecided times that have passed, however many. Null if there are none.
 *
 * The range ends with the latest expected day before the last of those times, in the schedule's zone: a late run has no
 * day that an on-time run would not have had. It begins where the first time without a batch would have begun: neither downtime nor
 * a skipped run leaves a day out.
 */
export function dueRun(
  schedule: Schedule,
  { decidedUntil, coveredUntil, recheckedUntil }: ScheduleState,
  now: number,
  days: RunBounds,
): DueRun | null {
  const dueAt = latestTime(schedule, now);
  if (dueAt === null || dueAt <= decidedUntil) return null;
  const recheckDays = daysToRecheck(schedule, dueAt, recheckedUntil).filter((day) =>
    days.expected.isExpected(day),
  );
  return { dueAt, range: rangeAt(schedule, dueAt, coveredUntil, days), recheckDays };
}

/**
 * The days of a run at an instant, whether or not it is a time of the schedule.
 * @param coveredUntil its times up to here have had a batch
 */
export function rangeAt(
  schedule: Schedule,
  dueAt: number,
  coveredUntil: number,
  days: RunBounds,
): DayRange {
  const { expected } = days;
  const { timeZone } = schedule;
  const [first = dueAt] = nextTimes(schedule, coveredUntil, 1);
  const end = latestBefore(dueAt, timeZone, expected);
  const start = firstOfLast(expected, {
    count: schedule.lookbackDays,
    end: latestBefore(Math.min(first, dueAt), timeZone, expected),
    most: MOST_RANGE_DAYS,
  });
  return { start_date: boundedStart(start, end, days), end_date: end };
}

/** The latest expected day that has ended at an instant; without one, the day before. */
function latestBefore(at: number, timeZone: string, expected: ExpectedDays): CalendarDay {
  const yesterday = addDays(calendarDayAt(at, timeZone), -1);
  return expected.latestExpected(yesterday) ?? yesterday;
}

function boundedStart(
  start: CalendarDay,
  end: CalendarDay,
  { expected, mostDays }: RunBounds,
): CalendarDay {
  const isBounded =
    countDays(start, end) <= MOST_RANGE_DAYS && expected.countIn(start, end) <= mostDays;
  return isBounded ? start : firstOfLast(expected, { count: mostDays, end, most: MOST_RANGE_DAYS });
}

/** After a longer downtime the latest of these. */
const MOST_CAUGHT_UP_DAYS = 366;

/** The date of the last recheck is done; each one since then, up to today's, has its days. */
function daysToRecheck(
  { recheckDays, timeZone }: Schedule,
  dueAt: number,
  recheckedUntil: number,
): readonly CalendarDay[] {
  const today = calendarDayAt(dueAt, timeZone);
  const first = laterDay(
    addDays(calendarDayAt(recheckedUntil, timeZone), 1),
    addDays(today, 1 - MOST_CAUGHT_UP_DAYS),
  );
  if (recheckDays.length === 0 || compareDays(first, today) > 0) return [];
  const days = listDays(first, today).flatMap((date) =>
    recheckDays.map((age) => addDays(date, -age)),
  );
  return [...new Set(days)].sort(compareDays);
}
