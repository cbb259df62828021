import type { Progress } from '@daysync/progress';

/** The batches, each in its newest form: what was read may be older than what is known of them meanwhile. */
export function newestOf(
  batches: readonly Progress[],
  known: readonly (Progress | undefined)[],
): readonly Progress[] {
  return batches.map(
    (batch) => known.find((one) => one?.task_id === batch.task_id && one.rev > batch.rev) ?? batch,
  );
}

/** The known batches with a progress of one of them, or of a new one. */
export function withProgress(known: readonly Progress[], progress: Progress): readonly Progress[] {
  const isKnown = known.some(({ task_id }) => task_id === progress.task_id);
  return isKnown ? known.map((batch) => newer(batch, progress)) : [progress, ...known];
}

function newer(batch: Progress, progress: Progress): Progress {
  return batch.task_id === progress.task_id && batch.rev <= progress.rev ? progress : batch;
}

/** What moves when a list of batches may be another: one begins, pauses, goes on or ends. Days don't move it. */
export function batchesKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, status }) => `${task_id} ${status}`);
}

/** What moves when one of them has ended. */
export function endsKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, finished_at }) =>
    finished_at === null ? '' : `${task_id} ${finished_at}`,
  );
}

/** What moves with each day of one of them that has ended. */
export function daysKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, finished }) => `${task_id} ${finished}`);
}

/** Sorted: a batch that ends takes another place among them, which is no news. */
function keyOf(batches: readonly Progress[], key: (batch: Progress) => string): string {
  return batches.map(key).filter(Boolean).sort().join();
}
