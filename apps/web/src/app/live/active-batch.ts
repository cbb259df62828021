import {
  computed,
  effect,
  inject,
  Injectable,
  linkedSignal,
  signal,
  untracked,
  type WritableSignal,
} from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import type { Progress } from '@daysync/progress';
import {
  catchError,
  combineLatest,
  concat,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  retry,
  skip,
  startWith,
  switchMap,
  throwError,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import { problemOf } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { BatchNames } from '../design/batch-names';
import { doneDays } from '../design/progress-view';
import { Session } from '../session/session';
import { TabTitle } from '../i18n/tab-title';
import { ServerClock } from '../time/server-clock';
import { PAGE_LIFE } from './browser-ports';
import { newestOf, withProgress } from './known-batches';
import { ProgressFeed } from './progress-feed';
import { answerTo } from './progress-poller';
import { isActive, NOTHING_KNOWN, watchStates, type WatchState } from './watch-state';

/** How often the console asks for the batches: other users and schedules start and end them at any time. */
const ASK_EVERY_MS = 15_000;
/** The same while the server does not answer. */
const RETRY_AFTER_MS = 5_000;
/** How long the answer may take. */
const ANSWER_WITHIN_MS = 10_000;
/** How long the end of a batch is shown before another batch replaces it. */
const END_SHOWN_MS = 8_000;

/**
 * The batch that is active now, for every page: found by polling, or started or controlled here. Of several batches it
 * is a running one. After its end it stays until it is dismissed or another batch starts.
 */
@Injectable({ providedIn: 'root' })
export class ActiveBatch {
  private readonly api = inject(SyncApi);
  private readonly feed = inject(ProgressFeed);
  private readonly session = inject(Session);
  private readonly clock = inject(ServerClock);
  private readonly page = inject(PAGE_LIFE);

  // The next user may see other batches: a login and a logout reset all of it.
  private readonly known = this.perSession((): readonly Progress[] | undefined => undefined);
  /** The batch to follow, in the progress in which it was found. */
  private readonly first = this.perSession((): Progress | undefined => undefined);
  /** Batches that are listed, but that this user may not follow. */
  private readonly refused = this.perSession(() => new Set<string>());
  private readonly hasAsked = signal(false);

  private readonly state = toSignal(
    toObservable(this.first).pipe(
      switchMap((first) => (first === undefined ? of(NOTHING_KNOWN) : this.follow(first))),
    ),
    { initialValue: NOTHING_KNOWN },
  );

  /** The newest batches of the server, ended ones included; `undefined` until the first answer. */
  readonly batches = this.known.asReadonly();
  /** Its newest progress. */
  readonly progress = computed(() => this.state().progress);
  /** What keeps the progress from moving, if anything does. */
  readonly trouble = computed(() => this.state().trouble);
  /** How many other batches are known to be active. */
  readonly others = computed(() => {
    const own = this.progress()?.task_id;
    return this.known()?.filter((batch) => isActive(batch) && batch.task_id !== own).length ?? 0;
  });
  /** Whether the server has answered, or failed to answer, which batches are active. */
  readonly isKnown = this.hasAsked.asReadonly();

  private readonly hasEnded = computed(() => {
    const progress = this.progress();
    return progress !== undefined && !isActive(progress);
  });
  /** Whether its end is still new: no other batch replaces it until it was read. */
  private readonly isEndNew = toSignal(
    toObservable(this.hasEnded).pipe(
      switchMap((hasEnded) =>
        hasEnded ? concat(of(true), timer(END_SHOWN_MS).pipe(map(() => false))) : of(false),
      ),
      distinctUntilChanged(),
    ),
    { initialValue: false },
  );

  constructor() {
    this.feed.progress.pipe(takeUntilDestroyed()).subscribe((progress) => this.note(progress));
    this.answers()
      .pipe(takeUntilDestroyed())
      .subscribe((batches) => this.choose(batches));
    const names = inject(BatchNames);
    effect(() => {
      const dataset = this.progress()?.dataset;
      if (dataset !== undefined) names.want(dataset);
    });
    inject(TabTitle).showShare(
      computed(() => {
        const progress = this.progress();
        if (progress === undefined || !isActive(progress)) return undefined;
        const { percent } = doneDays(progress);
        return { id: progress.task_id, percent, dataset: names.dataset(progress.dataset) };
      }),
    );
  }

  /** Applies the first or the newest progress of a batch that was started or controlled here. */
  apply(progress: Progress): void {
    this.feed.apply(progress);
    this.note(progress);
    if (!isActive(progress)) return;
    this.refused().delete(progress.task_id);
    const own = untracked(this.progress);
    if (own?.task_id !== progress.task_id && !isRunning(own)) this.first.set(progress);
  }

  /** Goes on polling after the deadline. */
  resume(): void {
    const own = untracked(this.progress);
    if (own !== undefined) this.feed.resume(own.task_id);
  }

  /** Stops to show a batch that has ended. */
  dismiss(): void {
    if (!isActive(this.progress())) this.first.set(undefined);
  }

  private perSession<T>(initial: () => T): WritableSignal<T> {
    return linkedSignal({ source: this.session.isSignedOut, computation: initial });
  }

  /** The states of a batch; nothing is known of it once the server refuses to show it. */
  private follow(first: Progress): Observable<WatchState> {
    return watchStates(this.feed.follow(first.task_id, first), first, this.clock).pipe(
      map((state) => {
        if (state.trouble?.kind !== 'refused') return state;
        this.refused().add(first.task_id);
        return NOTHING_KNOWN;
      }),
    );
  }

  /** The server's batches: asked for regularly, as long as the tab is shown and the user is signed in. */
  private answers(): Observable<readonly Progress[]> {
    const isIn = toObservable(computed(() => !this.session.isSignedOut()));
    const endWasRead = toObservable(this.isEndNew).pipe(
      skip(1),
      filter((isNew) => !isNew),
    );
    return combineLatest([this.page.isThere, this.page.isShown, isIn]).pipe(
      map((all) => all.every(Boolean)),
      distinctUntilChanged(),
      switchMap((isWanted) =>
        isWanted ? merge(interval(ASK_EVERY_MS), endWasRead).pipe(startWith(0)) : EMPTY,
      ),
      exhaustMap(() => this.ask()),
    );
  }

  private ask(): Observable<readonly Progress[]> {
    return this.api.newestBatches().pipe(
      timeout(ANSWER_WITHIN_MS),
      // The page that needs the server says what is wrong with it.
      retry({
        delay: (error: unknown) => {
          this.hasAsked.set(true);
          const isUnreachable = problemOf(error).code === 'UNREACHABLE';
          return isUnreachable ? timer(RETRY_AFTER_MS) : throwError(() => error);
        },
      }),
      catchError((error: unknown) => {
        const answer = answerTo(error);
        const waitMs = answer?.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
        // Nothing else is asked before that.
        return timer(waitMs).pipe(ignoreElements());
      }),
    );
  }

  /** Follows one of the server's batches, unless a running one is followed. */
  private choose(answer: readonly Progress[]): void {
    const own = this.progress();
    const batches = newestOf(answer, this.known() ?? []);
    this.hasAsked.set(true);
    this.known.set(batches);
    // A feed whose polls have expired, or wait for long, misses the end.
    for (const batch of batches) if (!isActive(batch)) this.feed.apply(batch);
    if (isRunning(own) || this.isEndNew()) return;
    const refused = this.refused();
    const active = batches.filter((batch) => isActive(batch) && !refused.has(batch.task_id));
    const next = active.find(isRunning) ?? (isActive(own) ? own : active[0]);
    if (next !== undefined && next.task_id !== own?.task_id) this.first.set(next);
  }

  private note(progress: Progress): void {
    this.known.update((known) => known && withProgress(known, progress));
  }
}

function isRunning(progress: Progress | undefined): boolean {
  return progress?.status === 'running' || progress?.status === 'cancelling';
}
