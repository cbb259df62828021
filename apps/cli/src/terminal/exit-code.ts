import { constants } from 'node:os';
import type { Progress } from '@daysync/progress';

/** Exit codes of the command line; docs/cli.md explains each. */
export const EXIT = {
  success: 0,
  /** Days failed or differ from their source, rows had no readable day, the batch did not complete, the command failed, or a dataset needs attention. */
  failed: 1,
  usage: 2,
  /** No answer, or the server cannot answer now: the same command may work later. */
  unreachable: 3,
  /** The server refuses: the same command would be refused again. */
  refused: 4,
} as const;

/** The exit code that shells use for a process ended by a signal: 130 for Ctrl-C, 141 for a closed pipe. */
export function signalExit(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Whether a batch completed and left nothing to do: no day failed, and each row had a day. */
export function isWhole({ failed, status, unreadable_rows }: Progress): boolean {
  // Not `=== 0`: a server of an older version does not count such rows.
  return status === 'completed' && failed === 0 && !(unreadable_rows > 0);
}

export function batchExit(progress: Progress): number {
  // What a comparison writes again was another than that of the source.
  const isSame = progress.mode !== 'verify' || progress.success === 0;
  return isWhole(progress) && isSame ? EXIT.success : EXIT.failed;
}
