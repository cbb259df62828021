// Runs what a page tells its reader to type.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { afterFile } from '../after-file.js';

/** The environment of someone who knows nothing of this project: no settings of npm, the test runner or the launcher. */
export const NEW_USER: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|vitest|NODE_ENV|NODE_OPTIONS|NODE_COMPILE_CACHE)/i.test(name),
    ),
  ),
  PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
  CI: '1',
  NO_COLOR: '1',
  NG_CLI_ANALYTICS: 'false',
};

/**
 * Runs lines of a shell to their end.
 * @throws {Error} with what they printed, if one of them fails.
 */
export async function type(folder: string, lines: string): Promise<string> {
  const child = inShell(folder, lines);
  const output = collect(child);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`expected this to run:\n${lines}\ngot:\n${output()}`);
  return output();
}

/** Starts a line that goes on, and waits until it has printed what `ready` finds. Ended after the last test. */
export async function start(
  folder: string,
  line: string,
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly found: string; stop(): Promise<void> }> {
  const child = inShell(folder, line, env);
  afterFile(() => end(child));
  const output = collect(child);
  const found = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const [all, part = all] = ready.exec(output()) ?? [];
      if (part !== undefined) resolve(part);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () => {
      reject(new Error(`expected ${line} to print ${String(ready)}, got:\n${output()}`));
    });
  });
  return { found, stop: () => end(child) };
}

/** In a process group of its own: npm and npx leave what they have started behind. */
function inShell(folder: string, lines: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn('bash', ['-euc', lines], {
    cwd: folder,
    env: { ...NEW_USER, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

function collect(child: ChildProcess): () => string {
  let output = '';
  const add = (text: string): void => void (output += text);
  child.stdout?.setEncoding('utf8').on('data', add);
  child.stderr?.setEncoding('utf8').on('data', add);
  return () => output;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await closed;
}
