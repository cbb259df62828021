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
import { stoppedBy } from '../ports.js';
import type { ProgressView } from './progress-view.js';

/** Why a watch is over. */
export type Watched =
  | { readonly kind: 'ended'; readonly progress: Progress }
  /** By us: the program was asked to end. */
  | { readonly kind: 'stopped'; readonly signal: NodeJS.Signals }
  /** Only where nobody is there to resume it. */
  | { readonly kind: 'paused'; readonly progress: Progress }
  /** The server's process has ended; only where that is ours. */
  | { readonly kind: 'gone'; readonly code: number };

export interface WatchOptions {
  readonly view: ProgressView;
  readonly stopping: AbortSignal;
  readonly random: () => number;
  /** What a server of our own has besides. */
  readonly own?: OwnServer;
}

export interface OwnServer {
  /** Its exit code, once its process has ended. */
  readonly ended: Promise<number>;
}

/** A server of our own is close by and asked by nobody else. */
const OWN_POLL_AFTER_MS = 250;

/**
 * Shows a batch, from the progress that is known of it, until it has ended, or this program is asked to. While nobody answers it goes on asking.
 * @throws {RefusedError} if the server will not tell
 */
export async function watchBatch(
  client: ApiClient,
  known: Progress,
  { view, stopping, random, own }: WatchOptions,
): Promise<Watched> {
  let refusal: RefusedError | undefined;
  const ask = async (signal: AbortSignal): Promise<PollAnswer> => {
    try {
      const progress = await readProgress(client, known.task_id, signal);
      const paced =
        own === undefined ? progress : { ...progress, poll_after_ms: OWN_POLL_AFTER_MS };
      return { kind: 'progress', progress: paced };
    } catch (error) {
      const answer = pollAnswerTo(error);
      if (answer === undefined) throw error;
      if (error instanceof RefusedError) refusal = error;
      return answer;
    }
  };
  const endOf = (update: PollUpdate): Watched | undefined => {
    if (update.kind === 'refused') throw refusal ?? new TypeError('expected a refusal, got none');
    if (update.kind !== 'progress') return undefined;
    const { progress } = update;
    if (progress.finished_at !== null) return { kind: 'ended', progress };
    return own !== undefined && progress.status === 'paused'
      ? { kind: 'paused', progress }
      : undefined;
  };
  const polled = pollProgress({ fetch: ask, random, deadlineMs: Infinity }).pipe(
    startWith<PollUpdate>({ kind: 'progress', progress: known }),
    tap((update) => view.show(update)),
    map(endOf),
    filter((watched) => watched !== undefined),
  );
  try {
    return await firstValueFrom(merge(stopOf(stopping), goneOf(own), polled));
  } finally {
    view.end();
  }
}

/** What the server tells of a batch. */
export async function readProgress(client: ApiClient, taskId: string, signal?: AbortSignal) {
  const path = '/api/v1/sync-status/sync/batch/progress/{task_id}';
  const progress = asProgress(await client.get(path, { path: { task_id: taskId } }, signal));
  if (progress.task_id === taskId) return progress;
  throw new TypeError(`expected the progress of ${taskId}, got another one`);
}

function stopOf(stopping: AbortSignal): Observable<Watched> {
  return defer(() => (stopping.aborted ? of(undefined) : fromEvent(stopping, 'abort'))).pipe(
    map(() => ({ kind: 'stopped', signal: stoppedBy(stopping) })),
  );
}

function goneOf(own: OwnServer | undefined): Observable<Watched> {
  if (own === undefined) return NEVER;
  return from(own.ended).pipe(map((code) => ({ kind: 'gone', code })));
}
