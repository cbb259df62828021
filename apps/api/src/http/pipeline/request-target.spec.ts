import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { startHttpServer, urlOf } from '../../../../../test/http-server.js';
import { sendRaw } from '../../../../../test/raw-request.js';
import { scratchFolder } from '../../../../../test/scratch.js';
import { AccessGuard } from '../../auth/access.guard.js';
import { Tokens } from '../../auth/tokens.js';
import { readTokens } from '../../config/auth-tokens.js';
import { consoleFiles } from './console-files.js';
import { PreRouter } from './pre-router.js';
import { answerClientError } from './raw-problem.js';

const API = '/api/v1/sync-status/datasets';
const TOKENS = readTokens(`ana:operator:${'a'.repeat(32)}`);

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await scratchFolder();
});

/** Listens with an access guard, none of whose tokens is sent here, and with a route behind it. */
async function listen(consoleFolder: string): Promise<void> {
  const app = express();
  app.use(consoleFiles(consoleFolder));
  app.use('/api', (_request, response) => response.send('guarded'));
  app.use((_request, response) => response.send('public'));
  const preRouter = new PreRouter(app, (error) => {
    throw error;
  });
  const noSessions = { find: () => null, isActive: () => false };
  const config = { allowedHosts: [], trustProxy: 0 };
  const noGuesses = { countWrong: () => undefined };
  preRouter.add(new AccessGuard(new Tokens(TOKENS), noSessions, config, noGuesses));
  server = await startHttpServer(preRouter.handle.bind(preRouter));
  // Some targets Node itself refuses.
  server.on('clientError', answerClientError);
}

async function ask(target: string, host = 'localhost'): Promise<string> {
  const text = `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  return sendRaw({ url: urlOf(server) }, Buffer.from(text, 'latin1'));
}

describe.each(['with', 'without'])('a target, %s the console', (whether) => {
  beforeEach(async () => {
    writeFileSync(path.join(folder, 'index.html'), 'public');
    await listen(whether === 'with' ? folder : path.join(folder, 'missing'));
  });

  it.each([
    `/\\a@b${API}#x`,
    `//a@b${API}#x`,
    `//a@b${API}`,
    `/\\${API}`,
    `/x${API}#`,
    `/${API}`,
    `http://localhost/${API}`,
    `http://localhost${API}#x`,
    `http://localhost\\@a${API}`,
    `ftp://localhost${API}`,
    `/\u00a0${API}`,
    '*',
  ])('that others may read otherwise is refused: %s', async (target) => {
    const answer = await ask(target);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/"instance":"","code":"BAD_REQUEST"/);
    expect(answer).not.toContain('guarded');
  });

  it.each([API, API.toUpperCase(), `http://localhost${API}`, `HTTPS://127.0.0.1:1${API}?a=b`])(
    'is guarded however it is written: %s',
    async (target) => {
      expect(await ask(target)).toContain('"code":"UNAUTHENTICATED"');
    },
  );

  it.each(['/', '/batches/t1?x=/api/', 'http://localhost', 'http://localhost?a=b'])(
    'that is public is answered: %s',
    async (target) => {
      expect(await ask(target)).toMatch(/^HTTP\/1\.1 200 [^]*public$/);
    },
  );

  it('that is a whole URL has to name our host, whatever the header names', async () => {
    expect(await ask('http://evil.example/')).toContain('"code":"WRONG_HOST"');
    expect(await ask('http://ana@localhost/')).toContain('"code":"WRONG_HOST"');
    expect(await ask('http://localhost/', 'evil.example')).toMatch(/^HTTP\/1\.1 200 /);
  });
});
