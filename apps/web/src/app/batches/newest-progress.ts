import { isTerminal, type Progress } from '@daysync/progress';

/** The batches with what is newer of one of them: a list is read now and then, a followed batch moves. */
export function withNewest(
  batches: readonly Progress[],
  followed: Progress | undefined,
): readonly Progress[] {
  if (followed === undefined) return batches;
  return batches.map((batch) =>
    batch.task_id === followed.task_id && batch.rev < followed.rev ? followed : batch,
  );
}

/** From its start to its end or to `now`, in milliseconds; `undefined` while it waits for its turn. */
export function durationOf(progress: Progress, now: number): number | undefined {
  const { started_at, finished_at, status } = progress;
  if (started_at === null) return undefined;
  const end = isTerminal(status) && finished_at !== null ? Date.parse(finished_at) : now;
  return Math.max(0, end - Date.parse(started_at));
}
