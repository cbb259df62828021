import type { Schedule } from '../api/wire';
import { instantText } from '../time/instant';

/** The most upcoming runs that are shown. */
const SHOWN_RUNS = 3;
const LENGTH_TO_THE_MINUTE = 'YYYY-MM-DD HH:mm'.length;

/**
 * The next runs and the last run of a schedule, in its own time zone and to the minute. The time of the last run is its
 * scheduled time; its batch is the one that it started or that overlapped.
 * @param now milliseconds since the epoch: runs before it are not upcoming
 */
export function scheduleView({ time_zone, next_runs, last_run }: Schedule, now: number) {
  const time = (instant: string): string => toTheMinute(instant, time_zone);
  return {
    next: next_runs
      .filter((instant) => Date.parse(instant) > now)
      .slice(0, SHOWN_RUNS)
      .map(time),
    last: last_run && {
      time: time(last_run.due_at),
      outcome: `run_outcome.${last_run.outcome}` as const,
      isSkipped: last_run.outcome !== 'started',
      batchId: last_run.task_id,
    },
  };
}

/** An instant in a time zone, without its seconds. */
export function toTheMinute(instant: string, timeZone: string | undefined): string {
  return instantText(instant, timeZone).slice(0, LENGTH_TO_THE_MINUTE);
}
