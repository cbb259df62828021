import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
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
  skip,
  startWith,
  switchMap,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import { SyncApi } from '../api/sync-api';
import { Session } from '../session/session';
import { TabTitle } from '../i18n/tab-title';
import { ServerClock } from '../time/server-clock';
import { PAGE_LIFE } from './browser-ports';
import { newestOf, withProgress } from './known-batches';
import { ProgressFeed } from './progress-feed';
import { answerTo } from './progress-poller';
import { isActive, NOTHING_KNOWN, watchStates, type WatchState } from './watch-state';

/** How often the console asks what batches there are: others than its own may begin and end at any time. */
const ASK_EVERY_MS = 15_000;
/** How long the answer may take. */
const ANSWER_WITHIN_MS = 10_000;
/** How long the end of a batch is shown before another takes its place. */
const END_SHOWN_MS = 8_000;

/**
 * The batch that goes on now, on whatever page: found by asking, or told of by who started it. Of several it is one
 * that runs. It stays when it has ended, until it is dismissed or another begins.
 */
@Injectable({ providedIn: 'root' })
export class ActiveBatch {
  private readonly api = inject(SyncApi);
  private readonly feed = inject(ProgressFeed);
  private readonly session = inject(Session);
  private readonly clock = inject(ServerClock);
  private readonly page = inject(PAGE_LIFE);

  /** The progress that made it known. */
  private readonly first = signal<Progress | undefined>(undefined);
  private readonly state = signal<WatchState>(NOTHING_KNOWN);
  private readonly known = signal<readonly Progress[] | undefined>(undefined);
  private readonly asked = signal(false);
  /** The batches that the server lists and does not let this reader follow. */
  private readonly refused = new Set<string>();

  /** The newest batches of the server, those included that have ended; `undefined` until it has told. */
  readonly batches = this.known.asReadonly();
  /** Its newest progress. */
  readonly progress = computed(() => this.state().progress);
  /** What keeps the progress from moving, if anything does. */
  readonly trouble = computed(() => this.state().trouble);
  /** How many other batches are active, as far as is known. */
  readonly others = computed(() => {
    const own = this.progress()?.task_id;
    return this.known()?.filter((batch) => isActive(batch) && batch.task_id !== own).length ?? 0;
  });
  /** Whether the server has told, or failed to tell, what is active. */
  readonly isKnown = this.asked.asReadonly();

  private readonly hasEnded = computed(() => {
    const progress = this.progress();
    return progress !== undefined && !isActive(progress);
  });
  /** Whether no other batch may take its place yet: its end is to be read. */
  private readonly isEndNews = toSignal(
    toObservable(this.hasEnded).pipe(
      switchMap((hasEnded) =>
        hasEnded ? concat(of(true), timer(END_SHOWN_MS).pipe(map(() => false))) : of(false),
      ),
      distinctUntilChanged(),
    ),
    { initialValue: false },
  );

  constructor() {
    toObservable(this.first)
      .pipe(
        switchMap((first) =>
          first === undefined
            ? of(NOTHING_KNOWN)
            : watchStates(this.feed.follow(first.task_id, first), first, this.clock),
        ),
        takeUntilDestroyed(),
      )
      .subscribe((state) => this.state.set(state));
    this.feed.progress.pipe(takeUntilDestroyed()).subscribe((progress) => this.note(progress));
    this.asks()
      .pipe(takeUntilDestroyed())
      .subscribe((batches) => this.found(batches));

    const title = inject(TabTitle);
    effect(() => {
      const progress = this.progress();
      title.percent.set(isActive(progress) ? progress?.percent : undefined);
    });
    effect(() => {
      if (this.trouble()?.kind !== 'refused') return;
      const gone = untracked(this.first);
      if (gone !== undefined) this.refused.add(gone.task_id);
      this.first.set(undefined);
    });
    effect(() => {
      if (!this.session.isOut()) return;
      // Whoever comes next may see others.
      this.refused.clear();
      this.known.set(undefined);
      this.first.set(undefined);
    });
  }

  /** Takes in the first or the newest progress of a batch that was started or controlled here. */
  tell(progress: Progress): void {
    this.feed.tell(progress);
    this.note(progress);
    if (!isActive(progress)) return;
    this.refused.delete(progress.task_id);
    const own = untracked(this.progress);
    if (own?.task_id !== progress.task_id && !isRunning(own)) this.first.set(progress);
  }

  /** Polls it on after the deadline. */
  resume(): void {
    const own = untracked(this.progress);
    if (own !== undefined) this.feed.again(own.task_id);
  }

  /** Lets go of a batch that has ended. */
  dismiss(): void {
    if (!isActive(this.progress())) this.first.set(undefined);
  }

  /** What batches there are, whenever it is asked for: while somebody looks. */
  private asks(): Observable<readonly Progress[]> {
    const isIn = toObservable(computed(() => !this.session.isOut()));
    const isNewsNoMore = toObservable(this.isEndNews).pipe(
      skip(1),
      filter((isNews) => !isNews),
    );
    return combineLatest([this.page.isThere, this.page.isShown, isIn]).pipe(
      map((all) => all.every(Boolean)),
      distinctUntilChanged(),
      switchMap((isWanted) =>
        isWanted ? merge(interval(ASK_EVERY_MS), isNewsNoMore).pipe(startWith(0)) : EMPTY,
      ),
      exhaustMap(() => this.ask()),
    );
  }

  private ask(): Observable<readonly Progress[]> {
    return this.api.newestBatches().pipe(
      timeout(ANSWER_WITHIN_MS),
      // What is wrong with the server is said by the page that needs it.
      catchError((error: unknown) => {
        this.asked.set(true);
        const answer = answerTo(error);
        const waitMs = answer?.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
        // Until then nothing else is asked.
        return timer(waitMs).pipe(ignoreElements());
      }),
    );
  }

  private found(answer: readonly Progress[]): void {
    const own = this.progress();
    const batches = newestOf(answer, this.known() ?? []);
    this.asked.set(true);
    this.known.set(batches);
    // A feed that polls no more, or waits long, does not see the end by itself.
    for (const batch of batches) if (!isActive(batch)) this.feed.tell(batch);
    if (isRunning(own) || this.isEndNews()) return;
    const active = batches.filter((batch) => isActive(batch) && !this.refused.has(batch.task_id));
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
