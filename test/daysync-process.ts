// The built program as a process of its own, as `npm start` runs it, on a scratch folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { afterFile } from './after-file.js';
import { expectContract, shippedContract } from './contract.js';
import { databaseEnvironment, databaseOf } from './own-database.js';
import { scratchFolder, TOP, writeConfiguration, type DatasetYaml } from './scratch.js';
import type { BatchDay, Progress, SyncRecord, WirePage } from './wire.js';

/** Imported at run time, because the launcher is not TypeScript. */
export const { COMPILE_CACHE, SERVER, SERVER_FLAGS } = (await import(
  pathToFileURL(path.join(TOP, 'tools/project.mjs')).href
)) as Launcher;
const BASE = '/api/v1/sync-status/';
const POLL_MS = 20;

interface Launcher {
  readonly SERVER: string;
  readonly SERVER_FLAGS: readonly string[];
  readonly COMPILE_CACHE: string;
}

const running = new Set<ChildProcess>();
// No program outlives the tests, even if a signal ends them.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
export interface StartOptions {
  /** A datasets file; without it, one is written from `datasets` and `webhooks`. */
  readonly datasetsFile?: string;
  readonly datasets?: readonly DatasetYaml[];
  readonly webhooks?: readonly Readonly<Record<string, unknown>>[];
  /** The folder of its data and log. @default a new scratch folder */
  readonly folder?: string;
  /** For a restart, the port of the program that has ended. @default a free port */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent by every call without its own credentials. @default no token */
  readonly token?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An answer of the API with its body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Starts Daysync and waits until it answers. */
export async function startDaysync(options: StartOptions): Promise<DaysyncProcess> {
  const daysync = await launchDaysync(options);
  await daysync.ready();
  return daysync;
}

/** Starts Daysync without waiting, for a program that may end before it answers. */
export async function launchDaysync(options: StartOptions): Promise<DaysyncProcess> {
  const folder = options.folder ?? (await scratchFolder());
  const daysync = new DaysyncProcess(
    await spawnServer({ ...options, folder }),
    folder,
    options.token,
  );
  shippedContract().compile();
  return daysync;
}

/** Runs Daysync until it ends, for a program that must not start. */
export async function runDaysync(options: StartOptions): Promise<Exit> {
  const folder = options.folder ?? (await scratchFolder());
  const child = await spawnServer({ ...options, folder });
  const output = collect(child);
  if (running.has(child)) await once(child, 'close');
  return { code: child.exitCode, ...output };
}

export class DaysyncProcess {
  readonly output: { stdout: string; stderr: string };

  constructor(
    private readonly child: ChildProcess,
    /** Contains its data, its log and, if the test has none, its datasets file. */
    readonly folder: string,
    private readonly token?: string,
  ) {
    this.output = collect(child);
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

  get logFile(): string {
    return path.join(this.folder, 'app.log');
  }

  /** The path or address of its database. */
  get database(): string {
    return databaseOf(this.folder);
  }

  /** For tests of SQLite only. */
  get databaseFile(): string {
    return path.join(this.folder, 'data', 'daysync.db');
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

  /** Calls the API; `path` is relative to its base. */
  async api(path: string, init: RequestInit = {}): Promise<Answer> {
    return this.call(BASE + path, init);
  }

  /** Calls any path; the answer has to match the OpenAPI document. */
  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.token !== undefined && !headers.has('authorization') && !headers.has('cookie')) {
      headers.set('authorization', `Bearer ${this.token}`);
    }
    const response = await fetch(this.url + path, { ...init, headers });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    const body: unknown = json && text !== '' ? JSON.parse(text) : text;
    const answer = { status: response.status, headers: response.headers, body };
    expectContract(init.method ?? 'GET', path, answer);
    return answer;
  }

  /** The `data` of an answer, which must be a success. */
  async data(path: string): Promise<unknown> {
    return dataOf(await this.api(path));
  }

  async post(path: string, body: unknown): Promise<Answer> {
    return this.api(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Starts a batch; the start must succeed. */
  async startBatch(body: Readonly<Record<string, unknown>>): Promise<Progress> {
    const answer = await this.post('sync/batch', body);
    expect(answer).toMatchObject({ status: 202 });
    return dataOf(answer) as Progress;
  }

  async progress(taskId: string): Promise<Progress> {
    return (await this.data(`sync/batch/progress/${taskId}`)) as Progress;
  }

  async batches(): Promise<WirePage<Progress>> {
    return (await this.data('sync/batch')) as WirePage<Progress>;
  }

  async days(taskId: string): Promise<readonly BatchDay[]> {
    const { items } = (await this.data(`sync/batch/${taskId}/days`)) as WirePage<BatchDay>;
    return items;
  }

  /** @param query such as `dataset=weather&status=failed` */
  async records(query = ''): Promise<WirePage<SyncRecord>> {
    return (await this.data(`records?${query}`)) as WirePage<SyncRecord>;
  }

  /** Waits until a batch has ended. */
  async ended(taskId: string): Promise<Progress> {
    for (;;) {
      const progress = await this.progress(taskId);
      if (progress.finished_at !== null) return progress;
      await sleep(POLL_MS);
    }
  }

  /** Starts a batch and waits for its end. */
  async sync(body: Readonly<Record<string, unknown>>): Promise<Progress> {
    return this.ended((await this.startBatch(body)).task_id);
  }

  /** The lines of its log, parsed. The newest are written with a short delay, or by a stop. */
  async logLines(): Promise<Record<string, unknown>[]> {
    const text = await readFile(this.logFile, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
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

  /** Kills it without a chance to clean up. */
  async kill(): Promise<void> {
    await end(this.child, 'SIGKILL');
  }
}

/** The `data` of a success. */
export function dataOf({ status, body }: Answer): unknown {
  expect({ status, body }).toMatchObject({ body: { status: 'success' } });
  return (body as { readonly data: unknown }).data;
}

async function spawnServer({
  datasetsFile,
  datasets = [],
  webhooks = [],
  folder,
  // A free port.
  port = 0,
  env,
}: StartOptions & { readonly folder: string }): Promise<ChildProcess> {
  const file = datasetsFile ?? (await writeConfiguration(folder, { datasets, webhooks }));
  const child = spawn(process.execPath, [...SERVER_FLAGS, path.join(TOP, SERVER)], {
    cwd: TOP,
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATA_DIR: path.join(folder, 'data'),
      LOG_FILE: path.join(folder, 'app.log'),
      DATASETS_FILE: file,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...(await databaseEnvironment(folder)),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  afterFile(() => end(child, 'SIGKILL'));
  return child;
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return output;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (running.has(child)) {
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
  return child.exitCode;
}
