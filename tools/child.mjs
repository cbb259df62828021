// Child processes: none outlives the launcher, and a signal to the launcher reaches them all.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { ignoresHangup } from './hangup.mjs';
import { countProcess, endAll } from './processor-time.mjs';
import { COMPILE_CACHE, say, TOP } from './project.mjs';

const PARENT_CHECK_MS = 500;
const children = new Set();
/** The signal that asked the launcher to stop, once one has. */
let stoppedBy;

/** Whether the launcher goes on when its terminal or its shell ends. */
const survives = ignoresHangup();

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal));
process.on('SIGHUP', () => {
  if (!survives) stop('SIGHUP');
});

// Ctrl-Z reaches only the launcher where its children are detached. They ignore its signal, so they get one they cannot.
if (survives) {
  process.on('SIGTSTP', () => {
    for (const child of children) child.kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  });
  process.on('SIGCONT', () => {
    for (const child of children) child.kill('SIGCONT');
  });
}

// A SIGTERM to `npm start` ends only npm: then our parent changes, and we stop, too.
const parent = process.ppid;
if (!survives) {
  setInterval(() => {
    // Once, and not where a signal came before.
    if (process.ppid === parent || stoppedBy !== undefined) return;
    say(
      'The process that started this one has ended, so this one stops too. To keep it running, start it with: nohup node tools/run.mjs start &',
    );
    stop('SIGTERM');
  }, PARENT_CHECK_MS).unref();
}

function stop(signal) {
  stoppedBy ??= signal;
  if (children.size === 0) endBy(signal);
  for (const child of children) child.kill(signal);
}

/** Ends the launcher as `signal` would have. */
export function endBy(signal) {
  process.removeAllListeners(signal);
  endAll();
  process.kill(process.pid, signal);
  // For systems without such a signal (Windows).
  setTimeout(() => process.exit(128 + (os.constants.signals[signal] ?? 15)), 100);
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: NodeJS.ProcessEnv, shell?: boolean, cwd?: string }} [options] `quiet` collects
 *   its output, stdout and stderr together, instead of showing it; `cwd` is the project's folder by default
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>}
 */
export function run(program, args, { quiet = false, env = {}, shell = false, cwd = TOP } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnvironment(program, env),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell,
      windowsHide: true,
      // Out of the reach of a SIGHUP to all of the terminal: Node would end by it.
      detached: survives && !quiet,
    });
    children.add(child);
    if (child.pid !== undefined) countProcess(child.pid);
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.once('error', (error) => {
      children.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, output });
    });
  });
}

/** Like `run`, for one of several steps: if the launcher got a signal meanwhile, it stops here. */
export async function runStep(program, args, options) {
  const result = await run(program, args, options);
  if (stoppedBy !== undefined) {
    endBy(stoppedBy);
    await new Promise(() => {});
  }
  return result;
}

function childEnvironment(program, env) {
  const own = path.isAbsolute(program) ? path.dirname(program) + path.delimiter : '';
  return {
    ...process.env,
    NO_UPDATE_NOTIFIER: '1',
    NG_CLI_ANALYTICS: 'false',
    // The cache makes the start of the server a quarter faster.
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...env,
    // Tools that call `node` get the same version.
    PATH: own + (process.env.PATH ?? ''),
  };
}
