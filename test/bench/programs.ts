// The programs of a benchmark: each runs in its own process, and ends with the benchmark.
import {
  execFile,
  spawn,
  spawnSync,
  type ChildProcess,
  type ChildProcessByStdio,
} from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterFile } from '../after-file.js';
import { freePort } from '../free-port.js';

const REDIS = 'redis-server';
/** The output of a program may be long, for example the latencies of a load. */
const MOST_OUTPUT = 10_000_000;

export interface BenchProgram {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly firstLine: string;
}

/** Starts a script below test/bench with Node and waits for its first line. */
export async function startProgram(
  script: string,
  ...args: readonly unknown[]
): Promise<BenchProgram> {
  const child = track(
    spawn(process.execPath, [path.join(import.meta.dirname, script), ...args.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  let said = '';
  const note = (text: string): void => {
    said += text;
  };
  child.stdout.setEncoding('utf8').on('data', note);
  while (!said.includes('\n')) {
    if (child.exitCode !== null) throw new Error(`expected ${script} to start, got its end`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  }
  child.stdout.off('data', note);
  return { child, firstLine: said.slice(0, said.indexOf('\n')) };
}

/** Runs a script below test/bench with Node to its end. @returns its output */
export async function runProgram(script: string, ...args: readonly unknown[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, script), ...args.map(String)],
    { maxBuffer: MOST_OUTPUT },
  );
  return stdout;
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Starts a Redis in memory if it is installed. @returns its port */
export async function startRedis(...options: readonly string[]): Promise<number | undefined> {
  if (!isInstalled(REDIS)) return undefined;
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = track(
    spawn(REDIS, [...args, ...options], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  let said = '';
  redis.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!said.includes('Ready to accept connections')) await once(redis.stdout, 'data');
  return port;
}

function track<Child extends ChildProcess>(child: Child): Child {
  afterFile(() => child.kill('SIGKILL'));
  return child;
}
