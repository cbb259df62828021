import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { sendRaw } from '../raw-request.js';
import { weather } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR, VIEWER } from '../token-program.js';
import type { WireProblem } from '../wire.js';

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather()] });
});

const HOST = 'host: localhost\r\n';

describe('an invalid request', () => {
  it.each([
    ['a line without a colon', `GET / HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`, 400, 'BAD_REQUEST'],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'headers over 16 kB',
      `GET / HTTP/1.1\r\n${HOST}x: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['a tunnel', `CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`, 404, 'NOT_FOUND'],
    ...['/\\a@b/api/v1/sync-status/datasets#x', '//a@b/health/live', '/#x', 'ftp://localhost/'].map(
      (target): [string, string, number, string] => [
        `the target ${target}`,
        `GET ${target} HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`,
        400,
        'BAD_REQUEST',
      ],
    ),
    [
      'a whole URL of another host',
      `GET http://evil.example/health/live HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`,
      421,
      'WRONG_HOST',
    ],
    ['two hosts', `GET / HTTP/1.1\r\n${HOST}${HOST}connection: close\r\n\r\n`, 400, 'BAD_REQUEST'],
    [
      'two hosts, one of which is not ours, before a whole URL',
      `GET http://localhost/ HTTP/1.1\r\n${HOST}Host: evil.example\r\nconnection: close\r\n\r\n`,
      400,
      'BAD_REQUEST',
    ],
    ['no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 421, 'WRONG_HOST'],
    [
      'an unknown expectation, for an unknown path',
      `GET /api/x HTTP/1.1\r\n${HOST}expect: wonders\r\nconnection: close\r\n\r\n`,
      404,
      'NOT_FOUND',
    ],
  ])('gets a problem like every error: %s', async (_, text, status, code) => {
    const answer = await sendRaw(daysync, text);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json');
    const problem = JSON.parse(body) as WireProblem;
    expect(problem).toMatchObject({ status, code, type: `/docs/errors#${code}` });
    expect(head).toContain(`x-request-id: ${problem.request_id}`);
    expect(head).toMatch(/^x-content-type-options: nosniff\r$/m);
  });

  it('a URL of this server counts as its path', async () => {
    const text = `GET ${daysync.url}/health/live HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`;
    expect(await sendRaw(daysync, text)).toMatch(/^HTTP\/1\.1 200 [^]*"live"/);
  });
});

describe('a wrong method', () => {
  const API = '/api/v1/sync-status';

  it.each([
    ['POST', `${API}/records`, 'GET, HEAD'],
    ['DELETE', `${API}/records/weather/2012-01-01/history?page=1`, 'GET, HEAD'],
    ['PUT', `${API}/session`, 'DELETE, GET, HEAD, POST'],
    ['PATCH', `${API}/sync/batch/`, 'GET, HEAD, POST'],
    ['GET', `${API}/sync/batch/preview`, 'POST'],
    ['GET', `${API}/sync/batch/none/pause`, 'POST'],
    ['PUT', `${API}/sync/batch/progress/none`, 'GET, HEAD'],
    ['POST', `${API}/sync/batch/progress/none/events`, 'GET, HEAD'],
    ['TRACE', '/health/live', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
    ['POST', '/docs/errors', 'GET, HEAD'],
    ['OPTIONS', `${API}/records`, 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', '/records', 'GET, HEAD'],
  ])('%s %s: 405 with the methods of the path', async (method, target, allow) => {
    const text = `${method} ${target} HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`;
    const [head = '', body = ''] = (await sendRaw(daysync, text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 405 /);
    expect(head).toContain(`\r\nallow: ${allow}\r\n`);
    expect(JSON.parse(body)).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      allow: allow.split(', '),
    });
  });

  it.each(['/api', `${API}/nothing`, '/metrics/x'])(
    'of a path without operations: 404 for %s',
    async (target) => {
      const text = `POST ${target} HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`;
      expect(await sendRaw(daysync, text)).toMatch(/^HTTP\/1\.1 404 [^]*"NOT_FOUND"/);
    },
  );
});

describe('a body that waits for 100 Continue', () => {
  const ASK = 'expect: 100-continue\r\nconnection: close\r\n';
  const START = 'POST /api/v1/sync-status/sync/batch HTTP/1.1\r\n';
  const JSON_TYPE = 'content-type: application/json\r\n';
  const BODY = '{"start_date":"2012-01-01","end_date":"2012-01-02"}';

  it.each([
    ['of another site', `${HOST}${JSON_TYPE}origin: https://evil.example\r\n`, 51, 403],
    ['for another host', `host: evil.example\r\n${JSON_TYPE}`, 51, 421],
    ['that is no JSON', `${HOST}content-type: text/xml\r\n`, 51, 415],
    ['that is too large', `${HOST}${JSON_TYPE}`, 16_385, 413],
  ])('%s is refused before it is sent', async (_what, headers, length, status) => {
    const text = `${START}${headers}${ASK}content-length: ${length}\r\n\r\n`;
    // It must not wait for the body.
    expect(await sendRaw(daysync, text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('is asked for once nothing refuses the request', async () => {
    const text = `${START}${HOST}${JSON_TYPE}${ASK}content-length: ${BODY.length}\r\n\r\n`;
    const answer = await sendRaw(daysync, text, { afterContinue: BODY });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
  });

  it('of a caller without a token is refused before it is sent', async () => {
    const guarded = await startApp({ datasets: [weather()], env: { AUTH_TOKENS } });
    const text = `${START}${HOST}${JSON_TYPE}${ASK}content-length: ${BODY.length}\r\n`;
    expect(await sendRaw(guarded, `${text}\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
    const viewer = `${text}authorization: Bearer ${VIEWER}\r\n\r\n`;
    expect(await sendRaw(guarded, viewer)).toMatch(/^HTTP\/1\.1 403 /);
    const operator = `${text}authorization: Bearer ${OPERATOR}\r\n\r\n`;
    expect(await sendRaw(guarded, operator, { afterContinue: BODY })).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /,
    );
    await guarded.stop();
  });
});
