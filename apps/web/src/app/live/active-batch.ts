import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import type { Progress } from '@daysync/progress';
import {
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  interval,
  map,
  of,
  scan,
  startWith,
  switchMap,
  timer,
  type Observable,
} from 'rxjs';
import { SyncApi } from '../api/sync-api';
import { Session } from '../session/session';
import { TabTitle } from '../tab-title';
import { ServerClock } from '../time/server-clock';
import { PAGE_LIFE } from './browser-ports';
import { ProgressFeed } from './progress-feed';
import { isActive, NOTHING_KNOWN, watchStep, type WatchState } from './watch-state';

/** How often a console that follows no running batch asks for one. */
const ASK_EVERY_MS = 15_000;
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
  private readonly active = signal<readonly string[]>([]);
  private readonly asked = signal(false);

  /** Its newest progress. */
  readonly progress = computed(() => this.state().progress);
  /** What keeps the progress from moving, if anything does. */
  readonly trouble = computed(() => this.state().trouble);
  /** How many other batches are active, as far as is known. */
  readonly others = computed(() => {
    const own = this.progress()?.task_id;
    return this.active().filter((taskId) => taskId !== own).length;
  });
  /** Whether the server has told, or failed to tell, what is active. */
  readonly isKnown = this.asked.asReadonly();

  constructor() {
    toObservable(this.first)
      .pipe(
        switchMap((first) => (first === undefined ? of(NOTHING_KNOWN) : this.follow(first))),
        takeUntilDestroyed(),
      )
      .subscribe((state) => this.state.set(state));
    this.asks()
      .pipe(takeUntilDestroyed())
      .subscribe((batches) => this.found(batches));

    const title = inject(TabTitle);
    effect(() => {
      const progress = this.progress();
      title.percent.set(isActive(progress) ? progress?.percent : undefined);
    });
    effect(() => {
      const isGone = this.trouble()?.kind === 'refused';
      if (isGone || this.session.isOut()) this.first.set(undefined);
    });
  }

  /** Takes in the first or the newest progress of a batch that was started or controlled here. */
  tell(progress: Progress): void {
    this.feed.tell(progress);
    if (!isActive(progress)) return;
    const own = untracked(this.progress);
    this.active.update((known) => [...new Set([...known, progress.task_id])]);
    if (own?.task_id !== progress.task_id && !isRunning(own)) this.first.set(progress);
  }

  /** Lets go of a batch that has ended. */
  dismiss(): void {
    if (!isActive(this.progress())) this.first.set(undefined);
  }

  /** What is active, whenever it is asked for: while nothing runs, as far as is known, and somebody looks. */
  private asks(): Observable<readonly Progress[]> {
    const isOpen = toObservable(
      computed(() => !this.session.isOut() && !isRunning(this.progress())),
    );
    return combineLatest([this.page.isThere, this.page.isShown, isOpen]).pipe(
      map((all) => all.every(Boolean)),
      distinctUntilChanged(),
      switchMap((isWanted) => {
        if (!isWanted) return EMPTY;
        // While the end of a batch is news, no other takes its place.
        if (this.progress() !== undefined && !isActive(this.progress())) {
          return timer(END_SHOWN_MS, ASK_EVERY_MS);
        }
        return interval(ASK_EVERY_MS).pipe(startWith(0));
      }),
      exhaustMap(() =>
        this.api.activeBatches().pipe(
          // What is wrong with the server is said by the page that needs it.
          catchError(() => {
            this.asked.set(true);
            return EMPTY;
          }),
        ),
      ),
    );
  }

  private found(batches: readonly Progress[]): void {
    this.asked.set(true);
    this.active.set(batches.map(({ task_id }) => task_id));
    const own = this.progress();
    if (isRunning(own)) return;
    const next = batches.find(isRunning) ?? (isActive(own) ? own : batches[0]);
    if (next !== undefined && next.task_id !== own?.task_id) this.first.set(next);
  }

  private follow(first: Progress): Observable<WatchState> {
    const start: WatchState = { progress: first, trouble: undefined };
    return this.feed.follow(first.task_id, first).pipe(
      scan((state, update) => watchStep(state, update, this.clock.now()), start),
      startWith(start),
    );
  }
}

function isRunning(progress: Progress | undefined): boolean {
  return progress?.status === 'running' || progress?.status === 'cancelling';
}
