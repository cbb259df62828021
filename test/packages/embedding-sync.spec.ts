// Runs examples/embed as docs/embedding-sync.md says: an app with the packed @daysync/nest, on the app's own database file.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { scratchFolder, TOP } from '../scratch.js';
import { typeErrorsOf } from '../strict-types.js';
import type { Progress } from '../wire.js';
import { NEW_USER, outsideFolder, type } from './new-user.js';
import { TWO_DAYS, writeOtherProcesses } from './other-processes.js';

const EXAMPLE = path.join(TOP, 'examples/embed');
const PAGE = path.join(TOP, 'docs/embedding-sync.md');
const DECORATORS = { experimentalDecorators: true, emitDecoratorMetadata: true };
const BATCHES = '/api/v1/sync-status/sync/batch';
/** Two years: long enough for a kill in between. */
const RANGE = { start_date: '2024-01-01', end_date: '2025-12-31' };
const DAYS = 731;

/** An app without a server, which syncs its datasets and prints the outcomes of their days. */
const OTHER_PROCESSES = `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { DaySync, SyncModule } from '@daysync/nest';
import { lastValueFrom } from 'rxjs';

const { datasets, range } = JSON.parse(process.argv[2]);
const module = SyncModule.forRoot({ database: { file: 'other.db' }, datasets });
const app = await NestFactory.createApplicationContext(module, { logger: false });
const sync = app.get(DaySync);
const ends = {};
for (const { name } of datasets) {
  const { task_id } = await sync.start({ dataset: name, ...range });
  await lastValueFrom(sync.watch(task_id));
  ends[name] = (await sync.days(task_id)).items;
}
await app.close();
console.log(JSON.stringify(ends));
`;

/** A copy of the example outside of the project, whose packages it would find otherwise. */
let example: string;
let folder: string;
let app: EmbeddingApp | undefined;

beforeAll(async () => {
  folder = await outsideFolder();
  example = path.join(folder, 'examples/embed');
  const isInstalled = (file: string): boolean => /node_modules|dist|package-lock/.test(file);
  await cp(EXAMPLE, example, {
    recursive: true,
    filter: (file) => !isInstalled(path.relative(EXAMPLE, file)),
  });
  await cp(path.join(TOP, 'tsconfig.base.json'), path.join(folder, 'tsconfig.base.json'));
  await symlink(path.join(TOP, 'dist'), path.join(folder, 'dist'));
  const [, lines = ''] =
    /^npm run release\n([^]*?)^node /m.exec(await readFile(PAGE, 'utf8')) ?? [];
  expect(lines).toContain('npx tsc');
  await type(folder, lines);
}, 600_000);
afterAll(() => app?.end('SIGKILL'));

class EmbeddingApp {
  output = '';
  private readonly closed: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Its address, once it has printed it. */
  get url(): string | undefined {
    return /\[Orders\] (http\S+)/.exec(this.output)?.[1];
  }

  async call(route: string, body?: object): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url ?? ''}${route}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    return { status: response.status, body: await response.json() };
  }

  async progress(taskId: string): Promise<Progress> {
    const { body } = await this.call(`${BATCHES}/progress/${taskId}`);
    return (body as { readonly data: Progress }).data;
  }

  async until(taskId: string, reached: (progress: Progress) => boolean): Promise<Progress> {
    for (;;) {
      const progress = await this.progress(taskId);
      if (reached(progress)) return progress;
      await sleep(20);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    await this.closed;
    return this.child.exitCode;
  }
}

