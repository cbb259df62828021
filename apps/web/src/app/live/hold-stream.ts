import {
  asyncScheduler,
  concat,
  Observable,
  of,
  repeat,
  Subscription,
  tap,
  timer,
  type SchedulerLike,
} from 'rxjs';
import type { StreamEvent, TabLock } from './browser-ports';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

export interface HoldOptions {
  /** Which one tab of the browser has. */
  readonly lock: TabLock;
  /** The stream; it completes when it can't be had, or no longer. */
  readonly stream: Observable<StreamEvent>;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * What the stream tells, once this tab may hold it. A stream that can't be had is lost and gives the lock back, so
 * that another tab may try, and is tried again after a while: at first in seconds, later once a minute, with jitter.
 */
export function holdStream(options: HoldOptions): Observable<StreamEvent> {
  const { lock, stream, random, scheduler = asyncScheduler } = options;
  let failures = 0;
  const lost: StreamEvent = { kind: 'lost' };
  return locked(lock, concat(stream, of(lost))).pipe(
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

/** The stream while the lock is held. It is closed before the lock is given back: there are never two. */
function locked(lock: TabLock, stream: Observable<StreamEvent>): Observable<StreamEvent> {
  return new Observable((subscriber) => {
    const opened = new Subscription();
    const waiting = new Subscription();
    subscriber.add(() => {
      opened.unsubscribe();
      waiting.unsubscribe();
    });
    waiting.add(
      lock.subscribe(() => {
        opened.add(
          stream.subscribe({
            next: (event) => subscriber.next(event),
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          }),
        );
      }),
    );
  });
}
