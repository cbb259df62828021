import type { Now } from './clock.js';

/** What the program has of the world around it. */
export interface Ports {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Aborts when the program is asked to end, or nobody reads its output any more (SIGPIPE); its reason is the signal's name. */
  readonly stopping: AbortSignal;
  readonly now: Now;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Names a request, so that it takes effect once. */
  readonly newKey: () => string;
  readonly version: string;
  readonly programs: Programs;
}

/** The programs of the project that run on this machine. */
export interface Programs {
  readonly server: Program;
  readonly backup: Program;
  readonly datasetsCheck: Program;
}

/** A file, and the flags that Node runs it with. */
export interface Program {
  readonly file: string;
  readonly flags: readonly string[];
}

/** Where something is written; a terminal, perhaps. */
export interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** How wide that is, in characters. */
  readonly columns?: number;
}

/** Thrown where work ends because the program was asked to. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(
    readonly signal: NodeJS.Signals,
    /** Whether a batch was asked to start, and may have. */
    readonly mayHaveStarted = false,
  ) {
    super(`stopped by ${signal}`);
  }
}

/** The signal that asked the program to end. */
export function stoppedBy(stopping: AbortSignal): NodeJS.Signals {
  return stopping.reason as NodeJS.Signals;
}

/** Writes lines. */
export function say(stream: Stream, ...lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}