async function startApp(file: string): Promise<EmbeddingApp> {
  const child = spawn(process.execPath, [path.join(example, 'dist/main.js')], {
    cwd: folder,
    env: { APP_DB: file, PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  app = new EmbeddingApp(child);
  while (app.url === undefined) {
    if (child.exitCode !== null) return app;
    await sleep(20);
  }
  return app;
}

/** The app's file before Daysync uses it: orders, and the app's own migrations. */
async function fileOfApp(): Promise<string> {
  const file = path.join(await scratchFolder(), 'app.db');
  const handle = new DatabaseSync(file);
  handle.exec(`
    create table orders (
      id integer primary key, ordered_on text not null, customer text not null, cents integer not null
    );
    create table kysely_migration (name text primary key, timestamp text not null);
    insert into kysely_migration values ('0001_orders', '2024-01-01');
    pragma user_version = 7;`);
  const insert = handle.prepare('insert into orders values (?, ?, ?, ?)');
  insert.run(1, '2024-01-01', 'Ada', 1_250);
  insert.run(2, '2024-01-01', 'Grace', 99);
  insert.run(3, '2025-12-31', 'Ada', 5);
  handle.close();
  return file;
}

function query(file: string, text: string): unknown[] {
  const handle = new DatabaseSync(file, { readOnly: true });
  try {
    return handle.prepare(text).all();
  } finally {
    handle.close();
  }
}

describe('docs/embedding-sync.md', () => {
  it('shows every file of the example unchanged, and its other code compiles', async () => {
    const page = await readFile(PAGE, 'utf8');
    const shown = [...page.matchAll(/^\*\*([\w.]+[.]ts)\*\*\n\n```ts\n(.*?)^```$/gms)];
    const blocks = new Map(shown.map(([, name = '', text = '']) => [name, text]));
    expect(blocks.size).toBe(page.match(/^```ts$/gm)?.length);
    for (const name of await readdir(EXAMPLE)) {
      if (!name.endsWith('.ts')) continue;
      expect(blocks.get(name)).toBe(await readFile(path.join(EXAMPLE, name), 'utf8'));
      blocks.delete(name);
    }
    for (const [name, text] of blocks) {
      const file = path.join(example, name);
      await writeFile(file, text);
      expect(typeErrorsOf(file, { ...DECORATORS, paths: {} })).toEqual([]);
    }
  });
});

describe('examples/embed', () => {
  it('has rows: the batch that the page starts syncs them', async () => {
    const page = await readFile(PAGE, 'utf8');
    const range = JSON.parse(/^ {2}-d '(.*)'$/m.exec(page)?.[1] ?? '') as object;
    const file = path.join(await scratchFolder(), 'new.db');
    // A second start adds nothing.
    await (await startApp(file)).end('SIGTERM');
    const started = await startApp(file);
    const { status, body } = await started.call(BATCHES, range);
    expect(status).toBe(202);
    const taskId = (body as { readonly data: Progress }).data.task_id;
    expect(await started.until(taskId, ({ finished_at }) => finished_at !== null)).toMatchObject({
      status: 'completed',
      total: 31,
      success: 31,
    });
    const rows = /curl http:\/\/127\.0\.0\.1:3000(\S+\/rows)/.exec(page)?.[1] ?? '';
    expect(await started.call(rows)).toMatchObject({ status: 200, body: { data: { total: 2 } } });
    await started.end('SIGTERM');
    expect(query(file, 'select count(*) as rows from orders_by_day')).toEqual([{ rows: 62 }]);
  });

  it('syncs from the app’s table into the app’s file, through a kill, and changes nothing else', async () => {
    const file = await fileOfApp();
    const before = query(file, 'select * from orders');
    const first = await startApp(file);
    const { status, body } = await first.call(BATCHES, RANGE);
    expect({ status, body }).toMatchObject({ status: 202, body: { data: { total: DAYS } } });
    const taskId = (body as { readonly data: Progress }).data.task_id;
    await first.until(taskId, ({ finished }) => finished > 20);
    await first.end('SIGKILL');

    const second = await startApp(file);
    const ended = await second.until(taskId, ({ finished_at }) => finished_at !== null);
    const counts = { total: DAYS, success: 2, skipped: DAYS - 2, failed: 0 };
    expect(ended).toMatchObject({ status: 'completed', ...counts });
    expect(query(file, 'select * from orders_by_day order by id')).toEqual([
      { sync_day: '2024-01-01', id: 1, customer: 'Ada', total: '12.50' },
      { sync_day: '2024-01-01', id: 2, customer: 'Grace', total: '0.99' },
      { sync_day: '2025-12-31', id: 3, customer: 'Ada', total: '0.05' },
    ]);
    expect(query(file, 'select * from orders')).toEqual(before);
    expect(query(file, 'select name from kysely_migration')).toEqual([{ name: '0001_orders' }]);
    expect(query(file, 'pragma user_version')).toEqual([{ user_version: 7 }]);

    // A second process on the file reports the first and ends.
    const third = await startApp(file);
    expect(third.output).toMatch(/database: expected a file that no other process runs batches on/);
    app = second;
    expect(await second.end('SIGTERM')).not.toBe(1);
    expect(await readdir(path.dirname(file))).not.toContain('app.db-daysync-running');
  });
});

describe('the packed @daysync/nest', () => {
  it('runs a provider in a thread, and reads a SQLite file in a process', async () => {
    const datasets = await writeOtherProcesses(example);
    const file = path.join(example, 'other-processes.mjs');
    await writeFile(file, OTHER_PROCESSES);
    const given = JSON.stringify({ datasets, range: TWO_DAYS });
    const child = spawn(process.execPath, [file, given], { cwd: example, env: NEW_USER });
    const { code, stdout, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      numbers: [
        { state: 'success', rows: 1 },
        { state: 'failed', error: { code: 'NO_NUMBERS' } },
      ],
      copies: [
        { state: 'success', rows: 1 },
        { state: 'success', rows: 1 },
      ],
    });
  });
});
