import type { Progress } from '@daysync/progress';

/** The batches, each with the newer progress that is known of it. */
export function newestOf<Batch extends Progress>(
  batches: readonly Batch[],
  known: readonly (Progress | undefined)[],
): readonly Batch[] {
  return batches.map((batch) => {
    const newer = known.find((one) => one?.task_id === batch.task_id && one.rev > batch.rev);
    return newer === undefined ? batch : { ...batch, ...newer };
  });
}

/** The newest of what is known of a batch. */
export function newestIn(batch: Progress, known: readonly (Progress | undefined)[]): Progress {
  return newestOf([batch], known)[0] ?? batch;
}

/** The batch to show of a dataset, in its newest progress: one that runs, or else its last one. */
export function shownBatch(
  last: Progress | null,
  known: readonly (Progress | undefined)[],
): Progress | undefined {
  if (last === null) return undefined;
  const running = known.find(
    (one) =>
      one?.dataset === last.dataset && (one.status === 'running' || one.status === 'cancelling'),
  );
  return running === undefined ? newestIn(last, known) : newestIn(running, [last, ...known]);
}

/** Applies the progress of a known or a new batch. */
export function withProgress(known: readonly Progress[], progress: Progress): readonly Progress[] {
  const isKnown = known.some(({ task_id }) => task_id === progress.task_id);
  return isKnown ? known.map((batch) => newer(batch, progress)) : [progress, ...known];
}

function newer(batch: Progress, progress: Progress): Progress {
  return batch.task_id === progress.task_id && batch.rev <= progress.rev ? progress : batch;
}

/** A key that changes when a batch starts, pauses, resumes or ends, and not with each day. */
export function batchesKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, status }) => `${task_id} ${status}`);
}

/** A key that changes when a batch ends. */
export function endsKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, finished_at }) =>
    finished_at === null ? '' : `${task_id} ${finished_at}`,
  );
}

/** A key that changes whenever a day of a batch ends. */
export function daysKey(batches: readonly Progress[]): string {
  return keyOf(batches, ({ task_id, finished }) => `${task_id} ${finished}`);
}

/** Sorted: an ended batch moves in the list, which is not a change. */
function keyOf(batches: readonly Progress[], key: (batch: Progress) => string): string {
  return batches.map(key).filter(Boolean).sort().join();
}
