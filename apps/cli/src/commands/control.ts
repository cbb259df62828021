import type { ControlVerb } from '@daysync/progress';
import { asProgress } from '../api/wire.js';
import type { Context } from './context.js';
import { follow, tellStarted } from './follow.js';

const PATHS = {
  pause: '/api/v1/sync-status/sync/batch/{task_id}/pause',
  resume: '/api/v1/sync-status/sync/batch/{task_id}/resume',
  cancel: '/api/v1/sync-status/sync/batch/{task_id}/cancel',
} as const satisfies Record<ControlVerb, string>;

/** Pauses, resumes or cancels a batch. */
export async function control(
  context: Context,
  verb: ControlVerb,
  taskId: string,
): Promise<number> {
  const answer = await controlBatch(context, verb, taskId);
  return tellStarted(context, answer);
}

/** The progress of a batch that was asked something. */
export async function controlBatch({ client }: Context, verb: ControlVerb, taskId: string) {
  const path = { task_id: taskId };
  return asProgress(await client.post(PATHS[verb], { path, body: undefined }));
}

export interface RetryAsked {
  readonly taskId: string;
  /** Only days that failed with one of them; all, where none is given. */
  readonly codes: readonly string[];
  readonly isWatched: boolean;
}

/** Tries the failed days of a batch again, as a batch of its own. */
export async function retry(context: Context, asked: RetryAsked): Promise<number> {
  const { client, ports } = context;
  const request = {
    path: { task_id: asked.taskId },
    body: asked.codes.length === 0 ? {} : { codes: [...asked.codes] },
  };
  const path = '/api/v1/sync-status/sync/batch/{task_id}/retry';
  const started = asProgress(await client.post(path, request, ports.newKey()));
  return asked.isWatched ? follow(context, started) : tellStarted(context, started);
}
