import { Cron } from 'croner';
import type { Schedule } from './schedule.js';

/** What says when: of equal ones the times are the same. */
export type Timetable = Pick<Schedule, 'cron' | 'timeZone'>;

/** Without seconds and years, names for a whole pattern, or a date in the place of a pattern. */
export const FIVE_FIELDS = /^[0-9A-Za-z*,/?#+-]+(?: +[0-9A-Za-z*,/?#+-]+){4}$/;
const A_SECOND_MS = 1_000;

/** Parsing costs more than asking, and there are as many timetables as datasets. */
const parsed = new WeakMap<Timetable, Cron>();

/** Whether a text is a cron expression of five fields with a time that ever comes. */
export function isCron(value: unknown): value is string {
  if (typeof value !== 'string' || !FIVE_FIELDS.test(value)) return false;
  try {
    // 30 February can be written, and never comes.
    return parse({ cron: value, timeZone: 'UTC' }).nextRun(new Date(0)) !== null;
  } catch (error) {
    // The library throws either, and nothing else, for what it can't read.
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The first times after an instant, in their order; all in milliseconds since the epoch.
 *
 * By the clock of the zone, as Vixie cron has it: a time without wildcards that the clocks skip comes at the first
 * instant after the gap, and one that they show twice comes once, the first time. With a wildcard or a step in the
 * minutes or hours, what is skipped does not come, and what is shown twice comes twice.
 */
export function nextTimes(timetable: Timetable, afterMs: number, count: number): number[] {
  return cronOf(timetable)
    .nextRuns(count, new Date(afterMs))
    .map((time) => time.getTime());
}

/** The last time that an instant or one before it is, in milliseconds since the epoch; null if there was none yet. */
export function latestTime(timetable: Timetable, atMs: number): number | null {
  // Times are whole minutes, and the library leaves out the second that it is asked from.
  const after = (Math.floor(atMs / A_SECOND_MS) + 1) * A_SECOND_MS;
  const [latest] = cronOf(timetable).previousRuns(1, new Date(after));
  return latest?.getTime() ?? null;
}

function cronOf(timetable: Timetable): Cron {
  let cron = parsed.get(timetable);
  if (cron === undefined) parsed.set(timetable, (cron = parse(timetable)));
  return cron;
}

function parse({ cron, timeZone }: Timetable): Cron {
  return new Cron(cron, {
    timezone: timeZone,
    mode: '5-part',
    fixedTimeRule: 'no-wildcard',
    paused: true,
  });
}
