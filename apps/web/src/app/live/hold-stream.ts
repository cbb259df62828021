import {
  asyncScheduler,
  concat,
  exhaustMap,
  of,
  repeat,
  takeWhile,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { StreamEvent, TabLock } from './browser-ports';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

export interface HoldOptions {
  /** Which one tab of the browser has. */
  readonly lock: TabLock;
  /** The stream; it completes when it can't be had. */
  readonly stream: Observable<StreamEvent>;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * What the stream tells, once this tab may hold it. A stream that can't be had gives the lock back, so that
 * another tab may try, and is tried again after a while: at first in seconds, later once a minute, with jitter.
 */
export function holdStream(options: HoldOptions): Observable<StreamEvent> {
  const { lock, stream, random, scheduler = asyncScheduler } = options;
  let failures = 0;
  return lock.pipe(
    exhaustMap(() => concat(stream, of(undefined))),
    takeWhile((event) => event !== undefined),
    tap((event) => {
      if (event.kind === 'progress') failures = 0;
    }),
    repeat({
      delay: () => {
        const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        failures += 1;
        return timer(ceiling * (0.5 + random() / 2), scheduler);
      },
    }),
  );
}
