import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { sendRaw } from '../raw-request.js';
import { weather } from '../scratch.js';
import type { WireProblem } from '../wire.js';

let daysync: DaysyncProcess;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather()] });
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

  it('slow headers: the connection is closed', async () => {
    const answer = await sendRaw(daysync, `GET / HTTP/1.1\r\n${HOST}x: `);
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"REQUEST_TIMEOUT"/);
  });
});
