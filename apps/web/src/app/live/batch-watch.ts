import { computed, inject, Injectable, signal, untracked } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import type { Progress } from '@daysync/progress';
import { of, switchMap } from 'rxjs';
import { ProgressFeed } from './progress-feed';
import { NOTHING_KNOWN, watchStates } from './watch-state';
import { ServerClock } from '../time/server-clock';

interface WatchedBatch {
  readonly batchId: string;
  /** The answer of the start; with it, the first poll can wait. */
  readonly first: Progress | undefined;
}

/** Watches one batch at a time. Each component provides its own. */
@Injectable()
export class BatchWatch {
  private readonly feed = inject(ProgressFeed);
  private readonly clock = inject(ServerClock);
  private readonly watched = signal<WatchedBatch | undefined>(undefined);

  private readonly state = toSignal(
    toObservable(this.watched).pipe(
      switchMap((watched) => {
        if (watched === undefined) return of(NOTHING_KNOWN);
        const { batchId, first } = watched;
        return watchStates(this.feed.follow(batchId, first), first, this.clock);
      }),
    ),
    { initialValue: NOTHING_KNOWN },
  );

  readonly batchId = computed(() => this.watched()?.batchId);
  /** Its newest progress. */
  readonly progress = computed(() => {
    const watched = this.watched();
    const newest = this.state().progress;
    // Right after a switch the state is still that of the previous batch.
    return newest?.task_id === watched?.batchId ? newest : watched?.first;
  });
  /** What keeps the progress from moving, if anything does. */
  readonly trouble = computed(() => this.state().trouble);
  /** Watches the batch with this id, unless it is watched already. */
  watch(batchId: string): void {
    // Untracked: a calling effect must not depend on the signal that it sets.
    if (untracked(this.batchId) !== batchId) this.watched.set({ batchId, first: undefined });
  }

  /** Watches a batch whose progress is known. */
  watchFrom(progress: Progress): void {
    if (untracked(this.batchId) === progress.task_id) this.feed.apply(progress);
    else this.watched.set({ batchId: progress.task_id, first: progress });
  }

  /** Goes on watching after the deadline. */
  resume(): void {
    const batchId = this.batchId();
    if (batchId !== undefined) this.feed.resume(batchId);
  }
}
