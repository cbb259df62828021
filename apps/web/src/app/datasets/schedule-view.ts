import type { Schedule } from '../api/wire';
import type { Words } from '../i18n/words';

/** The most upcoming runs that are shown. */
const SHOWN_RUNS = 3;

/**
 * The next runs and the last run of a schedule, in its own time zone and to the minute. The time of the last run is its
 * scheduled time; its batch is the one that it started or that overlapped.
 * @param now milliseconds since the epoch: runs before it are not upcoming
 */
export function scheduleView(
  { time_zone, next_runs, last_run }: Schedule,
  now: number,
  { minute }: Pick<Words, 'minute'>,
) {
  const time = (instant: string): string => minute(instant, time_zone);
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
