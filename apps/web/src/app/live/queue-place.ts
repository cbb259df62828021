import { computed, type Signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Progress } from '@daysync/progress';
import { filter, interval } from 'rxjs';
import { lastKnown } from '../api/last-known';
import { batchesResource } from '../api/resources';
import type { BatchPage } from '../api/wire';
import { newestOf } from './known-batches';

/** The most batches that are read; the server lists active ones first, in the order of the queue. */
const MOST = 50;
/** How often they are read: the queue moves when a batch of any user ends. */
const READ_EVERY_MS = 5_000;

type ListedBatch = BatchPage['items'][number];

/** A batch in its newest progress. While it is queued: its place, and the batch that has to end or to begin before it. */
export interface QueuedBatch {
  readonly batch: Progress;
  readonly place: number | null;
  readonly behind: Progress | undefined;
}

/** Follows a batch for as long as it is queued. */
export function injectQueuePlace(given: Signal<Progress>): Signal<QueuedBatch> {
  const isQueued = computed(() => given().status === 'queued');
  const read = batchesResource(
    computed(() => (isQueued() ? { page: 1, page_size: MOST } : undefined)),
  );
  const listed = lastKnown(read);
  interval(READ_EVERY_MS)
    .pipe(
      filter(() => isQueued() && !read.isLoading()),
      takeUntilDestroyed(),
    )
    .subscribe(() => read.reload());
  return computed(() => queuePlaceOf(given(), isQueued() ? (listed()?.items ?? []) : []));
}

/** @param listed the batches of the server, in its order */
export function queuePlaceOf(given: Progress, listed: readonly ListedBatch[]): QueuedBatch {
  const [batch = given] = newestOf([given], listed);
  const own = listed.find(({ task_id }) => task_id === batch.task_id);
  const place = batch.status === 'queued' ? (own?.queue_place ?? null) : null;
  if (place === null) return { batch, place, behind: undefined };
  const running = listed.filter(({ status }) => status === 'running' || status === 'cancelling');
  // The first in the queue waits for its own dataset, or for any batch that runs.
  const behind =
    place > 1
      ? listed.find(({ queue_place }) => queue_place === place - 1)
      : (running.find(({ dataset }) => dataset === batch.dataset) ?? running[0]);
  return { batch, place, behind };
}
