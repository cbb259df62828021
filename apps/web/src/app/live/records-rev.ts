import { computed, inject, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { filter, map, pairwise, scan, switchMap, tap, timer } from 'rxjs';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';
import { daysKey, endsKey } from './known-batches';
import { RecordEdits } from './record-edits';

const MOVE_EVERY_MS = 3_000;

/**
 * Changes when a batch may have changed sync records of `dataset`, or of any dataset if that is undefined: while a batch
 * runs at most every 3 s, and at its end at once. It also changes when a day is changed here without a batch. Another
 * `dataset` is not a change.
 */
export function injectRecordsRev(dataset: Signal<string | undefined>): Signal<string> {
  const active = inject(ActiveBatch);
  const monotonic = inject(MONOTONIC);
  const state = computed(() => {
    const wanted = dataset();
    const batches = active
      .batches()
      ?.filter((batch) => wanted === undefined || wanted === batch.dataset);
    return batches && { wanted, ends: endsKey(batches), days: daysKey(batches) };
  });
  let movedAt = -Infinity;
  const moves = toObservable(state).pipe(
    filter((now) => now !== undefined),
    pairwise(),
    filter(
      ([before, now]) =>
        before.wanted === now.wanted && (before.days !== now.days || before.ends !== now.ends),
    ),
    switchMap(([before, now]) => {
      const waitMs = before.ends === now.ends ? movedAt + MOVE_EVERY_MS - monotonic.now() : 0;
      return timer(Math.max(0, waitMs));
    }),
    tap(() => (movedAt = monotonic.now())),
    scan((count) => count + 1, 0),
    map((count) => `${count}`),
  );
  const moved = toSignal(moves, { initialValue: '' });
  const { count } = inject(RecordEdits);
  return computed(() => (count() === 0 ? moved() : `${moved()} ${count()}`));
}
