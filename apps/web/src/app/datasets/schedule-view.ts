import type { Dataset } from '../api/wire';
import type { WordKey } from '../i18n/zh';
import { instantText } from '../time/instant';

type Schedule = NonNullable<Dataset['schedule']>;
type Firing = NonNullable<Schedule['last_firing']>;

/** How many of the next firings a card has room for. */
const SHOWN_FIRINGS = 3;
const LENGTH_TO_THE_MINUTE = 'YYYY-MM-DD HH:mm'.length;

/** A schedule by the clocks of its own zone. */
export interface ScheduleView {
  /** To the minute. */
  readonly next: readonly string[];
  readonly last: LastFiringView | null;
}

interface LastFiringView {
  /** To the minute: the time of the schedule, not the moment at which it was decided. */
  readonly time: string;
  readonly outcome: WordKey;
  readonly isSkipped: boolean;
  /** The batch that it started, or that was in its way, as long as it is known. */
  readonly taskId: string | null;
}

/**
 * What a card shows of a schedule.
 * @param now milliseconds since the epoch: what has passed since the server was asked is not next
 */
export function scheduleView(schedule: Schedule, now: number): ScheduleView {
  const { time_zone, next_firings, last_firing } = schedule;
  const time = (instant: string): string =>
    instantText(instant, time_zone).slice(0, LENGTH_TO_THE_MINUTE);
  return {
    next: next_firings
      .filter((instant) => Date.parse(instant) > now)
      .slice(0, SHOWN_FIRINGS)
      .map(time),
    last: last_firing && lastFiring(last_firing, time),
  };
}

function lastFiring(
  { due_at, outcome, task_id }: Firing,
  time: (instant: string) => string,
): LastFiringView {
  return {
    time: time(due_at),
    outcome: `firing.${outcome}`,
    isSkipped: outcome !== 'started',
    taskId: task_id,
  };
}
