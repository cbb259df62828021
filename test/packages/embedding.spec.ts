// Follows docs/embedding.md: two new apps, with the package that `npm run release` has packed.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { freePort } from '../free-port.js';
import { startHttpServer } from '../http-server.js';
import { TOP } from '../scratch.js';
import { NEW_USER, openPage, outsideFolder, start, type } from './new-user.js';
import { PageBlocks } from './page-blocks.js';

/** How the page names the folder of the repository. */
const REPOSITORY = '/path/to/daysync';
/** The files of the last section, which are optional. */
const OPTIONAL_FILES = ['sync-web/src/app/app.config.ts', 'sync-web/src/app/session.ts'];
const END = 'Sync completed: 9 succeeded, 0 failed, 1 skipped';

let folder: string;
let blocks: PageBlocks;
let api: string;
let port: number;
let page: Page;
let faults: string[];

beforeAll(async () => {
  folder = await outsideFolder();
  blocks = await PageBlocks.of(path.join(TOP, 'docs/embedding.md'));
  const lines = (words: string): string => {
    const printed = blocks.shell(words);
    expect(printed).toContain(`npm install ${REPOSITORY}/`);
    return printed.replaceAll(REPOSITORY, TOP);
  };
  await type(folder, lines('new sync-api'));
  await type(folder, lines('new sync-web'));
  await blocks.writeFiles(folder, (name) => !OPTIONAL_FILES.includes(name));
  port = await freePort();
  const proxy = path.join(folder, 'sync-web/proxy.conf.mjs');
  // Port 3000 may be in use.
  await writeFile(proxy, (await readFile(proxy, 'utf8')).replace('3000', String(port)));
  ({ page, faults } = await openPage());
}, 900_000);

/** Every percentage that the bar shows until the end. */
async function shownPercentages(address: string): Promise<readonly number[]> {
  faults.length = 0;
  await page.goto(address);
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const value = document.querySelector('progress')?.value;
      if (value !== undefined && value !== seen.at(-1)) seen.push(value);
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await page.getByRole('button', { name: 'Sync ten days' }).click();
  await page.getByText(END).waitFor();
  await page.getByText('10/10 (100 %)').waitFor();
  expect(await page.getByRole('button').isEnabled()).toBe(true);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(faults).toEqual([]);
  return page.evaluate(() => (globalThis as unknown as { seen: readonly number[] }).seen);
}

describe('the Nest app', () => {
  it('builds and starts', async () => {
    const env = { PORT: String(port) };
    const line = blocks.shell('npm start');
    await start(path.join(folder, 'sync-api'), line, /successfully started/, env);
    api = `http://127.0.0.1:${port}`;
    // Nest logs this before it listens.
    while (!(await fetch(api).catch(() => undefined))) await sleep(50);
  });

  it('refuses an invalid range and an unknown batch', async () => {
    const batch = `${api}/api/v1/sync-status/sync/batch`;
    const headers = { 'content-type': 'application/json' };
    const send = (body: object) =>
      fetch(batch, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await send({})).status).toBe(400);
    expect((await send({ start_date: '2025-10-02', end_date: '2025-10-01' })).status).toBe(400);
    const unknown = await fetch(`${batch}/progress/none`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'BATCH_NOT_FOUND' });
  });

  it('answers the curl command, and refuses a second batch', async () => {
    const line = blocks.shell('curl').replace('3000', String(port));
    const { stdout } = await promisify(execFile)('bash', ['-euc', line], { env: NEW_USER });
    const { data } = JSON.parse(stdout) as { readonly data: { readonly task_id: string } };
    expect(data).toMatchObject({ status: 'queued', total: 10 });
    const again = await promisify(execFile)('bash', ['-euc', line], { env: NEW_USER });
    expect(JSON.parse(again.stdout)).toMatchObject({ statusCode: 409 });
    const address = `${api}/api/v1/sync-status/sync/batch/progress/${data.task_id}`;
    let progress: { readonly finished_at: string | null };
    do {
      const answer = await fetch(address);
      progress = ((await answer.json()) as { readonly data: typeof progress }).data;
    } while (progress.finished_at === null);
    expect(progress).toMatchObject({ status: 'completed', success: 9, skipped: 1, percent: 100 });
  });
});

describe('the Angular app', () => {
  it('shows a batch until it ends, in the development server', async () => {
    const line = `${blocks.shell('--proxy-config').trim()} --port 0`;
    const served = await start(path.join(folder, 'sync-web'), line, /Local:\s+(\S+)/);
    const seen = await shownPercentages(served.found);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(100);
    await served.stop();
  });

  it('shows it as built, with its own settings', async () => {
    expect(await blocks.writeFiles(folder, (name) => OPTIONAL_FILES.includes(name))).toEqual(
      OPTIONAL_FILES,
    );
    const web = path.join(folder, 'sync-web');
    expect(await type(web, 'npx ng build')).not.toMatch(/warning/i);
    const tokens = new Set<string | undefined>();
    const address = await serve(path.join(web, 'dist/sync-web/browser'), (token) =>
      tokens.add(token),
    );
    expect((await shownPercentages(address)).at(-1)).toBe(100);
    expect([...tokens]).toEqual(['Bearer the token of the session']);
  });
});

/** Serves a built app, and forwards its API requests to the Nest app, like a reverse proxy. */
async function serve(built: string, polled: (authorization?: string) => void): Promise<string> {
  const server = await startHttpServer((incoming, response) => {
    const { url = '/', method, headers } = incoming;
    if (url.startsWith('/api/')) {
      if (method === 'GET') polled(headers.authorization);
      const onward = request(api + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
      return;
    }
    const name = url === '/' ? 'index.html' : url;
    const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };
    response.setHeader('content-type', types[path.extname(name)] ?? 'text/html');
    readFile(path.join(built, path.normalize(name))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
