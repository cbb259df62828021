// Runs the command line: as a child process, or in the process of the test.
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { run } from '../../apps/cli/src/parser/run.js';
import { portsWith } from '../../apps/cli/src/terminal/ports.fixture.js';
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

/** The settings of an installation in a folder, which a command without a server reads. */
export const settingsIn = (folder: string): CommandEnvironment => ({
  DATA_DIR: path.join(folder, 'data'),
  LOG_FILE: path.join(folder, 'app.log'),
  DATASETS_FILE: path.join(folder, 'datasets.yaml'),
});

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

/** Runs a command that only calls a server, in this process: a process for each would take longer than all they do. */
export async function runHere(
  args: readonly string[],
  env: CommandEnvironment = {},
): Promise<CommandExit> {
  const { ports, stdout, stderr } = portsWith({
    env,
    now: () => Date.now(),
    random: () => Math.random(),
    newKey: randomUUID,
  });
  // The parser takes the address from the process, before the command begins.
  const { DAYSYNC_URL: url } = env;
  if (url !== undefined) process.env['DAYSYNC_URL'] = url;
  const running = run(args, ports);
  delete process.env['DAYSYNC_URL'];
  const code = await running;
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Runs the built command in a process of its own until it ends. */
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
