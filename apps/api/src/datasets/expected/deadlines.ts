import { addDays, calendarDayAt, type CalendarDay } from '@daysync/progress';
import { zoneClock } from '../../sources/values/zone-clock.js';
import type { ExpectedDays } from './expected-days.js';

/** By when a day has to be synced. */
export interface FreshBy {
  /** A time of the day, such as `08:00`, in the dataset's time zone. */
  readonly time: string;
  /** How many days after the day itself. */
  readonly days: number;
}

/** A day, and when it has to be synced. */
export interface DueDay {
  readonly day: CalendarDay;
  /** In milliseconds since the epoch. */
  readonly dueAt: number;
}

/** What deadlines depend on. */
export interface DeadlineOptions {
  readonly freshBy: FreshBy;
  readonly timeZone: string;
  readonly expected: ExpectedDays;
}

export const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

export function isTimeOfDay(value: unknown): value is string {
  return typeof value === 'string' && TIME_OF_DAY.test(value);
}

/**
 * The deadline of a day, in milliseconds since the epoch: the first instant at which the clock of the zone shows the time.
 * Where a clock change skips the time, it is that change.
 */
export function deadlineOf(
  day: CalendarDay,
  { freshBy, timeZone }: Pick<DeadlineOptions, 'freshBy' | 'timeZone'>,
): number {
  const wall = Date.parse(`${addDays(day, freshBy.days)}T${freshBy.time}Z`);
  return zoneClock(timeZone).firstAt(wall);
}

/**
 * The day that is due: the latest expected day whose deadline has passed. No older day matters. Null before the first
 * deadline.
 */
export function dueDay(options: DeadlineOptions, now: number): DueDay | null {
  const { expected } = options;
  let day = expected.latestExpected(newestCandidate(options, now));
  while (day !== null) {
    const dueAt = deadlineOf(day, options);
    if (dueAt <= now) return { day, dueAt };
    day = expected.latestExpected(addDays(day, -1));
  }
  return null;
}

/** The first expected day whose deadline is still to come; null if there is none. */
export function nextDue(options: DeadlineOptions, now: number): DueDay | null {
  const { expected } = options;
  let day = expected.nextExpected(addDays(newestCandidate(options, now), -1));
  while (day !== null) {
    const dueAt = deadlineOf(day, options);
    if (dueAt > now) return { day, dueAt };
    day = expected.nextExpected(addDays(day, 1));
  }
  return null;
}

/** The latest day whose deadline is today or earlier, by the calendar alone. */
function newestCandidate({ freshBy, timeZone }: DeadlineOptions, now: number): CalendarDay {
  return addDays(calendarDayAt(now, timeZone), -freshBy.days);
}
