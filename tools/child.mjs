// Child processes: none outlives the launcher, and a signal to the launcher reaches them all.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { COMPILE_CACHE, TOP } from './project.mjs';

const PARENT_CHECK_MS = 500;
const children = new Set();
/** The signal that asked the launcher to stop, once one has. */
let stoppedBy;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => stop(signal));
}

// Whoever ends `npm start` by SIGTERM ends npm alone: then our parent changes, and we follow it.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop('SIGTERM');
}, PARENT_CHECK_MS).unref();

function stop(signal) {
  stoppedBy ??= signal;
  if (children.size === 0) endBy(signal);
  for (const child of children) child.kill(signal);
}

/** Ends the launcher as `signal` would have. */
export function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Where the system has no such signal (Windows).
  setTimeout(() => process.exit(128 + (os.constants.signals[signal] ?? 15)), 100);
}

/**
 * Runs a program to its end and gives back `{ code, signal, output }`.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: NodeJS.ProcessEnv, shell?: boolean, cwd?: string }} [options] `quiet` collects
 *   what it writes, out and error together, instead of showing it; `cwd` is the project's top by default
 */
export function run(program, args, { quiet = false, env = {}, shell = false, cwd = TOP } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnvironment(program, env),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell,
      windowsHide: true,
    });
    children.add(child);
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

/** Like `run`, for steps on the way: if the launcher was asked to stop meanwhile, it stops here. */
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
    // What Node has compiled once it need not compile again: the server starts a quarter sooner.
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...env,
    // Tools that call `node` by name get the same one.
    PATH: own + (process.env.PATH ?? ''),
  };
}
