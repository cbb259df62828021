import type { Language } from '@daysync/progress';
import { createContext, reportFailure, type Context } from '../api/context.js';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import { MESSAGES } from '../terminal/messages.js';
import { printLines, StoppedError, type Ports } from '../terminal/ports.js';
import { LocalStartError, startLocalServer, type LocalServer } from './local-programs.js';

export interface LocalOptions {
  readonly isJson: boolean;
  /** Whether the server runs batches, schedules and webhooks; without them it only answers. */
  readonly runsDays: boolean;
}

/** Starts a server for one command, runs the work on it and stops it; returns the exit code. */
export async function runOnLocalServer(
  ports: Ports,
  language: Language,
  { isJson, runsDays }: LocalOptions,
  work: (context: Context, server: LocalServer) => Promise<number>,
): Promise<number> {
  let server: LocalServer;
  try {
    server = await startLocalServer(ports, runsDays);
  } catch (error) {
    if (!(error instanceof LocalStartError)) throw error;
    printLines(ports.stderr, error.output);
    if (!error.isInUse) return error.exitCode;
    printLines(ports.stderr, MESSAGES[language].inUse);
    return EXIT.refused;
  }
  const context = createContext(ports, language, { url: server.url, json: isJson }, server.token);
  try {
    return await work(context, server);
  } catch (error) {
    if (error instanceof StoppedError && error.mayHaveStarted && !isShared(ports)) {
      printLines(ports.stderr, context.messages.stoppedHere);
      return signalExit(error.signal);
    }
    return reportFailure(context, error);
  } finally {
    await server.stop();
  }
}

/** Whether other processes continue a batch after this one has ended. */
export function isShared({ env }: Ports): boolean {
  return (env['DATABASE_URL'] ?? '') !== '';
}
