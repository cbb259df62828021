// Runs the built command line as a child process.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { afterFile } from '../after-file.js';
import { COMPILE_CACHE } from '../daysync-process.js';
import { ended } from '../ended.js';
import { TOP } from '../scratch.js';

export const COMMAND_LINE = path.join(TOP, 'dist/cli/daysync.mjs');

export interface CommandExit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandEnvironment = Readonly<Record<string, string>>;

/** Starts a command whose output is a pipe. */
export function launchCommand(args: readonly string[], env: CommandEnvironment = {}): ChildProcess {
  const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
    cwd: TOP,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterFile(() => child.kill('SIGKILL'));
  return child;
}

/** Runs a command until it ends. */
export function runCommand(
  args: readonly string[],
  env: CommandEnvironment = {},
): Promise<CommandExit> {
  return ended(launchCommand(args, env));
}

/** Resolves when the output of a child matches. */
export function outputMatching(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const append = (chunk: string): void => {
      text += chunk;
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    };
    child.stdout?.setEncoding('utf8').on('data', append);
    child.stderr?.setEncoding('utf8').on('data', append);
    child.once('close', () => reject(new Error(`expected ${pattern}, got the end:\n${text}`)));
  });
}
