import { BusyError, RefusedError, UnreachableError } from '../api/failure.js';
import { EXIT } from '../exit-code.js';
import { say, StoppedError } from '../ports.js';
import type { Context } from './context.js';

/**
 * Says what went wrong with a server; anything else is a bug.
 * @throws {StoppedError} that it was given, once it is said what may go on
 */
export function tellFailure(
  { ports, words, isJson, client, written }: Context,
  error: unknown,
): number {
  if (error instanceof UnreachableError) {
    say(ports.stderr, words.unreachable(client.url, error.message));
    return EXIT.unreachable;
  }
  if (error instanceof BusyError) {
    say(ports.stderr, isJson ? JSON.stringify(error.refusal) : words.serverBusy(error.message));
    return EXIT.unreachable;
  }
  if (error instanceof StoppedError && error.mayHaveStarted) {
    say(ports.stderr, words.mayHaveStarted(written('status')));
  }
  if (!(error instanceof RefusedError)) throw error;
  const { code, detail, status: httpStatus, task_id } = error.refusal;
  if (isJson) {
    say(ports.stderr, JSON.stringify(error.refusal));
    return EXIT.refused;
  }
  say(ports.stderr, words.refused(code, detail));
  if (httpStatus === 401) say(ports.stderr, words.tokenNeeded);
  if (code === 'BATCH_OVERLAPS' && task_id !== undefined) {
    say(ports.stderr, words.watchIt(written(`watch ${task_id}`)));
  }
  return EXIT.refused;
}
