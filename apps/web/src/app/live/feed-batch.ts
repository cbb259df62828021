import type { PollUpdate, Progress } from '@daysync/progress';
import {
  asyncScheduler,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  of,
  startWith,
  Subject,
  switchMap,
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
  /** The reader is there: what was polled until now counts no more. */
  readonly anew: Observable<unknown>;
  /** How long to leave the batch alone at first, in milliseconds. @default 0 */
  readonly firstPollAfterMs?: number;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

type FedBy = 'stream' | 'tab' | undefined;

/**
 * The updates of one batch, from whoever has them: as long as a stream tells of it, here or in another tab, nobody
 * polls; before, in between and afterwards this tab does. Who feeds can't be seen from the updates.
 *
 * Polling for 30 minutes in all ends in `expired`; after that the reader, or a stream, sets it going again.
 */
export function feedBatch(options: FeedOptions): Observable<PollUpdate> {
  const { told, poll, askTabs, anew, monotonic, scheduler = asyncScheduler } = options;
  return defer(() => {
    let firstPollAfterMs = options.firstPollAfterMs ?? 0;
    let polledMs = 0;
    let fedBy: FedBy;
    let streamedRev: number | undefined;
    const checked = new Subject<'stream'>();

    const silence = (by: 'stream' | 'tab'): Observable<FedBy> => {
      if (by === 'stream') return timer(CHECK_AFTER_MS, scheduler).pipe(map(() => undefined));
      return concat(
        timer(ASK_AFTER_MS, scheduler).pipe(tap(askTabs), ignoreElements()),
        timer(ANSWER_WITHIN_MS, scheduler).pipe(map(() => undefined)),
      );
    };
    const feeder = merge(
      told.pipe(
        map((news): FedBy => {
          if (news.kind === 'lost') return undefined;
          if (news.by === 'stream') streamedRev = news.progress.rev;
          return news.by;
        }),
      ),
      checked,
    ).pipe(
      tap((by) => (fedBy = by)),
      switchMap((by) => (by === undefined ? of(by) : concat(of(by), silence(by)))),
      map((by) => by !== undefined),
      startWith(false),
      distinctUntilChanged(),
    );

    const polling = defer((): Observable<PollUpdate> => {
      if (polledMs >= LONGEST_POLLING_MS) return of({ kind: 'expired' });
      const began = monotonic();
      const waitMs = firstPollAfterMs;
      firstPollAfterMs = 0;
      return timer(waitMs, scheduler).pipe(
        switchMap(poll),
        finalize(() => (polledMs += monotonic() - began)),
      );
    });
    const polls = anew.pipe(
      startWith(undefined),
      // While it polls, nothing is to be set going.
      exhaustMap(() => polling),
    );

    // Last: by then the answer is listened to.
    const asking = defer(() => {
      askTabs();
      return EMPTY;
    });
    return merge(
      anew.pipe(
        tap(() => (polledMs = 0)),
        ignoreElements(),
      ),
      feeder.pipe(switchMap((isFed) => (isFed ? EMPTY : polls))),
      told.pipe(
        filter((news) => news.kind === 'progress'),
        map(({ progress }): PollUpdate => ({ kind: 'progress', progress })),
      ),
      asking,
    ).pipe(
      tap((update) => {
        // The server is still there, and the stream had nothing to say. Otherwise the stream may be dead.
        const isNews = update.kind !== 'progress' || update.progress.rev !== streamedRev;
        if (fedBy === 'stream' && !isNews) checked.next('stream');
      }),
    );
  });
}
