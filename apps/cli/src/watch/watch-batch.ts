import { pollProgress, type PollAnswer, type PollUpdate, type Progress } from '@daysync/progress';
import {
  defer,
  filter,
  firstValueFrom,
  from,
  fromEvent,
  map,
  merge,
  NEVER,
  of,
  startWith,
  tap,
  type Observable,
} from 'rxjs';
import type { ApiClient } from '../api/api-client.js';
import { pollAnswerTo, RefusedError } from '../api/failure.js';
import { asProgress } from '../api/wire.js';
import { stoppedBy } from '../terminal/ports.js';
import type { ProgressView } from './progress-view.js';

/** Why watching ended. */
export type WatchEnd =
  | { readonly kind: 'ended'; readonly progress: Progress }
  /** A signal ended this command. */
  | { readonly kind: 'stopped'; readonly signal: NodeJS.Signals }
  /** With a local server only: no other client resumes the batch. */
  | { readonly kind: 'paused'; readonly progress: Progress }
  /** With a local server only: its process ended. */
  | { readonly kind: 'server_ended'; readonly exitCode: number };

interface WatchOptions {
  readonly view: ProgressView;
  readonly stopping: AbortSignal;
  readonly random: () => number;
  /** The exit code of the local server, where this command started one. */
  readonly serverExit?: Promise<number>;
}

/** A local server has one client and no network in between. */
const LOCAL_POLL_AFTER_MS = 250;

/**
 * Shows a batch, from its initial progress until it ends or this command is stopped. Polls on while the server is away.
 * @throws {RefusedError} if the server refuses a poll
 */
export async function watchBatch(
  client: ApiClient,
  initial: Progress,
  { view, stopping, random, serverExit }: WatchOptions,
): Promise<WatchEnd> {
  const isLocal = serverExit !== undefined;
  let refusal: RefusedError | undefined;
  const poll = async (signal: AbortSignal): Promise<PollAnswer> => {
    try {
      const progress = await readProgress(client, initial.task_id, signal);
      const pollAfter = isLocal ? { poll_after_ms: LOCAL_POLL_AFTER_MS } : {};
      return { kind: 'progress', progress: { ...progress, ...pollAfter } };
    } catch (error) {
      const answer = pollAnswerTo(error);
      if (answer === undefined) throw error;
      if (error instanceof RefusedError) refusal = error;
      return answer;
    }
  };
  const endOf = (update: PollUpdate): WatchEnd | undefined => {
    if (update.kind === 'refused') throw refusal ?? new TypeError('expected a refusal, got none');
    if (update.kind !== 'progress') return undefined;
    const { progress } = update;
    if (progress.finished_at !== null) return { kind: 'ended', progress };
    return isLocal && progress.status === 'paused' ? { kind: 'paused', progress } : undefined;
  };
  const polled = pollProgress({ fetch: poll, random, deadlineMs: Infinity }).pipe(
    startWith<PollUpdate>({ kind: 'progress', progress: initial }),
    tap((update) => view.show(update)),
    map(endOf),
    filter((end) => end !== undefined),
  );
  const serverEnded: Observable<WatchEnd> = isLocal
    ? from(serverExit).pipe(map((exitCode) => ({ kind: 'server_ended', exitCode })))
    : NEVER;
  try {
    return await firstValueFrom(merge(stopOf(stopping), serverEnded, polled));
  } finally {
    view.end();
  }
}

export async function readProgress(
  client: ApiClient,
  batchId: string,
  signal?: AbortSignal,
): Promise<Progress> {
  const path = '/api/v1/sync-status/sync/batch/progress/{task_id}';
  const progress = asProgress(await client.get(path, { path: { task_id: batchId } }, signal));
  if (progress.task_id === batchId) return progress;
  throw new TypeError(`expected the progress of ${batchId}, got ${progress.task_id}`);
}

function stopOf(stopping: AbortSignal): Observable<WatchEnd> {
  return defer(() => (stopping.aborted ? of(undefined) : fromEvent(stopping, 'abort'))).pipe(
    map(() => ({ kind: 'stopped', signal: stoppedBy(stopping) })),
  );
}
