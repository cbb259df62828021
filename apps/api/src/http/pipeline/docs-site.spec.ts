import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { startHttpServer, urlOf } from '../../../../../test/http-server.js';
import { sendRaw } from '../../../../../test/raw-request.js';
import { scratchFolder } from '../../../../../test/scratch.js';
import { Problem } from '../problems/problem.js';
import { docsSite, SITE_PATH } from './docs-site.js';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await scratchFolder();
  const app = express();
  app.use(SITE_PATH, docsSite(path.join(folder, 'site')));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (!(error instanceof Problem)) next(error);
    else response.status(error.status).json({ code: error.code, detail: error.message });
  });
  server = await startHttpServer(app);
});

function build(): void {
  mkdirSync(path.join(folder, 'site/assets'), { recursive: true });
  mkdirSync(path.join(folder, 'site.old'));
  // The second one begins like the folder of the site.
  for (const name of ['secret.html', 'site.old/secret.html']) {
    writeFileSync(path.join(folder, name), 'secret');
  }
  for (const name of ['index', 'start', '404']) {
    writeFileSync(path.join(folder, `site/${name}.html`), `the page ${name}`);
  }
  writeFileSync(path.join(folder, 'site/assets/app.BO1myihc.js'), 'script');
}

async function ask(target: string, method = 'GET'): Promise<globalThis.Response> {
  return fetch(urlOf(server) + target, { method, redirect: 'manual' });
}

describe('the documentation site', () => {
  it('names the command as long as it has not been built, and is there once it has', async () => {
    const before = await ask('/docs/site/');
    expect(before.status).toBe(404);
    expect(await before.json()).toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringContaining('run `npm run docs:site`') as string,
    });
    build();
    const after = await ask('/docs/site/');
    expect(after.status).toBe(200);
    expect(await after.text()).toBe('the page index');
  });

  it('is found without the slash at the end', async () => {
    build();
    const { status, headers } = await ask('/docs/site');
    expect([status, headers.get('location')]).toEqual([308, '/docs/site/']);
  });

  it('has pages that a browser asks for again each time, and files that it keeps', async () => {
    build();
    const page = await ask('/docs/site/start.html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-type')).toBe('text/html;charset=utf-8');
    const script = await ask('/docs/site/assets/app.BO1myihc.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('answers a page that is not there with its own page', async () => {
    build();
    const missing = await ask('/docs/site/none.html');
    expect(missing.status).toBe(404);
    expect(await missing.text()).toBe('the page 404');
  });

  it.each([
    '/docs/site/../secret.html',
    '/docs/site/../site.old/secret.html',
    '/docs/site/assets/../../site.old/secret',
    '/docs/site/%2e%2e/site.old/secret.html',
    '/docs/site/..%5csite.old%5csecret.html',
    '/docs/site/..%2fsite.old/secret.html',
  ])('serves nothing beside its folder: %s', async (target) => {
    build();
    // `fetch` would resolve `..` before it asks.
    const text = `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
    expect(await sendRaw({ url: urlOf(server) }, text)).toMatch(
      /^HTTP\/1\.1 404 [^]*\r\n\r\nthe page 404$/,
    );
  });

  it('is only read', async () => {
    build();
    expect((await ask('/docs/site/', 'POST')).status).toBe(405);
  });
});
