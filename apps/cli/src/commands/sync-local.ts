import type { Language, Progress } from '@daysync/progress';
import { RefusedError } from '../api/failure.js';
import { EXIT, signalExit } from '../exit-code.js';
import { say, StoppedError, type Ports } from '../ports.js';
import { LocalStartError, startLocalServer, type LocalServer } from '../programs/local-server.js';
import { readProgress, type Watched } from '../watch/watch-batch.js';
import { WORDS } from '../words.js';
import { createContext, type Context } from './context.js';
import { controlBatch } from './control.js';
import { tellEnd, watch } from './follow.js';
import { tellPlan } from './plan.js';
import { tellFailure } from './tell-failure.js';
import { startBatch, startRequest, type SyncAsked } from './sync.js';

/** Runs a batch without a server: with one of its own, that ends with it. */
export async function syncLocal(
  ports: Ports,
  language: Language,
  asked: SyncAsked,
  json: boolean,
): Promise<number> {
  let server: LocalServer;
  try {
    server = await startLocalServer(ports);
  } catch (error) {
    if (!(error instanceof LocalStartError)) throw error;
    say(ports.stderr, error.told);
    if (!error.isInUse) return error.exitCode;
    say(ports.stderr, WORDS[language].inUse);
    return EXIT.refused;
  }
  const context = createContext(ports, language, { url: server.url, json }, server.token);
  try {
    return asked.isPreview
      ? await tellPlan(context, startRequest(asked))
      : await run(context, server, asked);
  } catch (error) {
    if (error instanceof StoppedError && error.mayHaveStarted && !isShared(ports)) {
      say(ports.stderr, context.words.stoppedHere);
      return signalExit(error.signal);
    }
    return tellFailure(context, error);
  } finally {
    await server.stop();
  }
}

async function run(context: Context, server: LocalServer, asked: SyncAsked): Promise<number> {
  for (;;) {
    const { progress, isAsked } = await begin(context, asked);
    if (isPausedByHand(progress)) return tellPaused(context, progress);
    const watched = await watch(context, progress, server);
    const exitCode = await tell(context, watched, progress.task_id);
    if (isAsked || watched.kind !== 'ended') return exitCode;
  }
}

/** The batch that was asked for; or first the one that has not ended and holds some of its days. */
async function begin(context: Context, asked: SyncAsked) {
  const { client, ports, words } = context;
  try {
    const progress = await startBatch(client, startRequest(asked), ports.newKey());
    return { progress, isAsked: true };
  } catch (error) {
    const unfinished = error instanceof RefusedError ? error.refusal.task_id : undefined;
    if (unfinished === undefined) throw error;
    let progress = await readProgress(client, unfinished);
    if (!isPausedByHand(progress)) {
      say(ports.stderr, words.goingOnFirst(unfinished));
      if (progress.status === 'paused') {
        progress = await controlBatch(context, 'resume', unfinished);
      }
    }
    const { start_date, end_date, mode } = progress;
    const isAsked = start_date === asked.from && end_date === asked.to && mode === asked.mode;
    return { progress, isAsked };
  }
}

/** Says how the watch was left; nobody is there to help a batch on that has paused. */
async function tell(context: Context, watched: Watched, taskId: string): Promise<number> {
  const { ports, words, written } = context;
  switch (watched.kind) {
    case 'ended': {
      const { dataset, start_date, end_date } = watched.progress;
      const retry = written(`sync ${dataset} ${start_date} ${end_date} --local`);
      return tellEnd(context, watched.progress, retry);
    }
    case 'stopped': {
      const goesOn = words.goesOn(written(`watch ${taskId}`));
      say(ports.stderr, isShared(ports) ? goesOn : words.stoppedHere);
      return signalExit(watched.signal);
    }
    case 'paused':
      return tellPaused(context, watched.progress);
    case 'gone':
      say(ports.stderr, words.localEnded(watched.code));
      return EXIT.failed;
  }
}

/** Only who has paused it says when it goes on. */
function isPausedByHand({ status, last_control }: Progress): boolean {
  return status === 'paused' && last_control?.verb === 'pause';
}

function tellPaused({ ports, words, written }: Context, progress: Progress): number {
  const { task_id, error, message } = progress;
  const told = isPausedByHand(progress)
    ? words.pausedByHand(task_id, written('serve'), written(`resume ${task_id}`))
    : words.selfPaused(error?.text ?? message);
  say(ports.stderr, told);
  return EXIT.failed;
}

/** Whether other processes may work on its batches when this one has ended. */
function isShared({ env }: Ports): boolean {
  return (env['DATABASE_URL'] ?? '') !== '';
}
