import { computed, inject, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { filter, map, switchMap, tap, timer } from 'rxjs';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';

const MOVE_EVERY_MS = 3_000;

/**
 * Moves when the active batch may have changed sync records of `dataset`, or of any where that is undefined: while
 * it runs at most every 3 s, and at its end at once. Empty before the first of them.
 */
export function injectRecordsRev(dataset: Signal<string | undefined>): Signal<string> {
  const active = inject(ActiveBatch);
  const monotonic = inject(MONOTONIC);
  const rev = computed(() => {
    const progress = active.progress();
    const wanted = dataset();
    if (progress === undefined || (wanted !== undefined && wanted !== progress.dataset)) return '';
    return `${progress.task_id} ${progress.finished} ${progress.finished_at ?? ''}`;
  });
  const hasEnded = computed(() => active.progress()?.finished_at != null);
  let movedAt = -Infinity;
  const moves = toObservable(rev).pipe(
    filter((now) => now !== ''),
    switchMap((now) => {
      const waitMs = hasEnded() ? 0 : movedAt + MOVE_EVERY_MS - monotonic.now();
      return timer(Math.max(0, waitMs)).pipe(map(() => now));
    }),
    tap(() => (movedAt = monotonic.now())),
  );
  return toSignal(moves, { initialValue: '' });
}
