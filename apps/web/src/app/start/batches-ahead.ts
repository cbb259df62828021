import type { Progress } from '@daysync/progress';

/** The batches that a start would wait for. */
export interface BatchesAhead {
  readonly count: number;
  /** The server may run more batches side by side than run now: then the start may not wait. */
  readonly isCertain: boolean;
}

/** What a start of a dataset would wait for; undefined for nothing. */
export function batchesAhead(
  dataset: string,
  batches: readonly Progress[],
): BatchesAhead | undefined {
  const running = batches.filter(({ status }) => status === 'running' || status === 'cancelling');
  const queued = batches.filter(({ status }) => status === 'queued');
  const ahead = [...running, ...queued];
  if (ahead.length === 0) return undefined;
  const busy = new Set(running.map((batch) => batch.dataset));
  // A dataset has one running batch. One that waits although its dataset is free shows that no more batches may run.
  const isFull = queued.some((batch) => !busy.has(batch.dataset));
  const isBusy = ahead.some((batch) => batch.dataset === dataset);
  return { count: ahead.length, isCertain: isFull || isBusy };
}
