import type { Dataset } from '../api/wire';
import { instantText } from '../time/instant';

type Schedule = NonNullable<Dataset['schedule']>;

/** How many of the next firings a card has room for. */
const SHOWN_FIRINGS = 3;
const LENGTH_TO_THE_MINUTE = 'YYYY-MM-DD HH:mm'.length;

/**
 * What a card shows of a schedule, by the clocks of its own zone and to the minute. Of the last firing that is the time
 * of the schedule, not the moment at which it was decided, and the batch that it started, or that was in its way.
 * @param now milliseconds since the epoch: what has passed since the server was asked is not next
 */
export function scheduleView({ time_zone, next_firings, last_firing }: Schedule, now: number) {
  const time = (instant: string): string =>
    instantText(instant, time_zone).slice(0, LENGTH_TO_THE_MINUTE);
  return {
    next: next_firings
      .filter((instant) => Date.parse(instant) > now)
      .slice(0, SHOWN_FIRINGS)
      .map(time),
    last: last_firing && {
      time: time(last_firing.due_at),
      outcome: `firing.${last_firing.outcome}` as const,
      isSkipped: last_firing.outcome !== 'started',
      taskId: last_firing.task_id,
    },
  };
}
