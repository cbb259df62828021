// Programs of Daysync as child processes on this machine.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import {
  printLines,
  StoppedError,
  stoppedBy,
  type Ports,
  type Program,
} from '../terminal/ports.js';

/** `EX_USAGE` of sysexits.h, which the programs exit with on wrong usage. */
const USAGE_EXIT_CODE = 64;

/** Runs a program on the terminal of this process until it ends; returns its exit code. */
export async function runProgram(
  { file, flags }: Program,
  args: readonly string[],
  { env, stopping }: Ports,
): Promise<number> {
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...env },
    // The channel closes when this process ends, even by SIGKILL, and the child ends with it.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (): void => {
    child.kill(stoppedBy(stopping));
  };
  stopping.addEventListener('abort', forward);
  const code = await exitCodeOf(child);
  return code === USAGE_EXIT_CODE ? EXIT.usage : code;
}

/** The server did not start; `output` is what it wrote to standard error. */
export class LocalStartError extends Error {
  override readonly name = 'LocalStartError';
  constructor(
    readonly exitCode: number,
    readonly output: string,
  ) {
    super(output);
  }

  /** Whether another server uses the same data folder. */
  get isInUse(): boolean {
    return /data folder .* is in use/.test(this.output);
  }
}

/** A server for this command alone, on a free port and with a token of its own. */
export interface LocalServer {
  readonly url: URL;
  readonly token: string;
  /** Resolves with the exit code when the server's process ends. */
  readonly ended: Promise<number>;
  /** Stops the server in order: days in flight finish or are requeued. */
  readonly stop: () => Promise<void>;
}

const LISTENING = /^Daysync: (\S+)/m;
/** Settings of a shared server that must not reach this one. */
const PRIVATE_SETTINGS = {
  ALLOWED_HOSTS: '',
  TRUST_PROXY: '',
  HOST: '127.0.0.1',
  PORT: '0',
  ROLE: 'all',
};

/** The server only answers: it runs no days, no schedules and no webhooks. */
const ANSWERS_ONLY = '--answers-only';

/**
 * Starts a server on the data folder that the environment names.
 * @param runsDays whether it runs batches, schedules and webhooks
 * @throws {LocalStartError | StoppedError}
 */
export async function startLocalServer(ports: Ports, runsDays: boolean): Promise<LocalServer> {
  const { env, stderr, stopping, newKey, programs } = ports;
  const token = newKey();
  const { file, flags } = programs.server;
  const args = runsDays ? [] : [ANSWERS_ONLY];
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env: { ...env, ...PRIVATE_SETTINGS, AUTH_TOKENS: `command-line:operator:${token}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = exitCodeOf(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  let errorOutput = '';
  let isUp = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (isUp) stderr.write(text);
    else errorOutput += text;
  });
  const url = new Promise<URL>((resolve) => {
    let output = '';
    const decoder = new StringDecoder('utf8');
    child.stdout?.on('data', (bytes: Buffer) => {
      if (isUp) return;
      output += decoder.write(bytes);
      const address = LISTENING.exec(output)?.[1];
      if (address !== undefined) resolve(new URL(`${address}/`));
    });
  });
  const stopped = new Promise<undefined>((resolve) => {
    stopping.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const first = await Promise.race([url, ended, stopped]);
  if (first === undefined) {
    await stop();
    throw new StoppedError(stoppedBy(stopping));
  }
  if (typeof first === 'number') throw new LocalStartError(first, errorOutput.trimEnd());
  isUp = true;
  if (errorOutput !== '') printLines(stderr, errorOutput.trimEnd());
  return { url: first, token, ended, stop };
}

/** The exit code of a process as shells report it. */
async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signalExit(signal ?? 'SIGKILL');
}
