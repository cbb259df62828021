import { computed, inject, type Signal } from '@angular/core';
import { ActiveBatch } from './active-batch';
import { batchesKey, endsKey } from './known-batches';

/** Moves when a list of batches may be another; `undefined` until the server has told of any. */
export function injectBatchesKey(): Signal<string | undefined> {
  const { batches } = inject(ActiveBatch);
  return computed(() => pick(batches(), batchesKey));
}

/** Moves when a batch has ended; `undefined` until the server has told of any. */
export function injectEndsKey(): Signal<string | undefined> {
  const { batches } = inject(ActiveBatch);
  return computed(() => pick(batches(), endsKey));
}

function pick<From, To>(from: From | undefined, to: (from: From) => To): To | undefined {
  return from === undefined ? undefined : to(from);
}
