import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import { AUTH_TOKENS, bearer, OPERATOR, RANGE, JSON_TYPE, TokenProgram } from '../token-program.js';

let program: TokenProgram;
beforeAll(async () => {
  program = await TokenProgram.start();
});

describe('a session', () => {
  it('is a cookie that is HttpOnly and SameSite, for 12 hours', async () => {
    const { answer, cookie } = await program.login(OPERATOR);
    expect(dataOf(answer)).toEqual({ login_needed: true, name: 'ana', role: 'operator' });
    const attributes = (answer.headers.get('set-cookie') ?? '').split('; ').slice(1);
    expect(attributes).toEqual(
      expect.arrayContaining(['Max-Age=43200', 'Path=/', 'HttpOnly', 'SameSite=Strict']),
    );
    expect(attributes).not.toContain('Secure');
    expect(await program.send('GET', 'session', cookie)).toMatchObject({
      body: { data: { name: 'ana' } },
    });
    expect(await program.send('GET', 'records', cookie)).toMatchObject({ status: 200 });
  });

  it('ends at once when it is revoked, and no other session ends', async () => {
    const [mine, other] = [await program.login(OPERATOR), await program.login(OPERATOR)];
    const left = await program.send('DELETE', 'session', mine.cookie);
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toMatch(/^daysync_session=;.*Expires=Thu, 01 Jan 1970/);
    expect(await program.send('GET', 'records', mine.cookie)).toMatchObject({ status: 401 });
    expect(await program.send('GET', 'records', other.cookie)).toMatchObject({ status: 200 });
    expect(await program.send('DELETE', 'session', mine.cookie)).toMatchObject({ status: 204 });
  });

  it('that a logout could not end is ended by the next logout, and not before', async () => {
    const started = (env: Record<string, string>, place?: string): Promise<DaysyncApp> =>
      startApp({
        ...(place === undefined ? {} : { folder: place }),
        datasets: [weather()],
        env: { AUTH_TOKENS, ...env },
      });
    // The first write is the login.
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
    // The browser must still have the cookie, to try again.
    expect(failed.headers.get('set-cookie')).toBeNull();
    expect(await full.api('session', { headers: { cookie } })).toMatchObject({ status: 401 });
    expect(await logout()).toMatchObject({ status: 204 });
    await full.stop();
    const again = await started({}, full.folder);
    expect(await again.api('session', { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it('needs a valid token', async () => {
    const { answer } = await program.login(`${OPERATOR}x`);
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await program.send('POST', 'session', {}, { token: 7 })).toMatchObject({ status: 400 });
  });
});

describe('a foreign Host', () => {
  it('is refused unless it is allowed, and behind a trusted proxy the cookie is Secure', async () => {
    const behind = await startApp({
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

  it('is answered 429 for each identity separately, and every start counts', async () => {
    const flooded = await startApp({
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
    // Other calls do not count.
    expect(await begin(OPERATOR, 'sync/batch/preview', {})).toMatchObject({ status: 400 });
    const read = await flooded.api('records', { headers: bearer(OPERATOR) });
    expect([read.status, read.headers.get('ratelimit')]).toEqual([200, null]);
    await flooded.stop();
  });

  it('is answered 429 after wrong tokens, and then the right one has to wait, too', async () => {
    const flooded = await startApp({ datasets: [weather()], env });
    const attempt = (token: string): Promise<Answer> => flooded.post('session', { token });
    for (const guess of ['one', 'two']) {
      expect(await attempt(guess.repeat(11))).toMatchObject({ status: 401 });
    }
    expectLimited(await attempt(OPERATOR), 'logins', 2);
    await flooded.stop();
  });
});
