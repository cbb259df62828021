import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  dataOf,
  runDaysync,
  startDaysync,
  type Answer,
  type DaysyncProcess,
} from '../daysync-process.js';
import { readEvents } from '../event-stream.js';
import { scratchFolder, weather, writeScratch } from '../scratch.js';
import type { Progress } from '../wire.js';

const OPERATOR = 'canary-Operator-0123456789-abcdefgh';
const VIEWER = 'canary-Viewer-0123456789-abcdefghij';
const AUTH_TOKENS = `ana:operator:${OPERATOR},ben:viewer:${VIEWER}`;
const JSON_TYPE = { 'content-type': 'application/json' };
const RANGE = { start_date: '2012-01-01', end_date: '2012-01-03' };
/** One day in a minute: a batch of several days stays as long as a test needs it. */
const SLOW = weather({
  name: 'slow',
  target: { ...weather().target, table: 'slow' },
  throttle: { days_per_minute: 1 },
});

let folder: string;
let daysync: DaysyncProcess;
beforeAll(async () => {
  folder = await scratchFolder();
  daysync = await start();
});

function start(tokens = AUTH_TOKENS): Promise<DaysyncProcess> {
  const env = {
    AUTH_TOKENS: tokens,
    LIMIT_LOGINS: '0',
    MAX_ACTIVE_BATCHES: '5',
    LOG_LEVEL: 'debug',
  };
  return startDaysync({ folder, datasets: [weather(), SLOW], env });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  return daysync.api(path, {
    method,
    headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Logs in; gives back the answer and the cookie as a browser sends it back. */
async function login(token: string): Promise<{ answer: Answer; cookie: Record<string, string> }> {
  const answer = await send('POST', 'session', {}, { token });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { answer, cookie: { cookie } };
}

describe('no or bad token', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a bad token', bearer(`${OPERATOR}x`)],
    ['a bad session', { cookie: `daysync_session=${'x'.repeat(43)}` }],
  ])('%s: 401 for reads and changes, and how one makes oneself known', async (_what, headers) => {
    const { total } = dataOf(await send('GET', 'sync/batch', bearer(VIEWER))) as { total: number };
    for (const answer of [
      await send('GET', 'records', headers),
      await send('GET', 'session', headers),
      await send('GET', 'sync/batch/progress/none', headers),
      await send('GET', 'sync/batch/progress/none/events', headers),
      await send('POST', 'sync/batch', headers, RANGE),
      await daysync.call('/metrics', { headers }),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(dataOf(await send('GET', 'sync/batch', bearer(VIEWER)))).toMatchObject({ total });
  });

  it('is asked for before a body is read', async () => {
    const body = 'x'.repeat(20_000);
    const answer = await daysync.api('sync/batch', { method: 'POST', headers: JSON_TYPE, body });
    expect(answer).toMatchObject({ status: 401 });
  });

  it.each(['/', '/records', '/health/live', '/docs', '/openapi.json'])(
    'is no matter at %s',
    async (path) => {
      expect(await daysync.call(path)).toMatchObject({ status: 200 });
    },
  );

  it.each([
    ['upper case', 'GET /API/v1/sync-status/records', 401],
    ['a whole URL', 'GET http://localhost/api/v1/sync-status/records', 401],
    ['a whole URL of another host', 'GET http://x/api/v1/sync-status/records', 421],
    ['two slashes', 'GET //api/v1/sync-status/records', 400],
    ['another host to url.parse', 'GET /\\a@b/api/v1/sync-status/records#x', 400],
    ['a slash behind', 'GET /api/v1/sync-status/records/', 401],
    ['upper case', 'POST /API/v1/sync-status/sync/batch', 401],
    ['another method on the session', 'PUT /api/v1/sync-status/session', 401],
  ])('is no way in by %s', async (_how, line, status) => {
    const { hostname, port } = new URL(daysync.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write(`${line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toContain(`HTTP/1.1 ${status} `);
  });
});

describe('role too low', () => {
  it.each([
    'sync/batch',
    'sync/batch/none/pause',
    'sync/batch/none/cancel',
    'sync/batch/none/retry',
  ])('a viewer is refused %s with 403', async (path) => {
    const answer = await send('POST', path, bearer(VIEWER), RANGE);
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('a viewer reads and previews', async () => {
    expect(await send('GET', 'records', bearer(VIEWER))).toMatchObject({ status: 200 });
    const preview = await send('POST', 'sync/batch/preview', bearer(VIEWER), RANGE);
    expect(preview).toMatchObject({ status: 200, body: { data: { total: 3 } } });
    const who = await send('GET', 'session', bearer(VIEWER));
    expect(dataOf(who)).toEqual({ login_needed: true, name: 'ben', role: 'viewer' });
  });
});

describe('listening beyond loopback with no tokens', () => {
  it('refuses to boot with 78, and says how to set them', async () => {
    const { code, stderr } = await runDaysync({ datasets: [weather()], env: { HOST: '0.0.0.0' } });
    expect(code).toBe(78);
    expect(stderr).toContain('environment HOST');
    expect(stderr).toContain('AUTH_TOKENS=name:operator:token');
  });

  it('boots with them, and without them says so where it is loopback', async () => {
    const open = await startDaysync({
      datasets: [weather()],
      env: { HOST: '0.0.0.0', AUTH_TOKENS },
    });
    const { port } = new URL(open.url);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/sync-status/records`);
    expect(answer.status).toBe(401);
    const warned = async (process: DaysyncProcess): Promise<boolean> =>
      (await process.logLines()).some(({ msg }) => String(msg).includes('AUTH_TOKENS is not set'));
    expect(await warned(open)).toBe(false);
    await open.stop();
    const local = await startDaysync({ datasets: [weather()] });
    expect(dataOf(await local.api('session'))).toEqual({
      login_needed: false,
      name: null,
      role: 'operator',
    });
    await local.stop();
    expect(await warned(local)).toBe(true);
  });

  it('tells a bad list by its place, never a token', async () => {
    const tokens = `ana:operator:${OPERATOR},${VIEWER},ben:root:${VIEWER},ana:viewer:short`;
    const { code, stdout, stderr } = await runDaysync({
      datasets: [weather()],
      env: { AUTH_TOKENS: tokens },
    });
    expect(code).toBe(78);
    for (const entry of [2, 3, 4]) expect(stderr).toContain(`entry ${entry}`);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('reads the list from a file, and warns where others may open it', async () => {
    const file = await writeScratch(await scratchFolder(), 'tokens', `ana:operator:${OPERATOR}\n`);
    spawnSync('chmod', ['644', file]);
    const process = await startDaysync({
      datasets: [weather()],
      env: { AUTH_TOKENS: `@${file}` },
    });
    const answer = await process.api('records', { headers: bearer(OPERATOR) });
    expect(answer).toMatchObject({ status: 200 });
    await process.stop();
    const told = (await process.logLines()).map(({ msg }) => String(msg));
    expect(told).toContainEqual(expect.stringMatching(/mode 644.*chmod 600/));
  });
});

describe('a session', () => {
  it('is a cookie that no script reads and no other site sends, for 12 hours', async () => {
    const { answer, cookie } = await login(OPERATOR);
    expect(dataOf(answer)).toEqual({ login_needed: true, name: 'ana', role: 'operator' });
    const attributes = (answer.headers.get('set-cookie') ?? '').split('; ').slice(1);
    expect(attributes).toEqual(
      expect.arrayContaining(['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict']),
    );
    expect(attributes).not.toContain('Secure');
    expect(await send('GET', 'session', cookie)).toMatchObject({ body: { data: { name: 'ana' } } });
    expect(await send('GET', 'records', cookie)).toMatchObject({ status: 200 });
  });

  it('ends at once when it is revoked, with its event streams, and no other does', async () => {
    const [mine, other] = [await login(OPERATOR), await login(OPERATOR)];
    const started = await send('POST', 'sync/batch', mine.cookie, { ...RANGE, dataset: 'slow' });
    const { task_id } = dataOf(started) as Progress;
    const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${task_id}/events`;
    const stream = await fetch(url, { headers: mine.cookie });
    const events: string[] = [];
    const reading = (async () => {
      for await (const { event } of readEvents(stream)) events.push(event);
    })();
    const left = await send('DELETE', 'session', mine.cookie);
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toMatch(/^daysync_session=;.*Expires=Thu, 01 Jan 1970/);
    await reading;
    expect(events).not.toContain('end');
    expect(await send('GET', 'records', mine.cookie)).toMatchObject({ status: 401 });
    expect(await send('GET', 'records', other.cookie)).toMatchObject({ status: 200 });
    expect(await send('DELETE', 'session', mine.cookie)).toMatchObject({ status: 204 });
    await send('POST', `sync/batch/${task_id}/cancel`, other.cookie);
  });

  it('outlives a restart, and dies with its token', async () => {
    const { cookie: ana } = await login(OPERATOR);
    const { cookie: ben } = await login(VIEWER);
    await daysync.stop();
    daysync = await start(`ana:operator:${OPERATOR},ben:viewer:${VIEWER}-new`);
    expect(await send('GET', 'records', ana)).toMatchObject({ status: 200 });
    expect(await send('GET', 'records', ben)).toMatchObject({ status: 401 });
    await daysync.stop();
    daysync = await start();
    expect(await send('GET', 'records', ben)).toMatchObject({ status: 401 });
    expect(await send('GET', 'records', ana)).toMatchObject({ status: 200 });
  });

  it('that could not be ended for good is ended by the next try, and not before', async () => {
    const started = (env: Record<string, string>, place?: string): Promise<DaysyncProcess> =>
      startDaysync({
        ...(place === undefined ? {} : { folder: place }),
        datasets: [weather()],
        env: { AUTH_TOKENS, ...env },
      });
    // The first write is the login's own.
    const full = await started({ DAYSYNC_FAULT: 'session:before_commit@2=disk_full' });
    const headers = { 'content-type': 'application/json' };
    const begun = await full.api('session', {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: OPERATOR }),
    });
    const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';');
    const logout = (): Promise<Answer> =>
      full.api('session', { method: 'DELETE', headers: { cookie } });
    const failed = await logout();
    expect(failed).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    // The browser has to have it still, to try again.
    expect(failed.headers.get('set-cookie')).toBeNull();
    expect(await full.api('session', { headers: { cookie } })).toMatchObject({ status: 401 });
    expect(await logout()).toMatchObject({ status: 204 });
    await full.stop();
    const again = await started({}, full.folder);
    expect(await again.api('session', { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it('of a wrong token is none', async () => {
    const { answer } = await login(`${OPERATOR}x`);
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await send('POST', 'session', {}, { token: 7 })).toMatchObject({ status: 400 });
  });
});

describe('cross-site unsafe request, cookie or not', () => {
  it('is refused before its body is read, and changes nothing', async () => {
    const { cookie } = await login(OPERATOR);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const large = 'x'.repeat(20_000);
    for (const headers of [
      foreign,
      { ...foreign, ...cookie },
      { ...foreign, ...bearer(OPERATOR) },
    ]) {
      for (const path of ['sync/batch', 'session']) {
        const answer = await daysync.api(path, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'text/plain' },
          body: large,
        });
        expect(answer).toMatchObject({ status: 403, body: { code: 'CROSS_SITE' } });
      }
      const logout = await send('DELETE', 'session', headers);
      expect(logout).toMatchObject({ status: 403, body: { code: 'CROSS_SITE' } });
    }
    expect(await send('GET', 'session', cookie)).toMatchObject({ status: 200 });
  });
});

describe('a Host that is not ours', () => {
  it('is refused unless it is allowed, and behind a trusted proxy the cookie is Secure', async () => {
    const behind = await startDaysync({
      datasets: [weather()],
      env: { AUTH_TOKENS, ALLOWED_HOSTS: 'sync.example.com', TRUST_PROXY: 'loopback' },
    });
    const through = (host: string, headers = {}, body = ''): Promise<[number, string]> =>
      new Promise((resolve, reject) => {
        const call = httpRequest(
          `${behind.url}/api/v1/sync-status/session`,
          { method: body === '' ? 'GET' : 'POST', headers: { host, ...JSON_TYPE, ...headers } },
          (response) => {
            response.resume();
            resolve([response.statusCode ?? 0, String(response.headers['set-cookie'])]);
          },
        );
        call.on('error', reject).end(body);
      });
    expect((await through('evil.example', bearer(OPERATOR)))[0]).toBe(421);
    expect((await through('sync.example.com:443', bearer(OPERATOR)))[0]).toBe(200);
    const headers = { origin: 'https://sync.example.com', 'x-forwarded-proto': 'https' };
    const [status, cookie] = await through(
      'sync.example.com',
      headers,
      JSON.stringify({ token: OPERATOR }),
    );
    expect([status, cookie]).toEqual([200, expect.stringContaining('; Secure')]);
    await behind.stop();
  });
});

describe('a flood of starts or logins', () => {
  const env = { AUTH_TOKENS, LIMIT_STARTS: '3', LIMIT_LOGINS: '2' };

  function expectLimited({ status, body, headers }: Answer, name: string, limit: number): void {
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', limit } });
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit-policy')).toBe(`"${name}";q=${limit};w=60`);
    expect(headers.get('ratelimit')).toBe(`"${name}";r=0;t=${seconds}`);
  }

  it('is answered 429, each identity by itself, and a start of any outcome counts', async () => {
    const flooded = await startDaysync({
      datasets: [weather()],
      env: { ...env, AUTH_TOKENS: `${AUTH_TOKENS},cleo:operator:${OPERATOR}-2` },
    });
    const begin = (token: string, path = 'sync/batch', body: unknown = {}): Promise<Answer> =>
      flooded.api(path, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...bearer(token) },
        body: JSON.stringify(body),
      });
    const first = await begin(OPERATOR);
    expect(first).toMatchObject({ status: 400 });
    expect(first.headers.get('ratelimit')).toMatch(/^"starts";r=2;t=\d+$/);
    expect(first.headers.get('retry-after')).toBeNull();
    expect(await begin(OPERATOR, 'sync/batch/none/retry')).toMatchObject({ status: 404 });
    expect(await begin(OPERATOR, 'sync/batch', RANGE)).toMatchObject({ status: 202 });
    expectLimited(await begin(OPERATOR, 'sync/batch', RANGE), 'starts', 3);
    expectLimited(await begin(OPERATOR, 'sync/batch/none/retry'), 'starts', 3);
    expect(await begin(`${OPERATOR}-2`)).toMatchObject({ status: 400 });
    // What is no start is not counted.
    expect(await begin(OPERATOR, 'sync/batch/preview', {})).toMatchObject({ status: 400 });
    const read = await flooded.api('records', { headers: bearer(OPERATOR) });
    expect([read.status, read.headers.get('ratelimit')]).toEqual([200, null]);
    await flooded.stop();
  });

  it('is answered 429 where tokens are tried, and the right one then has to wait too', async () => {
    const flooded = await startDaysync({ datasets: [weather()], env });
    const attempt = (token: string): Promise<Answer> => flooded.post('session', { token });
    for (const guess of ['one', 'two']) {
      expect(await attempt(guess.repeat(11))).toMatchObject({ status: 401 });
    }
    expectLimited(await attempt(OPERATOR), 'logins', 2);
    await flooded.stop();
  });

  it('is let by where the limit is 0', async () => {
    const open = await startDaysync({
      datasets: [weather()],
      env: { AUTH_TOKENS, LIMIT_LOGINS: '0' },
    });
    for (let time = 0; time < 15; time += 1) {
      const answer = await open.post('session', { token: 'wrong' });
      expect([answer.status, answer.headers.get('ratelimit')]).toEqual([401, null]);
    }
    await open.stop();
  });
});

describe('who did it', () => {
  it('is kept with the batch, shown, and there after a restart', async () => {
    const { cookie } = await login(OPERATOR);
    const range = { start_date: '2013-01-01', end_date: '2013-01-03', dataset: 'slow' };
    const started = dataOf(await send('POST', 'sync/batch', bearer(OPERATOR), range)) as Progress;
    expect(started).toMatchObject({ started_by: 'ana', last_control: null });
    const path = `sync/batch/${started.task_id}`;
    const paused = dataOf(await send('POST', `${path}/pause`, cookie)) as Progress;
    const control = { verb: 'pause', by: 'ana', at: expect.any(String) };
    expect(paused).toMatchObject({ started_by: 'ana', last_control: control });
    const shown = async (): Promise<Progress> =>
      dataOf(
        await send('GET', `sync/batch/progress/${started.task_id}`, bearer(VIEWER)),
      ) as Progress;
    // The day in flight may finish.
    while ((await shown()).running > 0) await sleep(20);
    const before = await shown();
    expect(before).toMatchObject({ last_control: paused.last_control });
    await daysync.stop();
    daysync = await start();
    expect(await shown()).toEqual(before);
    const list = dataOf(await send('GET', 'sync/batch', bearer(VIEWER))) as { items: unknown[] };
    expect(list.items).toContainEqual(before);
    const cancelled = dataOf(await send('POST', `${path}/cancel`, bearer(OPERATOR)));
    expect(cancelled).toMatchObject({ last_control: { verb: 'cancel', by: 'ana' } });
  });

  it('is nobody where there are no tokens', async () => {
    const local = await startDaysync({ datasets: [SLOW] });
    const { task_id } = await local.startBatch(RANGE);
    const answer = await local.api(`sync/batch/${task_id}/cancel`, { method: 'POST' });
    expect(dataOf(answer)).toMatchObject({
      started_by: null,
      last_control: { verb: 'cancel', by: null },
    });
    await local.stop();
  });
});

describe('secrets', () => {
  it('a canary token appears in no log, page, response or metric', async () => {
    const answers: string[] = [];
    const keep = ({ headers, body }: Answer): void => {
      answers.push(JSON.stringify([...headers]), JSON.stringify(body));
    };
    const { answer, cookie } = await login(OPERATOR);
    keep(answer);
    for (const headers of [bearer(OPERATOR), bearer(VIEWER), bearer(`${OPERATOR}x`), cookie, {}]) {
      for (const path of ['/', '/docs', '/openapi.json', '/health/live', '/metrics', '/nowhere']) {
        keep(await daysync.call(path, { headers }));
      }
      for (const path of ['session', 'records', 'datasets', 'sync/batch', 'nothing']) {
        keep(await send('GET', path, headers));
      }
      keep(await send('POST', 'sync/batch', headers, {}));
      keep(await send('POST', 'session', headers, { token: `${OPERATOR}x` }));
    }
    await daysync.stop();
    const places = {
      answers: answers.join('\n'),
      log: await readFile(daysync.logFile, 'utf8'),
      terminal: daysync.output.stdout + daysync.output.stderr,
      database: (await readFile(daysync.databaseFile)).toString('latin1'),
    };
    const secret = cookie['cookie']?.split('=')[1] ?? '';
    expect(secret).toHaveLength(43);
    for (const [place, text] of Object.entries(places)) {
      expect([place, text.length > 1_000]).toEqual([place, true]);
      expect([place, text.includes('canary')]).toEqual([place, false]);
      // The login's own answer is where a session's secret goes, and nowhere else.
      const elsewhere = place === 'answers' ? answers.slice(1).join('\n') : text;
      expect([place, elsewhere.includes(secret)]).toEqual([place, false]);
    }
    daysync = await start();
  });
});
