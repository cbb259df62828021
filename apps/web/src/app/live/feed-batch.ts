import type { PollUpdate, Progress } from '@daysync/progress';
import {
  asyncScheduler,
  BehaviorSubject,
  combineLatest,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  NEVER,
  of,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** How long a tab hears nothing before it asks whether the one with the stream is still there. */
const ASK_AFTER_MS = 5_000;
/** How long the answer may take: from then on the tab polls. */
const ANSWER_WITHIN_MS = 7_000;
/** How long an open stream says nothing before one poll looks whether the server is still behind it. */
const CHECK_AFTER_MS = 30_000;
/** How long a batch is polled before the reader is asked whether to go on. */
const LONGEST_POLLING_MS = 30 * 60_000;

/** What comes without being asked for. */
export type Told =
  /** From the event stream that this tab holds, or from the tab that does. */
  | { readonly kind: 'progress'; readonly progress: Progress; readonly by: 'stream' | 'tab' }
  /** The stream is lost, wherever it was. */
  | { readonly kind: 'lost' };

export interface FeedOptions {
  /** Hot: it is listened to more than once. */
  readonly told: Observable<Told>;
  /** Polls the batch: at once, then on and on. */
  readonly poll: () => Observable<PollUpdate>;
  /** Asks the other tabs for the newest. */
  readonly askTabs: () => void;
  /** The stream of this tab is dead, though it looks open: `told` says that it is lost, and there is to be another. */
  readonly replaceStream: () => void;
  /** The reader is there: what was polled until now counts no more. */
  readonly anew: Observable<unknown>;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** Who feeds; `doubted` is a stream that has said nothing for so long that a poll looks whether it is alive. */
type FedBy = 'stream' | 'doubted' | 'tab' | undefined;

/**
 * The updates of one batch, from whoever has them: as long as a stream tells of it, here or in another tab, nobody
 * polls; before, in between and afterwards this tab does. Who feeds can't be seen from the updates.
 *
 * Polling ends in `expired` 30 minutes after the watch began or the reader was there last; the time that a stream
 * feeds is no polling, and moves that end on. After it the reader, or a stream, sets it going again.
 */
export function feedBatch(options: FeedOptions): Observable<PollUpdate> {
  const { told, poll, askTabs, replaceStream, anew, scheduler = asyncScheduler } = options;
  return defer(() => {
    let streamedRev = -Infinity;
    const alive = new Subject<'stream'>();
    const fedBy = new BehaviorSubject<FedBy>(undefined);

    const silence = (by: 'stream' | 'tab'): Observable<FedBy> => {
      if (by === 'stream') {
        return timer(CHECK_AFTER_MS, scheduler).pipe(map((): FedBy => 'doubted'));
      }
      return concat(
        timer(ASK_AFTER_MS, scheduler).pipe(tap(askTabs), ignoreElements()),
        timer(ANSWER_WITHIN_MS, scheduler).pipe(map(() => undefined)),
      );
    };
    const feeders = merge(
      told.pipe(
        map((news) => {
          if (news.kind === 'lost') return undefined;
          if (news.by === 'stream') streamedRev = news.progress.rev;
          return news.by;
        }),
      ),
      alive,
    ).pipe(switchMap((by) => (by === undefined ? of(by) : concat(of(by), silence(by)))));

    const isPolled = fedBy.pipe(
      map((by) => by === undefined),
      distinctUntilChanged(),
    );
    const isExpired = anew.pipe(
      startWith(undefined),
      switchMap(() => concat(of(false), deadlineOf(isPolled, options))),
      distinctUntilChanged(),
    );
    const polls = combineLatest([fedBy, isExpired]).pipe(
      map(([by, expired]) => {
        if (by === 'doubted') return poll;
        if (by !== undefined) return fed;
        return expired ? expire : poll;
      }),
      // While it polls, nothing is to be set going.
      distinctUntilChanged(),
      switchMap((updates) => updates()),
      tap((update) => {
        if (fedBy.value !== 'doubted') return;
        // The server is there, and the stream had nothing to say. Otherwise it has lost what is behind it.
        if (update.kind === 'progress' && update.progress.rev <= streamedRev) alive.next('stream');
        else replaceStream();
      }),
    );

    // Last: by then the answer is listened to.
    const asking = defer(() => {
      askTabs();
      return EMPTY;
    });
    return merge(
      feeders.pipe(
        tap((by) => fedBy.next(by)),
        ignoreElements(),
      ),
      polls,
      told.pipe(
        filter((news) => news.kind === 'progress'),
        map(({ progress }): PollUpdate => ({ kind: 'progress', progress })),
      ),
      asking,
    );
  });
}

const fed = (): Observable<PollUpdate> => EMPTY;
const expire = (): Observable<PollUpdate> => of({ kind: 'expired' });

/** Emits `true` once it has been polled for 30 minutes: the deadline moves on while it is not. */
function deadlineOf(
  isPolled: Observable<boolean>,
  { monotonic, scheduler }: FeedOptions,
): Observable<true> {
  return defer(() => {
    let leftMs = LONGEST_POLLING_MS;
    return isPolled.pipe(
      switchMap((polled) => {
        if (!polled) return NEVER;
        const began = monotonic();
        return timer(leftMs, scheduler).pipe(finalize(() => (leftMs -= monotonic() - began)));
      }),
      take(1),
      map(() => true as const),
    );
  });
}
