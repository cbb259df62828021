import { computed, effect, inject, untracked, type Signal } from '@angular/core';
import { ActiveBatch } from './active-batch';
import { Connection } from './connection';
import { batchesKey, endsKey } from './known-batches';

/** A resource that can be reloaded, except while it loads. */
interface Reloadable {
  readonly isLoading: Signal<boolean>;
  reload(): boolean;
}

/**
 * Reloads a resource whenever `key` changes, and whenever the server has come back. The first value of the key is not a
 * change, and `undefined` means unknown. A change during a load is not lost: the resource reloads once more after it.
 */
export function rereadOnChange(resource: Reloadable, key: Signal<string | undefined>): void {
  const { returns } = inject(Connection);
  let known: string | undefined;
  let returned = untracked(returns);
  let isDue = false;
  effect(() => {
    const [now, count] = [key(), returns()];
    isDue ||= count !== returned;
    returned = count;
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

/** A key that changes when a batch starts, pauses, resumes or ends; `undefined` until the batches are known. */
export function injectBatchesKey(): Signal<string | undefined> {
  return injectKey(batchesKey);
}

/** A key that changes when a batch ends; `undefined` until the batches are known. */
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
