import type { Language } from '@daysync/progress';
import { EXIT } from '../terminal/exit-code.js';
import { MESSAGES, type CliMessages } from '../terminal/messages.js';
import { printLines, StoppedError, type Ports } from '../terminal/ports.js';
import { ApiClient } from './api-client.js';
import { BusyError, RefusedError, UnreachableError } from './failure.js';

export const DEFAULT_URL = 'http://127.0.0.1:8000';

/** The options of every command that calls a server. */
export interface ServerOptions {
  readonly url: URL;
  /** Print JSON on standard output. */
  readonly json?: boolean;
}

/** What a command that calls a server works with. */
export interface Context {
  readonly ports: Ports;
  readonly language: Language;
  readonly messages: CliMessages;
  readonly client: ApiClient;
  readonly isJson: boolean;
  /** A command line for the user to copy, for the same server: `watch 2012-…` becomes `npx daysync watch 2012-… --url …`. */
  readonly commandLine: (command: string) => string;
}

/** @param localToken the token of a local server, which ends with this process: command lines then name no address */
export function createContext(
  ports: Ports,
  language: Language,
  { url, json }: ServerOptions,
  localToken?: string,
): Context {
  const { stopping, now } = ports;
  const token = localToken ?? ports.env['DAYSYNC_TOKEN'];
  const isDefault = localToken !== undefined || url.href === new URL(DEFAULT_URL).href;
  const urlOption = isDefault ? '' : ` --url ${url.href.replace(/\/$/, '')}`;
  return {
    ports,
    language,
    messages: MESSAGES[language],
    client: new ApiClient({ url, token: token?.trim() || undefined, language, stopping, now }),
    isJson: json === true,
    commandLine: (command) => `npx daysync ${command}${urlOption}`,
  };
}

/**
 * Prints why a call failed, and returns the exit code.
 * @throws any other error: a bug, or a `StoppedError` after the hint that a batch may have started
 */
export function reportFailure(
  { ports, messages, isJson, client, commandLine }: Context,
  error: unknown,
): number {
  const report = (...lines: readonly string[]): void => printLines(ports.stderr, ...lines);
  if (error instanceof UnreachableError) {
    report(messages.unreachable(client.url, error.message), messages.startOrName);
    return EXIT.unreachable;
  }
  if (error instanceof BusyError) {
    report(isJson ? JSON.stringify(error.refusal) : messages.serverBusy(error.message));
    return EXIT.unreachable;
  }
  if (error instanceof StoppedError && error.mayHaveStarted) {
    report(messages.mayHaveStarted(commandLine('status')));
  }
  if (!(error instanceof RefusedError)) throw error;
  const { code, detail, lines = [], status, task_id } = error.refusal;
  if (isJson) {
    report(JSON.stringify(error.refusal));
    return EXIT.refused;
  }
  report(messages.refused(code, detail), ...lines);
  if (status === 401) report(messages.tokenNeeded);
  if (code === 'DATASET_NOT_FOUND') report(messages.reloadNew(commandLine('datasets reload')));
  if (task_id !== undefined) {
    report(messages.watchIt(commandLine(`watch ${task_id}`)));
  }
  return EXIT.refused;
}
