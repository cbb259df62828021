import { inject, Injectable } from '@angular/core';
import { isOlder, isTerminal, type PollUpdate, type Progress } from '@daysync/progress';
import {
  BehaviorSubject,
  combineLatest,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  of,
  ReplaySubject,
  share,
  skip,
  Subject,
  switchMap,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { RANDOM } from '../time/random';
import { OPEN_STREAM, PAGE_LIFE } from './browser-ports';
import { feedBatch } from './feed-batch';
import { ProgressPoller } from './progress-poller';

/** One followed batch. */
interface Feed {
  readonly batchId: string;
  readonly answered: Subject<Progress>;
  readonly resumed: Subject<void>;
  newest: Progress | undefined;
  /** Whether polling has expired. */
  isExpired: boolean;
  updates: Observable<PollUpdate>;
}

/**
 * The live progress of batches in this tab, one feed for each batch. While the tab is shown, one batch has an event
 * stream; other batches, and all batches of a hidden tab, are polled. A feed never emits an older progress after a
 * newer one.
 */
@Injectable({ providedIn: 'root' })
export class ProgressFeed {
  private readonly poller = inject(ProgressPoller);
  private readonly openStream = inject(OPEN_STREAM);
  private readonly page = inject(PAGE_LIFE);
  private readonly random = inject(RANDOM);

  private readonly feeds = new Map<string, Feed>();
  private readonly news = new Subject<Progress>();
  /** The batch with the tab's only stream. */
  private readonly streamed = new BehaviorSubject<string | undefined>(undefined);

  /** Every new progress of any followed batch. */
  readonly progress = this.news.asObservable();

  /**
   * The updates of a batch, starting with the newest known. They end with the batch, or if the server refuses; after
   * `expired` they go on once the tab is shown again, or with {@link resume}.
   * @param first a known progress: with it, the first poll can wait
   */
  follow(batchId: string, first?: Progress): Observable<PollUpdate> {
    return defer(() => {
      if (first !== undefined) {
        this.apply(first);
        if (isTerminal(first.status)) return of<PollUpdate>({ kind: 'progress', progress: first });
      }
      const feed = this.feeds.get(batchId) ?? this.begin(batchId, first);
      const { newest } = feed;
      if (newest === undefined) return feed.updates;
      const known = of<PollUpdate>({ kind: 'progress', progress: newest });
      return isTerminal(newest.status) ? known : concat(known, feed.updates);
    });
  }

  /** Applies a progress that did not come from a feed. */
  apply(progress: Progress): void {
    this.feeds.get(progress.task_id)?.answered.next(progress);
  }

  /** Polls an expired batch again. */
  resume(batchId: string): void {
    this.feeds.get(batchId)?.resumed.next();
  }

  private begin(batchId: string, first: Progress | undefined): Feed {
    const feed: Feed = {
      batchId,
      answered: new Subject(),
      resumed: new Subject(),
      newest: first,
      isExpired: false,
      updates: EMPTY,
    };
    const shown = this.page.isShown.pipe(
      skip(1),
      filter((isShown) => isShown),
    );
    // Only the first poll can wait: later the known progress may be old.
    let firstPollAfterMs = first?.poll_after_ms ?? 0;
    const fed = feedBatch({
      stream: this.openStream(batchId),
      mayStream: combineLatest([this.streamed, this.page.isShown]).pipe(
        map(([streamed, isShown]) => streamed === batchId && isShown),
        distinctUntilChanged(),
      ),
      poll: () => {
        const waitMs = firstPollAfterMs;
        firstPollAfterMs = 0;
        return timer(waitMs).pipe(switchMap(() => this.poller.poll(batchId)));
      },
      // An answer to a command also shows that the user is back.
      anew: merge(shown, feed.resumed, feed.answered),
      random: this.random,
    });
    const answered = feed.answered.pipe(
      map((progress): PollUpdate => ({ kind: 'progress', progress })),
    );
    feed.updates = merge(
      this.page.isThere.pipe(switchMap((isThere) => (isThere ? fed : NEVER))),
      answered,
    ).pipe(
      filter((update) => isInOrder(update, feed.newest)),
      tap((update) => this.note(feed, update)),
      takeWhile(goesOn, true),
      finalize(() => {
        this.feeds.delete(batchId);
        this.arrange();
      }),
      share({ connector: () => new ReplaySubject(1) }),
    );
    this.feeds.set(batchId, feed);
    this.arrange();
    return feed;
  }

  private note(feed: Feed, update: PollUpdate): void {
    feed.isExpired = update.kind === 'expired';
    if (update.kind === 'progress') {
      feed.newest = update.progress;
      this.news.next(update.progress);
    }
    this.arrange();
  }

  private arrange(): void {
    this.streamed.next(batchToStream([...this.feeds.values()]));
  }
}

function isInOrder(update: PollUpdate, newest: Progress | undefined): boolean {
  return update.kind !== 'progress' || newest === undefined || !isOlder(update.progress, newest);
}

function goesOn(update: PollUpdate): boolean {
  if (update.kind === 'progress') return !isTerminal(update.progress.status);
  return update.kind !== 'refused';
}

/** The batch to stream: an active one, running ones first. */
export function batchToStream(
  feeds: readonly Pick<Feed, 'batchId' | 'newest' | 'isExpired'>[],
): string | undefined {
  const active = feeds.filter(
    ({ newest, isExpired }) => newest !== undefined && !isTerminal(newest.status) && !isExpired,
  );
  const runs = active.find(({ newest }) => newest?.status === 'running');
  return (runs ?? active[0])?.batchId;
}
