import type { ControlVerb, Progress } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { asProgress, type StartRequest } from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';
import { follow, printStarted } from '../watch/follow.js';
import { readProgress } from '../watch/watch-batch.js';
import { fixedRange, readRange, type DayWords, type NamedRange } from './day-range.js';

const CONTROL_PATHS = {
  pause: '/api/v1/sync-status/sync/batch/{task_id}/pause',
  resume: '/api/v1/sync-status/sync/batch/{task_id}/resume',
  cancel: '/api/v1/sync-status/sync/batch/{task_id}/cancel',
} as const satisfies Record<ControlVerb, string>;

/** Starts a batch. */
export async function sync(
  context: Context,
  request: StartRequest,
  isWatched: boolean,
): Promise<number> {
  const started = await startBatch(context, request);
  return isWatched ? follow(context, started) : printStarted(context, started);
}

export async function startBatch(
  { client, ports }: Context,
  body: StartRequest,
): Promise<Progress> {
  return asProgress(await client.post('/api/v1/sync-status/sync/batch', { body }, ports.newKey()));
}

/** Pauses, resumes or cancels a batch. */
export async function control(
  context: Context,
  verb: ControlVerb,
  batchId: string,
): Promise<number> {
  return printStarted(context, await controlBatch(context, verb, batchId));
}

export async function controlBatch(
  { client }: Context,
  verb: ControlVerb,
  batchId: string,
): Promise<Progress> {
  const path = { task_id: batchId };
  return asProgress(await client.post(CONTROL_PATHS[verb], { path, body: undefined }));
}

/** Extends a batch to a larger range; an end that the words leave open stays. */
export async function extend(
  context: Context,
  batchId: string,
  words: DayWords,
  isWatched: boolean,
): Promise<number> {
  const { client, commandLine, isJson, messages, ports } = context;
  const body = fixedRange(words) ?? (await readOwnRange(context, batchId, words));
  const path = '/api/v1/sync-status/sync/batch/{task_id}/extend';
  const extended = asProgress(await client.post(path, { path: { task_id: batchId }, body }));
  if (isJson) return isWatched ? follow(context, extended) : printStarted(context, extended);
  printLines(ports.stdout, messages.extended(extended));
  if (isWatched) return follow(context, extended);
  printLines(ports.stdout, messages.watchIt(commandLine(`watch ${batchId}`)));
  return EXIT.success;
}

/** What "today" is depends on the dataset of the batch. */
async function readOwnRange(
  context: Context,
  batchId: string,
  words: DayWords,
): Promise<NamedRange> {
  const { dataset } = await readProgress(context.client, batchId);
  return readRange(context, dataset, words);
}

/**
 * Retries the failed days of a batch in a new batch.
 * @param codes only days that failed with one of these error codes; all failed days where the list is empty
 */
export async function retry(
  context: Context,
  batchId: string,
  codes: readonly string[],
  isWatched: boolean,
): Promise<number> {
  const { client, ports } = context;
  const path = '/api/v1/sync-status/sync/batch/{task_id}/retry';
  const request = {
    path: { task_id: batchId },
    body: codes.length === 0 ? {} : { codes: [...codes] },
  };
  const started = asProgress(await client.post(path, request, ports.newKey()));
  return isWatched ? follow(context, started) : printStarted(context, started);
}
