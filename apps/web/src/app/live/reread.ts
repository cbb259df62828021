import { computed, effect, inject, untracked, type Signal } from '@angular/core';
import { ActiveBatch } from './active-batch';
import { batchesKey, endsKey } from './known-batches';

/** What can be read again; it refuses to while it is being read. */
interface Reloadable {
  readonly isLoading: Signal<boolean>;
  reload(): boolean;
}

/**
 * Reads a resource again whenever `key` becomes another. What it is at first is no change, and neither is `undefined`:
 * nothing is known then. A change that comes while it is being read is not lost: it is read once more after that.
 */
export function rereadOnChange(resource: Reloadable, key: Signal<string | undefined>): void {
  let known: string | undefined;
  let isDue = false;
  effect(() => {
    const now = key();
    if (now !== undefined) {
      isDue ||= known !== undefined && now !== known;
      known = now;
    }
    if (isDue && !resource.isLoading()) {
      isDue = false;
      untracked(() => resource.reload());
    }
  });
}

/** Moves when a list of batches may be another; `undefined` until the server has told of any. */
export function injectBatchesKey(): Signal<string | undefined> {
  return injectKey(batchesKey);
}

/** Moves when a batch has ended; `undefined` until the server has told of any. */
export function injectEndsKey(): Signal<string | undefined> {
  return injectKey(endsKey);
}

function injectKey(keyOf: typeof batchesKey): Signal<string | undefined> {
  const { batches } = inject(ActiveBatch);
  return computed(() => {
    const known = batches();
    return known && keyOf(known);
  });
}
