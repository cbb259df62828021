import type { Progress } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { RefusedError } from '../api/failure.js';
import type { StartRequest } from '../api/wire.js';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';
import { printEnd, watch } from '../watch/follow.js';
import { readProgress, type WatchEnd } from '../watch/watch-batch.js';
import { controlBatch, startBatch } from './batches.js';
import type { LocalServer } from './local-programs.js';
import { isShared } from './local-server.js';

/** Runs the requested batch on a local server, after any unfinished batches that include days of its range. */
export async function syncLocal(
  context: Context,
  server: LocalServer,
  request: StartRequest,
): Promise<number> {
  for (;;) {
    const { progress, isRequested } = await startOrContinue(context, request);
    if (isPausedManually(progress)) return reportPaused(context, progress);
    const end = await watch(context, progress, server.ended);
    const exitCode = await reportWatchEnd(context, end, progress.task_id);
    if (isRequested || end.kind !== 'ended') return exitCode;
  }
}

/** Starts the requested batch; where an unfinished batch overlaps it, continues that one instead. */
async function startOrContinue(context: Context, request: StartRequest) {
  const { client, ports, messages } = context;
  try {
    return { progress: await startBatch(context, request), isRequested: true };
  } catch (error) {
    const unfinished = error instanceof RefusedError ? error.refusal.task_id : undefined;
    if (unfinished === undefined) throw error;
    let progress = await readProgress(client, unfinished);
    if (!isPausedManually(progress)) {
      printLines(ports.stderr, messages.continuingFirst(unfinished));
      if (progress.status === 'paused') {
        progress = await controlBatch(context, 'resume', unfinished);
      }
    }
    const isRequested =
      progress.start_date === request.start_date &&
      progress.end_date === request.end_date &&
      progress.mode === request.mode &&
      (progress.verify ?? 'repair') === (request.verify ?? 'repair');
    return { progress, isRequested };
  }
}

async function reportWatchEnd(context: Context, end: WatchEnd, batchId: string): Promise<number> {
  const { ports, messages, commandLine } = context;
  switch (end.kind) {
    case 'ended': {
      const { dataset, start_date, end_date, mode } = end.progress;
      const verb = mode === 'verify' ? 'verify' : 'sync';
      const range = `${dataset} ${start_date} ${end_date} --local`;
      return printEnd(context, end.progress, {
        verify: commandLine(`verify ${range}`),
        retry: commandLine(`${verb} ${range}`),
        list: commandLine(`quarantine --batch ${batchId} --local`),
      });
    }
    case 'stopped': {
      const continues = messages.continues(commandLine(`watch ${batchId}`));
      printLines(ports.stderr, isShared(ports) ? continues : messages.stoppedHere);
      return signalExit(end.signal);
    }
    case 'paused':
      return reportPaused(context, end.progress);
    case 'server_ended':
      printLines(ports.stderr, messages.localEnded(end.exitCode));
      return EXIT.failed;
  }
}

/** A batch that an operator paused is resumed by an operator, never by this command. */
function isPausedManually({ status, last_control }: Progress): boolean {
  return status === 'paused' && last_control?.verb === 'pause';
}

function reportPaused({ ports, messages, commandLine }: Context, progress: Progress): number {
  const { task_id, error, message } = progress;
  printLines(
    ports.stderr,
    isPausedManually(progress)
      ? messages.pausedManually(task_id, commandLine('serve'), commandLine(`resume ${task_id}`))
      : messages.pausedAutomatically(error?.text ?? message),
  );
  return EXIT.failed;
}
