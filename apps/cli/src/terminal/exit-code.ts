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

export function batchExit({ failed, mode, status, success, unreadable_rows }: Progress): number {
  // Not `=== 0`: a server of an older version does not count such rows.
  const isWhole = failed === 0 && !(unreadable_rows > 0);
  // What a comparison writes again was another than that of the source.
  const isSame = mode !== 'verify' || success === 0;
  return status === 'completed' && isWhole && isSame ? EXIT.success : EXIT.failed;
}
