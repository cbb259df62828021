import { computed, inject, type Signal } from '@angular/core';
import type { Progress } from '@daysync/progress';
import { ActiveBatch } from './active-batch';

/** What moves when a list of batches may be another: one begins, pauses, goes on or ends. Days don't move it. */
export function batchesKey(followed: Progress | undefined, others: number): string {
  const own = followed === undefined ? '' : `${followed.task_id} ${followed.status}`;
  return `${own} ${others}`;
}

/** The key of the moment; `undefined` until it is known what is active. */
export function injectBatchesKey(): Signal<string | undefined> {
  const active = inject(ActiveBatch);
  return computed(() =>
    active.isKnown() ? batchesKey(active.progress(), active.others()) : undefined,
  );
}
