import { constants } from 'node:os';
import type { Progress } from '@daysync/progress';

/** How the command ends, for the shell; docs/cli.md explains each. */
export const EXIT = {
  good: 0,
  /** The batch has ended, and not every day of it is good; or what was asked for could not be done. */
  failed: 1,
  usage: 2,
  /** Nobody answers, or the server can't for now: the same may work later. */
  unreachable: 3,
  /** The server says no: the same would be refused again. */
  refused: 4,
} as const;

/** As a shell has it for a program that a signal ended: 130 after Ctrl-C, 141 where nobody reads any more. */
export function signalExit(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Good if the batch came to its own end and no day failed. */
export function batchExit({ status, failed }: Progress): number {
  return status === 'completed' && failed === 0 ? EXIT.good : EXIT.failed;
}
