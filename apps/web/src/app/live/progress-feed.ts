import { DestroyRef, inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { isTerminal, type PollUpdate, type Progress } from '@daysync/progress';
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
  Observable,
  of,
  ReplaySubject,
  share,
  skip,
  startWith,
  Subject,
  switchMap,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { MONOTONIC } from '../time/clock';
import { RANDOM } from '../time/random';
import { OPEN_STREAM, PAGE_LIFE, TAB_LOCK, TABS, type StreamEvent } from './browser-ports';
import { feedBatch, type Told } from './feed-batch';
import { holdStream } from './hold-stream';
import { ProgressPoller } from './progress-poller';
import { tabMessageIn, type TabMessage } from './tab-message';

/** One followed batch. */
interface Feed {
  readonly taskId: string;
  readonly told: Subject<Told>;
  readonly answered: Subject<Progress>;
  readonly again: Subject<void>;
  newest: Progress | undefined;
  /** Whether it has been polled for so long that it is left alone. */
  isExpired: boolean;
  /** Whether this tab's own stream tells of it. */
  isStreamed: boolean;
  /** Whether the server did not answer when it was asked last. */
  isDoubted: boolean;
  updates: Observable<PollUpdate>;
}

/**
 * The live progress of batches, in this tab: one feed a batch, whoever follows it. One tab of the browser holds an
 * event stream and tells the others; where none can, each polls. What is newest is never followed by what is older.
 */
@Injectable({ providedIn: 'root' })
export class ProgressFeed {
  private readonly poller = inject(ProgressPoller);
  private readonly tabs = inject(TABS);
  private readonly lock = inject(TAB_LOCK);
  private readonly openStream = inject(OPEN_STREAM);
  private readonly page = inject(PAGE_LIFE);
  private readonly random = inject(RANDOM);
  private readonly monotonic = inject(MONOTONIC);

  private readonly feeds = new Map<string, Feed>();
  private readonly news = new Subject<Progress>();
  private readonly isFollowing = new BehaviorSubject(false);
  /** The batch whose stream this tab would hold. */
  private readonly wanted = new BehaviorSubject<string | undefined>(undefined);
  /** The stream that this tab holds is to be another. */
  private readonly replaced = new Subject<void>();

  /** Every progress that comes in, of whatever batch is followed. */
  readonly progress = this.news.asObservable();

  constructor() {
    const destroyRef = inject(DestroyRef);
    // The stream first: what is lost with it is told to the tabs while they are listened to.
    this.whileThere(this.wanted, undefined)
      .pipe(
        switchMap((taskId) =>
          this.replaced.pipe(
            startWith(undefined),
            map(() => taskId),
          ),
        ),
        switchMap((taskId) => (taskId === undefined ? EMPTY : this.streamOf(taskId))),
        takeUntilDestroyed(destroyRef),
      )
      .subscribe(({ taskId, event }) => this.streamed(taskId, event));
    this.whileThere(this.isFollowing, false)
      .pipe(
        switchMap((isFollowing) => (isFollowing && this.tabs ? this.tabs.messages : EMPTY)),
        takeUntilDestroyed(destroyRef),
      )
      .subscribe((data) => {
        const message = tabMessageIn(data);
        if (message !== undefined) this.hear(message);
      });
  }

  /**
   * The updates of a batch, from the newest that is known on. They end with the batch, or where the server refuses;
   * after `expired` they go on once the tab is shown again, or with {@link again}.
   * @param first a progress that is at hand: the first poll then has time
   */
  follow(taskId: string, first?: Progress): Observable<PollUpdate> {
    return defer(() => {
      if (first !== undefined) {
        this.tell(first);
        if (isTerminal(first.status)) return of<PollUpdate>({ kind: 'progress', progress: first });
      }
      const feed = this.feeds.get(taskId) ?? this.begin(taskId, first);
      const { newest } = feed;
      if (newest === undefined) return feed.updates;
      const known = of<PollUpdate>({ kind: 'progress', progress: newest });
      return isTerminal(newest.status) ? known : concat(known, feed.updates);
    });
  }

  /** Shows those who follow its batch a progress that something else than a feed has brought. */
  tell(progress: Progress): void {
    this.feeds.get(progress.task_id)?.answered.next(progress);
  }

  /** Polls a batch on that was left alone. */
  again(taskId: string): void {
    this.feeds.get(taskId)?.again.next();
  }

  private begin(taskId: string, first: Progress | undefined): Feed {
    const feed: Feed = {
      taskId,
      told: new Subject(),
      answered: new Subject(),
      again: new Subject(),
      newest: first,
      isExpired: false,
      isStreamed: false,
      isDoubted: false,
      updates: EMPTY,
    };
    const shown = this.page.isShown.pipe(
      skip(1),
      filter((isShown) => isShown),
    );
    // The first poll alone has time: what is at hand by the next may be old.
    let firstPollAfterMs = first?.poll_after_ms ?? 0;
    const fed = feedBatch({
      told: feed.told,
      poll: () => {
        const waitMs = firstPollAfterMs;
        firstPollAfterMs = 0;
        return timer(waitMs).pipe(switchMap(() => this.poller.poll(taskId)));
      },
      askTabs: () => this.post({ kind: 'ask', task_id: taskId }),
      replaceStream: () => this.replaced.next(),
      anew: merge(shown, feed.again),
      monotonic: () => this.monotonic.now(),
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
        this.feeds.delete(taskId);
        this.arrange();
      }),
      share({ connector: () => new ReplaySubject(1) }),
    );
    this.feeds.set(taskId, feed);
    this.arrange();
    return feed;
  }

  private note(feed: Feed, update: PollUpdate): void {
    feed.isExpired = update.kind === 'expired';
    feed.isDoubted = update.kind !== 'progress';
    if (update.kind === 'progress') {
      feed.newest = update.progress;
      this.news.next(update.progress);
    }
    this.arrange();
  }

  /** Sees to it that tabs are listened to and a stream is held for just those that need it. */
  private arrange(): void {
    this.isFollowing.next(this.feeds.size > 0);
    this.wanted.next(batchToStream([...this.feeds.values()]));
  }

  private streamOf(
    taskId: string,
  ): Observable<{ readonly taskId: string; readonly event: StreamEvent }> {
    const { openStream, lock, tabs, random } = this;
    if (openStream === undefined || lock === undefined || tabs === undefined) return EMPTY;
    return holdStream({ lock, stream: openStream(taskId), random }).pipe(
      map((event) => ({ taskId, event })),
      finalize(() => this.lose(taskId)),
    );
  }

  private streamed(taskId: string, event: StreamEvent): void {
    const feed = this.feeds.get(taskId);
    if (event.kind === 'lost') {
      this.lose(taskId);
    } else if (feed !== undefined) {
      feed.isStreamed = true;
      this.post({ kind: 'newest', task_id: taskId, progress: event.progress });
      feed.told.next({ ...event, by: 'stream' });
    }
  }

  /** The stream is no longer there: everybody polls until there is another. */
  private lose(taskId: string): void {
    const feed = this.feeds.get(taskId);
    if (feed?.isStreamed !== true) return;
    feed.isStreamed = false;
    this.post({ kind: 'lost', task_id: taskId });
    feed.told.next({ kind: 'lost' });
  }

  private hear(message: TabMessage): void {
    const feed = this.feeds.get(message.task_id);
    if (feed === undefined) return;
    if (message.kind === 'ask') {
      const { taskId, newest } = feed;
      if (!feed.isStreamed || feed.isDoubted || newest === undefined) return;
      this.post({ kind: 'newest', task_id: taskId, progress: newest });
    } else if (!feed.isStreamed) {
      const told: Told =
        message.kind === 'lost'
          ? { kind: 'lost' }
          : { kind: 'progress', progress: message.progress, by: 'tab' };
      feed.told.next(told);
    }
  }

  private post(message: TabMessage): void {
    this.tabs?.post(message);
  }

  /** A value while the page is there; `gone` while it isn't. */
  private whileThere<T>(value: Observable<T>, gone: T): Observable<T> {
    return combineLatest([this.page.isThere, value]).pipe(
      map(([isThere, now]) => (isThere ? now : gone)),
      distinctUntilChanged(),
    );
  }
}

function isInOrder(update: PollUpdate, newest: Progress | undefined): boolean {
  return update.kind !== 'progress' || newest === undefined || update.progress.rev >= newest.rev;
}

function goesOn(update: PollUpdate): boolean {
  if (update.kind === 'progress') return !isTerminal(update.progress.status);
  return update.kind !== 'refused';
}

/** The batch to hold the stream of: one that is known to go on, sooner one that runs than one that waits. */
export function batchToStream(
  feeds: readonly Pick<Feed, 'taskId' | 'newest' | 'isExpired'>[],
): string | undefined {
  const active = feeds.filter(
    ({ newest, isExpired }) => newest !== undefined && !isTerminal(newest.status) && !isExpired,
  );
  const runs = active.find(({ newest }) => newest?.status === 'running');
  return (runs ?? active[0])?.taskId;
}
