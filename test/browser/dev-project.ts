// A copy of the project, in which a test may change sources, and `npm run dev` in it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterFile } from '../after-file.js';
import { freePort } from '../free-port.js';
import { scratchFolder, TOP } from '../scratch.js';

/** What `npm run dev` needs. */
const COPIED = [
  ...['apps', 'data', 'libs', 'tools', 'test', '.npmrc', 'angular.json', 'nest-cli.json'],
  ...['package.json', 'package-lock.json', 'tsconfig.base.json'],
];

/** @returns its folder */
export async function copyProject(): Promise<string> {
  const folder = path.join(await scratchFolder(), 'project');
  const filter = (source: string): boolean => path.basename(source) !== 'node_modules';
  for (const one of COPIED) {
    await cp(path.join(TOP, one), path.join(folder, one), { recursive: true, filter });
  }
  await symlink(path.join(TOP, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

export interface Dev {
  readonly api: string;
  readonly web: string;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** Waits until it has printed something. */
  readonly see: (text: RegExp) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts `npm run dev`; stopped after the last test of the file. */
export async function startDev(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Dev> {
  const [port, consolePort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['tools/run.mjs', 'dev'], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port), CONSOLE_PORT: String(consolePort) },
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await closed;
  };
  afterFile(stop);
  return {
    api: `http://127.0.0.1:${port}`,
    web: `http://127.0.0.1:${consolePort}`,
    output: () => output,
    see: async (text) => {
      while (!text.test(output)) {
        if (child.exitCode !== null) throw new Error(output);
        await sleep(20);
      }
    },
    stop,
  };
}
