import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from '../database-queries.js';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, weather, writeScratch } from '../scratch.js';
import {
  AUTH_TOKENS,
  bearer,
  JSON_TYPE,
  OPERATOR,
  RANGE,
  VIEWER,
  TokenProgram,
} from '../token-program.js';
import type { Progress } from '../wire.js';

let program: TokenProgram;
beforeAll(async () => {
  program = await TokenProgram.start();
});

describe('no or bad token', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a bad token', bearer(`${OPERATOR}x`)],
    ['a bad session', { cookie: `daysync_session=${'x'.repeat(43)}` }],
  ])('%s: 401 for reads and changes, with the way to log in', async (_what, headers) => {
    const { total } = dataOf(await program.send('GET', 'sync/batch', bearer(VIEWER))) as {
      total: number;
    };
    for (const answer of [
      await program.send('GET', 'records', headers),
      await program.send('GET', 'session', headers),
      await program.send('GET', 'sync/batch/progress/none', headers),
      await program.send('GET', 'sync/batch/progress/none/events', headers),
      await program.send('POST', 'sync/batch', headers, RANGE),
      await program.daysync.call('/metrics', { headers }),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(dataOf(await program.send('GET', 'sync/batch', bearer(VIEWER)))).toMatchObject({
      total,
    });
  });

  it('is checked before the body is read', async () => {
    const body = 'x'.repeat(20_000);
    const answer = await program.daysync.api('sync/batch', {
      method: 'POST',
      headers: JSON_TYPE,
      body,
    });
    expect(answer).toMatchObject({ status: 401 });
  });
});

describe('listening beyond loopback with no tokens', () => {
  it('boots with tokens; without them it logs that on loopback', async () => {
    const open = await startApp({ datasets: [weather()], env: { HOST: '0.0.0.0', AUTH_TOKENS } });
    const { port } = new URL(open.url);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/sync-status/records`);
    expect(answer.status).toBe(401);
    const warned = async (process: DaysyncApp): Promise<boolean> =>
      (await process.logLines()).some(({ msg }) => String(msg).includes('AUTH_TOKENS is not set'));
    await open.stop();
    expect(await warned(open)).toBe(false);
    const local = await startApp({ datasets: [weather()] });
    expect(dataOf(await local.api('session'))).toEqual({
      login_needed: false,
      name: null,
      role: 'operator',
    });
    await local.stop();
    expect(await warned(local)).toBe(true);
  });

  it('reads the list from a file, and warns if others may open it', async () => {
    const file = await writeScratch(await scratchFolder(), 'tokens', `ana:operator:${OPERATOR}\n`);
    spawnSync('chmod', ['644', file]);
    const process = await startApp({ datasets: [weather()], env: { AUTH_TOKENS: `@${file}` } });
    const answer = await process.api('records', { headers: bearer(OPERATOR) });
    expect(answer).toMatchObject({ status: 200 });
    await process.stop();
    const messages = (await process.logLines()).map(({ msg }) => String(msg));
    expect(messages).toContainEqual(expect.stringMatching(/mode 644.*chmod 600/));
  });
});

describe('the name of a caller', () => {
  it('is shown with the batch that it has started and controlled', async () => {
    const { cookie } = await program.login(OPERATOR);
    const range = { start_date: '2013-01-01', end_date: '2013-01-03', dataset: 'slow' };
    const started = dataOf(
      await program.send('POST', 'sync/batch', bearer(OPERATOR), range),
    ) as Progress;
    expect(started).toMatchObject({ started_by: 'ana', last_control: null });
    const path = `sync/batch/${started.task_id}`;
    const paused = dataOf(await program.send('POST', `${path}/pause`, cookie)) as Progress;
    const control = { verb: 'pause', by: 'ana', at: expect.any(String) as unknown };
    expect(paused).toMatchObject({ started_by: 'ana', last_control: control });
    const cancelled = dataOf(await program.send('POST', `${path}/cancel`, bearer(OPERATOR)));
    expect(cancelled).toMatchObject({ last_control: { verb: 'cancel', by: 'ana' } });
  });
});

describe('secrets', () => {
  it('a canary token appears in no log, page, response or metric', async () => {
    const process = Promise.withResolvers<DaysyncProcess>();
    const own = await TokenProgram.start(async (options) => {
      const started = await startDaysync(options);
      process.resolve(started);
      return started;
    });
    const { output } = await process.promise;
    const answers: string[] = [];
    const keep = ({ headers, body }: Answer): void => {
      answers.push(JSON.stringify([...headers]), JSON.stringify(body));
    };
    const { answer, cookie } = await own.login(OPERATOR);
    keep(answer);
    for (const headers of [bearer(OPERATOR), bearer(VIEWER), bearer(`${OPERATOR}x`), cookie, {}]) {
      for (const path of ['/', '/docs', '/openapi.json', '/health/live', '/metrics', '/nowhere']) {
        keep(await own.daysync.call(path, { headers }));
      }
      for (const path of [
        'session',
        'records',
        'records/export',
        'datasets',
        'sync/batch',
        'nothing',
      ]) {
        keep(await own.send('GET', path, headers));
      }
      keep(await own.send('POST', 'sync/batch', headers, {}));
      keep(await own.send('POST', 'session', headers, { token: `${OPERATOR}x` }));
    }
    await own.daysync.stop();
    const places = {
      answers: answers.join('\n'),
      log: await readFile(own.daysync.logFile, 'utf8'),
      terminal: output.stdout + output.stderr,
      database: await contentOf(own.daysync.database),
    };
    const secret = cookie['cookie']?.split('=')[1] ?? '';
    expect(secret).toHaveLength(43);
    for (const [place, text] of Object.entries(places)) {
      expect([place, text.length > 1_000]).toEqual([place, true]);
      expect([place, text.includes('canary')]).toEqual([place, false]);
      // Only the login's answer contains the secret of a session.
      const elsewhere = place === 'answers' ? answers.slice(1).join('\n') : text;
      expect([place, elsewhere.includes(secret)]).toEqual([place, false]);
    }
  });
});
