import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { sendRaw } from '../raw-request.js';
import { weather } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR, VIEWER } from '../token-program.js';

const WRONG = `${OPERATOR}x`;
/** Different wrong tokens, one more than the limit lets pass. */
const FOUR_WRONG = ['a', 'b', 'c', 'd'].map((end) => OPERATOR + end);
const RECORDS = 'GET /api/v1/sync-status/records HTTP/1.1\r\nhost: localhost\r\n';

interface Guess {
  /** The address that the connection comes from. */
  readonly from?: string;
  /** The address in `X-Forwarded-For`. */
  readonly client?: string;
}

/** The answer to a read with a token. */
async function read(
  daysync: DaysyncApp,
  token: string,
  { from, client }: Guess,
): Promise<{ readonly status: number; readonly answer: string }> {
  const forwarded = client === undefined ? '' : `x-forwarded-for: ${client}\r\n`;
  const text = `${RECORDS}${forwarded}authorization: Bearer ${token}\r\nconnection: close\r\n\r\n`;
  const answer = await sendRaw(daysync, text, { from });
  return { status: Number(answer.split(' ')[1]), answer };
}

describe('guesses of tokens', () => {
  let daysync: DaysyncApp;
  beforeAll(async () => {
    const env = { AUTH_TOKENS, LIMIT_LOGINS: '3' };
    daysync = await startApp({ datasets: [weather()], env });
  });

  const statuses = async (tokens: readonly string[], from: string): Promise<number[]> => {
    const all: number[] = [];
    for (const token of tokens) all.push((await read(daysync, token, { from })).status);
    return all;
  };

  it('are slowed down: then a wrong token gets 429, and a right one passes', async () => {
    const guesses = [...FOUR_WRONG, OPERATOR, VIEWER];
    expect(await statuses(guesses, '127.0.0.2')).toEqual([401, 401, 401, 429, 200, 200]);
    const { answer } = await read(daysync, WRONG, { from: '127.0.0.2' });
    expect(answer).toMatch(/\r\nretry-after: \d+\r\n[^]*"RATE_LIMITED"[^]*"limit":3/);
    expect(await statuses([WRONG, OPERATOR], '127.0.0.3')).toEqual([401, 200]);
    // Public pages stay open.
    const text = `GET /health/live HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${WRONG}\r\nconnection: close\r\n\r\n`;
    expect(await sendRaw(daysync, text, { from: '127.0.0.2' })).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the addresses of one /64 of IPv6', () => {
  it('count as one caller, for logins and for tokens', async () => {
    const env = { AUTH_TOKENS, LIMIT_LOGINS: '2', TRUST_PROXY: 'loopback' };
    const daysync = await startApp({ datasets: [weather()], env });
    let guesses = 0;
    const guess = async (client: string): Promise<number> => {
      guesses += 1;
      return (await read(daysync, `${WRONG}${guesses}`, { client })).status;
    };
    const login = async (client: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': client };
      const body = JSON.stringify({ token: WRONG });
      return (await daysync.api('session', { method: 'POST', headers, body })).status;
    };
    for (const call of [guess, login]) {
      expect(await call('2001:db8:1:2::1')).toBe(401);
      expect(await call('2001:db8:1:2:a:b:c:d')).toBe(401);
      expect(await call('2001:db8:1:2:ffff::9')).toBe(429);
      expect(await call('2001:db8:1:3::1')).toBe(401);
      expect(await call('::ffff:192.0.2.9')).toBe(401);
    }
  });
});
