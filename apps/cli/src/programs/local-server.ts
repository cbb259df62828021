import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { say, StoppedError, stoppedBy, type Ports } from '../ports.js';
import { exitOf } from './run-program.js';

/** The server did not start; its own words say why. */
export class LocalStartError extends Error {
  override readonly name = 'LocalStartError';
  constructor(
    readonly exitCode: number,
    readonly told: string,
  ) {
    super(told);
  }

  /** Whether another one works on the same data folder. */
  get isInUse(): boolean {
    return /data folder .* is in use/.test(this.told);
  }
}

/** A server of our own: nobody else knows its port, and nobody else has its token. */
export interface LocalServer {
  readonly url: URL;
  readonly token: string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>;
  /** Asks it to end, and waits for it. Days in flight finish or are given back. */
  readonly stop: () => Promise<void>;
}

const LISTENING = /^Daysync: (\S+)/m;
/** What another server may be set to, and this one is not. */
const NOT_OURS = { ALLOWED_HOSTS: '', TRUST_PROXY: '', HOST: '127.0.0.1', PORT: '0', ROLE: 'all' };

/**
 * Starts the server on the data folder that the environment names.
 * @throws {LocalStartError | StoppedError}
 */
export async function startLocalServer(ports: Ports): Promise<LocalServer> {
  const { env, stderr, stopping, newKey, programs } = ports;
  const token = newKey();
  const { file, flags } = programs.server;
  const child = spawn(process.execPath, [...flags, file], {
    env: { ...env, ...NOT_OURS, AUTH_TOKENS: `command-line:operator:${token}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = exitOf(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  let told = '';
  let isUp = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (isUp) stderr.write(text);
    else told += text;
  });
  const url = new Promise<URL>((resolve) => {
    let said = '';
    const decoder = new StringDecoder('utf8');
    child.stdout?.on('data', (bytes: Buffer) => {
      if (isUp) return;
      said += decoder.write(bytes);
      const address = LISTENING.exec(said)?.[1];
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
  if (typeof first === 'number') throw new LocalStartError(first, told.trimEnd());
  isUp = true;
  if (told !== '') say(stderr, told.trimEnd());
  return { url: first, token, ended, stop };
}
