// A running Daysync, as tests call it: in a process of its own (daysync-process.ts), or in that of the test (daysync-app.ts).
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { expectContract } from './contract.js';
import { databaseEnvironment, databaseOf } from './own-database.js';
import { writeConfiguration, type DatasetYaml } from './scratch.js';
import type { BatchDay, Progress, SyncRecord, WirePage } from './wire.js';

const BASE = '/api/v1/sync-status/';
export const POLL_MS = 20;
/** Between two polls of a batch that takes long. */
const MOST_POLL_MS = 100;

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

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export abstract class Daysync {
  abstract readonly url: string;

  constructor(
    /** Contains its data, its log and, if the test has none, its datasets file. */
    readonly folder: string,
    private readonly token?: string,
  ) {}

  get logFile(): string {
    return path.join(this.folder, 'app.log');
  }

  get database(): string {
    return databaseOf(this.folder);
  }

  /** For tests of SQLite only. */
  get databaseFile(): string {
    return path.join(this.folder, 'data', 'daysync.db');
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

  async ended(taskId: string): Promise<Progress> {
    for (let ms = POLL_MS; ; ms = Math.min(ms * 1.2, MOST_POLL_MS)) {
      const progress = await this.progress(taskId);
      if (progress.finished_at !== null) return progress;
      await sleep(ms);
    }
  }

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
}

export async function daysyncEnvironment(
  folder: string,
  { datasetsFile, datasets = [], webhooks = [], port = 0, env }: StartOptions,
): Promise<Readonly<Record<string, string>>> {
  return {
    PORT: String(port),
    DATA_DIR: path.join(folder, 'data'),
    LOG_FILE: path.join(folder, 'app.log'),
    DATASETS_FILE: datasetsFile ?? (await writeConfiguration(folder, { datasets, webhooks })),
    ...(await databaseEnvironment(folder)),
    ...env,
  };
}

export function dataOf({ status, body }: Answer): unknown {
  expect({ status, body }).toMatchObject({ body: { status: 'success' } });
  return (body as { readonly data: unknown }).data;
}
