/** What the program uses of its process; tests replace it. */
export interface Ports {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Aborts on a signal, or when the reader of the output is gone (SIGPIPE). Its reason is the signal's name. */
  readonly stopping: AbortSignal;
  readonly now: Now;
  /** From 0 to less than 1. */
  readonly random: () => number;
  /** A new idempotency key or token. */
  readonly newKey: () => string;
  readonly version: string;
  readonly programs: Programs;
}

/** Milliseconds since the epoch. */
export type Now = () => number;

/** The programs of Daysync that run as child processes on this machine. */
export interface Programs {
  readonly server: Program;
  readonly backup: Program;
  readonly datasetsCheck: Program;
  readonly datasetsChange: Program;
  readonly datasetsInit: Program;
  readonly doctor: Program;
  readonly supportBundle: Program;
}

export interface Program {
  readonly file: string;
  /** Flags for Node. */
  readonly flags: readonly string[];
}

export interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** A signal ended the work. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(
    readonly signal: NodeJS.Signals,
    /** Whether a request to start a batch was under way. */
    readonly mayHaveStarted = false,
  ) {
    super(`stopped by ${signal}`);
  }
}

/** The signal that aborted `stopping`. */
export function stoppedBy(stopping: AbortSignal): NodeJS.Signals {
  return stopping.reason as NodeJS.Signals;
}

/** A row may have line breaks, and must not steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

export function printLines(stream: Stream, ...lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}
