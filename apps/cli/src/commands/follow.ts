import type { Progress } from '@daysync/progress';
import { BusyError, UnreachableError } from '../api/failure.js';
import type { BatchDay } from '../api/wire.js';
import { batchExit, EXIT, signalExit } from '../exit-code.js';
import { say } from '../ports.js';
import { endLine } from '../watch/progress-text.js';
import { showJsonLines, showProgress } from '../watch/progress-view.js';
import { readProgress, watchBatch, type OwnServer, type Watched } from '../watch/watch-batch.js';
import type { Context } from './context.js';

const MOST_FAILED_DAYS = 10;

/** Watches a batch to its end, tells how it went, and gives back the exit code. */
export async function follow(context: Context, known: Progress): Promise<number> {
  const watched = await watch(context, known);
  const { ports, words, written } = context;
  if (watched.kind === 'ended') {
    return tellEnd(context, watched.progress, written(`retry ${known.task_id}`));
  }
  if (watched.kind !== 'stopped') throw new TypeError(`expected an end, got ${watched.kind}`);
  say(ports.stderr, words.goesOn(written(`watch ${known.task_id}`)));
  return signalExit(watched.signal);
}

/** Watches a batch that is there: a wrong id or address is told at once, and what goes away later is waited for. */
export async function watchCommand(context: Context, taskId: string): Promise<number> {
  return follow(context, await readProgress(context.client, taskId));
}

/** Watches a batch, on a terminal by a bar. */
export async function watch(context: Context, known: Progress, own?: OwnServer): Promise<Watched> {
  const { ports, language, client, isJson } = context;
  const { stdout, stderr, stopping, random } = ports;
  const show = isJson ? showJsonLines : showProgress;
  const view = show({ stdout, stderr, language, now: client.now, url: client.url });
  return watchBatch(client, known, { view, stopping, random, ...(own && { own }) });
}

/**
 * Says how a batch has ended, and which days failed; its exit code.
 * @param retry the command that tries these again
 */
export async function tellEnd(
  context: Context,
  progress: Progress,
  retry: string,
): Promise<number> {
  const { ports, language, words, isJson } = context;
  const exitCode = batchExit(progress);
  if (isJson) return exitCode;
  say(ports.stdout, endLine(progress, language));
  if (progress.error !== null) say(ports.stdout, `${progress.error.code}: ${progress.error.text}`);
  if (progress.failed > 0) {
    const failed = await failedDays(context, progress.task_id);
    say(ports.stdout, words.failedDays(progress.failed));
    say(ports.stdout, ...failed.slice(0, MOST_FAILED_DAYS).map(failedDayLine));
    const untold = progress.failed - Math.min(failed.length, MOST_FAILED_DAYS);
    if (untold > 0) say(ports.stdout, `  ${words.andMore(untold)}`);
    say(ports.stdout, words.retryThem(retry));
  }
  return exitCode;
}

/** Tells of a batch that is not watched, and how it could be. */
export function tellStarted(context: Context, progress: Progress): number {
  const { ports, words, isJson, written } = context;
  if (isJson) say(ports.stdout, JSON.stringify(progress));
  else {
    say(ports.stdout, `${progress.task_id}: ${progress.message}`);
    if (progress.finished_at === null) {
      say(ports.stdout, words.watchIt(written(`watch ${progress.task_id}`)));
    }
  }
  return EXIT.good;
}

async function failedDays({ client }: Context, taskId: string): Promise<readonly BatchDay[]> {
  const path = '/api/v1/sync-status/sync/batch/{task_id}/days';
  try {
    const { items } = await client.get(path, { path: { task_id: taskId } });
    return items.filter(({ state }) => state === 'failed');
  } catch (error) {
    // How the batch has ended is known already.
    if (error instanceof UnreachableError || error instanceof BusyError) return [];
    throw error;
  }
}

function failedDayLine({ day, error }: BatchDay): string {
  return error === null ? `  ${day}` : `  ${day} ${error.code}: ${error.text}`;
}
