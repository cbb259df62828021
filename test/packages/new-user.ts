// Runs the commands of a page.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterFile } from '../after-file.js';
import { openBrowser } from '../browser/browser.js';

/** The environment of a new user: no settings of npm, the test runner or the launcher. */
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

/** An empty folder outside of the project, whose packages would be found otherwise; removed after the last test. */
export async function outsideFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'daysync-new-user-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A page of a browser, and the errors in it. */
export async function openPage(timeoutMs = 60_000) {
  const page = await (await openBrowser()).newPage();
  page.setDefaultTimeout(timeoutMs);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  return { page, faults };
}

/**
 * Runs shell lines until they end.
 * @throws {Error} with their output, if one of them fails.
 */
export async function type(folder: string, lines: string): Promise<string> {
  const child = inShell(folder, lines);
  const output = collect(child);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`expected this to run:\n${lines}\ngot:\n${output()}`);
  return output();
}

/** Starts a long-running line, and waits until its output matches `ready`. Stopped after the last test. */
export async function start(
  folder: string,
  line: string,
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly found: string; stop(signal?: NodeJS.Signals): Promise<void> }> {
  const child = inShell(folder, line, env);
  afterFile(() => end(child));
  const output = collect(child);
  const found = await new Promise<string>((resolve, reject) => {
    const check = (): void => {
      const [all, part = all] = ready.exec(output()) ?? [];
      if (part !== undefined) resolve(part);
    };
    child.stdout?.on('data', check);
    child.stderr?.on('data', check);
    child.once('close', () => {
      reject(new Error(`expected ${line} to print ${String(ready)}, got:\n${output()}`));
    });
  });
  return { found, stop: (signal) => end(child, signal) };
}

/** In its own process group: npm and npx leave their children behind. */
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

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid, signal);
  await closed;
}
