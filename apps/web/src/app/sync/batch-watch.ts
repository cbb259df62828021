import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { isTerminal, type PollUpdate, type Progress } from '@daysync/progress';
import { of, scan, startWith, switchMap, timer, type Observable } from 'rxjs';
import { TabTitle } from '../tab-title';
import { ServerClock } from '../time/server-clock';
import { ProgressPoller } from './progress-poller';

/** Why the progress is not moving. */
export type Trouble =
  | { readonly kind: 'unreachable' | 'busy'; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'expired' };

/** What is known of the watched batch. */
export interface WatchState {
  readonly progress: Progress | undefined;
  readonly trouble: Trouble | undefined;
}

/** The state after one update; trouble keeps the last progress on the page. */
export function watchStep(state: WatchState, update: PollUpdate, now: number): WatchState {
  switch (update.kind) {
    case 'progress':
      return { progress: update.progress, trouble: undefined };
    case 'unreachable':
    case 'busy':
      return { ...state, trouble: { kind: update.kind, retryAt: now + update.retryInMs } };
    case 'refused':
    case 'expired':
      return { ...state, trouble: update };
    default: {
      const unknown: never = update;
      return unknown;
    }
  }
}

interface Watched {
  readonly taskId: string;
  /** The progress that the start answered; the first poll then has time. */
  readonly first: Progress | undefined;
}

const NOTHING: WatchState = { progress: undefined, trouble: undefined };

/** Watches one batch at a time. A component provides it, and takes it along when it goes. */
@Injectable()
export class BatchWatch {
  private readonly poller = inject(ProgressPoller);
  private readonly clock = inject(ServerClock);
  private readonly watched = signal<Watched | undefined>(undefined);

  private readonly state = toSignal(
    toObservable(this.watched).pipe(
      switchMap((watched) => (watched === undefined ? of(NOTHING) : this.follow(watched))),
    ),
    { initialValue: NOTHING },
  );

  /** The id of the watched batch. */
  readonly taskId = computed(() => this.watched()?.taskId);
  /** Its newest progress. */
  readonly progress = computed(() => {
    const watched = this.watched();
    const newest = this.state().progress;
    // Right after a switch the state is still the batch before.
    return newest?.task_id === watched?.taskId ? newest : watched?.first;
  });
  /** What keeps the progress from moving, if anything does. */
  readonly trouble = computed(() => this.state().trouble);
  /** Whether the batch still goes on, as far as is known. */
  readonly isActive = computed(() => {
    const progress = this.progress();
    return progress !== undefined && !isTerminal(progress.status);
  });

  /** When and which batch ended: moves once at the end of each. */
  readonly endedAt = computed(() => {
    const progress = this.progress();
    return progress?.finished_at == null ? '' : `${progress.task_id} ${progress.finished_at}`;
  });

  constructor() {
    const title = inject(TabTitle);
    effect(() => title.percent.set(this.isActive() ? this.progress()?.percent : undefined));
    inject(DestroyRef).onDestroy(() => title.percent.set(undefined));
  }

  /** Watches the batch of that id, unless it does already. */
  watch(taskId: string): void {
    // Untracked: an effect that calls this must not run again because of what it set.
    if (untracked(this.taskId) !== taskId) this.watched.set({ taskId, first: undefined });
  }

  /** Watches a batch of which a progress is at hand. */
  watchFrom(progress: Progress): void {
    this.watched.set({ taskId: progress.task_id, first: progress });
  }

  /** Watches on after the deadline. */
  resume(): void {
    this.watched.update((watched) => watched && { ...watched, first: this.progress() });
  }

  private follow({ taskId, first }: Watched): Observable<WatchState> {
    const start: WatchState = { progress: first, trouble: undefined };
    return timer(first?.poll_after_ms ?? 0).pipe(
      switchMap(() => this.poller.poll(taskId)),
      scan((state, update) => watchStep(state, update, this.clock.now()), start),
      startWith(start),
    );
  }
}
