// The built program as a process of its own, as `npm start` runs it, on a scratch folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterFile } from './after-file.js';
import { shippedContract } from './contract.js';
import { Daysync, daysyncEnvironment, POLL_MS, type StartOptions } from './daysync.js';
import { ended, outputOf, type Exit } from './ended.js';
import { scratchFolder, TOP } from './scratch.js';

export { dataOf, type Answer, type StartOptions } from './daysync.js';
export type { Exit } from './ended.js';

/** Imported at run time, because the launcher is not TypeScript. */
export const { COMPILE_CACHE, SERVER, SERVER_FLAGS } = (await import(
  pathToFileURL(path.join(TOP, 'tools/project.mjs')).href
)) as { SERVER: string; SERVER_FLAGS: readonly string[]; COMPILE_CACHE: string };

const running = new Set<ChildProcess>();
// No program outlives the tests, even if a signal ends them.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startDaysync(options: StartOptions): Promise<DaysyncProcess> {
  const daysync = await launchDaysync(options);
  await daysync.ready();
  return daysync;
}

/** Starts Daysync without waiting, for a program that may end before it answers. */
export async function launchDaysync(options: StartOptions): Promise<DaysyncProcess> {
  const folder = options.folder ?? (await scratchFolder());
  const daysync = new DaysyncProcess(await spawnServer(folder, options), folder, options.token);
  shippedContract().compile();
  return daysync;
}

/** Runs Daysync until it ends, for a program that must not start. */
export async function runDaysync(options: StartOptions): Promise<Exit> {
  const folder = options.folder ?? (await scratchFolder());
  const child = await spawnServer(folder, options);
  return ended(child);
}

export class DaysyncProcess extends Daysync {
  readonly output: { stdout: string; stderr: string };

  constructor(
    private readonly child: ChildProcess,
    folder: string,
    token?: string,
  ) {
    super(folder, token);
    this.output = outputOf(child);
  }

  /** The address that it prints. */
  get url(): string {
    const url = /^Daysync: (\S+)/m.exec(this.output.stdout)?.[1];
    if (url === undefined) throw new Error('expected Daysync to listen, and it does not yet');
    return url;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return running.has(this.child);
  }

  async ready(): Promise<void> {
    while (!this.output.stdout.includes('Daysync: ')) {
      if (!running.has(this.child)) {
        const { stdout, stderr } = this.output;
        throw new Error(`expected Daysync to start, got its end:\n${stdout}${stderr}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Stops it by a signal. @returns its exit code */
  async stop(): Promise<number | null> {
    return end(this.child, 'SIGTERM');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until it has ended. @returns its exit code, null after a signal */
  async died(): Promise<number | null> {
    if (running.has(this.child)) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    await end(this.child, 'SIGKILL');
  }
}

async function spawnServer(folder: string, options: StartOptions): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...SERVER_FLAGS, path.join(TOP, SERVER)], {
    cwd: TOP,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...(await daysyncEnvironment(folder, options)),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  afterFile(() => end(child, 'SIGKILL'));
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (running.has(child)) {
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
  return child.exitCode;
}
