import type { PollUpdate, Progress } from '@daysync/progress';
import {
  asyncScheduler,
  BehaviorSubject,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  map,
  merge,
  of,
  repeat,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { StreamEvent } from './browser-ports';

/** After this much silence of an open stream, a poll checks the server. */
const CHECK_AFTER_MS = 30_000;
/** How long to wait before a failed stream is opened again: at first, and at most. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

interface FeedOptions {
  /** The event stream of the batch; it completes when it fails. */
  readonly stream: Observable<StreamEvent>;
  /** Whether the stream may be open now. */
  readonly mayStream: Observable<boolean>;
  /** Polls the batch at once and then repeatedly; ends with `expired` if the tab stays hidden for long. */
  readonly poll: () => Observable<PollUpdate>;
  /** Emits when the user is back: an expired feed goes on. */
  readonly anew: Observable<unknown>;
  /** A random number in [0, 1). */
  readonly random: () => number;
  /** @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * The updates of one batch: from its event stream while that is open, otherwise from polls. The updates of both look
 * the same.
 */
export function feedBatch(options: FeedOptions): Observable<PollUpdate> {
  const { mayStream, poll, anew } = options;
  return defer(() => {
    const isStreamed = new BehaviorSubject(false);
    const polled = isStreamed.pipe(
      distinctUntilChanged(),
      switchMap((streamed) => (streamed ? EMPTY : poll())),
    );
    const streamed = mayStream.pipe(
      switchMap((may) => (may ? keptStream(options) : of(LOST))),
      tap(({ kind }) => isStreamed.next(kind === 'progress')),
      filter((event) => event.kind === 'progress'),
    );
    return merge(polled, streamed);
  }).pipe(
    takeWhile(({ kind }) => kind !== 'expired', true),
    repeat({ delay: () => anew }),
  );
}

const LOST: StreamEvent = { kind: 'lost' };
const CLOSED = { kind: 'closed' } as const;

/**
 * The stream, opened again after it has closed: at first after seconds, later once a minute, with jitter. A stream can
 * die silently, for example behind a buffering proxy: if it is silent while a poll brings news, it is closed as well.
 */
function keptStream(options: FeedOptions): Observable<StreamEvent> {
  const { stream, random, scheduler = asyncScheduler } = options;
  let failures = 0;
  return concat(stream, of(CLOSED)).pipe(
    switchMap((event) =>
      event.kind === 'progress'
        ? concat(of(event), deathAfter(event.progress, options))
        : of(event),
    ),
    takeWhile((event): event is StreamEvent => event.kind !== 'closed'),
    tap(({ kind }) => {
      if (kind === 'progress') failures = 0;
    }),
    endWith(LOST),
    repeat({
      delay: () => {
        const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        failures += 1;
        return timer(ceiling * (0.5 + random() / 2), scheduler);
      },
    }),
  );
}

/** Emits `closed` once a poll has anything newer than the last event of the stream. */
function deathAfter(
  { rev }: Progress,
  { poll, scheduler = asyncScheduler }: FeedOptions,
): Observable<typeof CLOSED> {
  return timer(CHECK_AFTER_MS, CHECK_AFTER_MS, scheduler).pipe(
    exhaustMap(() => poll().pipe(take(1))),
    filter((update) => update.kind !== 'progress' || update.progress.rev > rev),
    map(() => CLOSED),
  );
}
