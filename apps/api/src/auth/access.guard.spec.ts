import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { readTokens, secretHash } from '../config/auth-tokens.js';
import type { TrustedProxies } from '../config/network.js';
import { callerOf } from '../http/pipeline/caller.js';
import { Problem } from '../http/problems/problem.js';
import { AccessGuard } from './access.guard.js';
import type { LoginSession } from './sessions.js';
import { TokenGuesses } from './token-guesses.js';
import { Tokens } from './tokens.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const { tokens } = readTokens(`ana:operator:${A},ben:viewer:${B}`);
const SECRET = 'S'.repeat(43);
const API = '/api/v1/sync-status';

/** One session, of the operator. */
class OneSession {
  goesOnStill = true;
  private readonly session: LoginSession;

  constructor() {
    const [token] = tokens;
    if (token === undefined) throw new Error('expected a token');
    this.session = { id: 'one', token, expiresAt: Infinity };
  }
  find = (secret: string): LoginSession | null =>
    secret === SECRET && this.goesOnStill ? this.session : null;
  isActive = (session: LoginSession): boolean => session === this.session && this.goesOnStill;
}

interface GuardedRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

let sessions: OneSession;
let guard: AccessGuard;
let now = 0;
beforeEach(() => {
  sessions = new OneSession();
  guard = guardOf();
});

function guardOf(known = tokens, trustProxy: TrustedProxies = 0, limitLogins = 0): AccessGuard {
  const config = { allowedHosts: ['sync.example.com'], trustProxy };
  const guesses = new TokenGuesses({ limitLogins }, { monotonic: () => now });
  return new AccessGuard(new Tokens({ tokens: known }), sessions, config, guesses);
}

function requestOf({
  method = 'GET',
  url = `${API}/records`,
  headers,
  from,
}: GuardedRequest): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: from ?? '127.0.0.1' });
  const request = new IncomingMessage(socket);
  Object.assign(request, { method, url });
  Object.assign(request.headers, { host: 'localhost' }, headers);
  return request;
}

/** The name of the caller of a request, or the code that it is refused with. */
function enter(asked: GuardedRequest, through = guard): string | null {
  const request = requestOf(asked);
  try {
    through.handle(request);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.detail).not.toMatch(/aaaa|bbbb|SSSS|xxxx/);
    return error.code;
  }
  return callerOf(request).identity?.name ?? null;
}

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
const cookie = (secret: string): Record<string, string> => ({
  cookie: `daysync_session=${secret}`,
});
const START = { method: 'POST', url: `${API}/sync/batch` };

describe('the caller', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a token', bearer(A), 'ana'],
    ['a token, written otherwise', { authorization: `bearer  ${B}` }, 'ben'],
    ['a session', cookie(SECRET), 'ana'],
    ['a token before a session', { ...bearer(B), ...cookie(SECRET) }, 'ben'],
    ['nothing', {}, 'UNAUTHENTICATED'],
    ['a wrong token', bearer('x'.repeat(32)), 'UNAUTHENTICATED'],
    ['a token with more behind it', bearer(`${A} x`), 'UNAUTHENTICATED'],
    ['a token and a blank behind it', bearer(`${A} `), 'ana'],
    ['a longer token', bearer(`${A}a`), 'UNAUTHENTICATED'],
    ['the hash of a token', bearer(secretHash(A)), 'UNAUTHENTICATED'],
    ['a token alone', { authorization: A }, 'UNAUTHENTICATED'],
    ['a token right behind its scheme', { authorization: `Bearer${A}` }, 'UNAUTHENTICATED'],
    ['a word before the scheme', { authorization: `x Bearer ${A}` }, 'UNAUTHENTICATED'],
    ['a wrong token beside a session', { ...bearer('x'), ...cookie(SECRET) }, 'UNAUTHENTICATED'],
    ['another scheme', { authorization: `Basic ${A}` }, 'UNAUTHENTICATED'],
    ['a session that is none', cookie('x'.repeat(43)), 'UNAUTHENTICATED'],
    ['a token as a session', cookie(A), 'UNAUTHENTICATED'],
    ['a session as a token', bearer(SECRET), 'UNAUTHENTICATED'],
  ])('with %s', (_what, headers, who) => {
    // A right token is remembered, and no other one for it.
    const sent = [bearer(A), headers, headers];
    expect(sent.map((each) => enter({ headers: each }))).toEqual(['ana', who, who]);
  });

  it('may see events as long as its session lasts, and without end with a token', () => {
    const [withCookie, withToken] = [cookie(SECRET), bearer(A)].map((headers) => {
      const request = requestOf({ headers });
      guard.handle(request);
      return callerOf(request);
    });
    expect([withCookie?.maySee(), withToken?.maySee()]).toEqual([true, true]);
    sessions.goesOnStill = false;
    expect([withCookie?.maySee(), withToken?.maySee()]).toEqual([false, true]);
    expect(enter({ headers: cookie(SECRET) })).toBe('UNAUTHENTICATED');
  });

  it('may be anyone without AUTH_TOKENS', () => {
    expect(enter({}, guardOf([]))).toBeNull();
    expect(enter(START, guardOf([]))).toBeNull();
  });

  it('is unknown before the access guard', () => {
    expect(() => callerOf(requestOf({}))).toThrow(TypeError);
  });

  it('of a public path may be anyone', () => {
    expect(enter({ url: '/' })).toBeNull();
    expect(enter({ url: '/', headers: bearer('x') })).toBeNull();
    expect(enter({ url: '/', headers: bearer(A) })).toBe('ana');
    expect(enter({ method: 'POST', url: `${API}/session` })).toBeNull();
  });
});

describe('what a role allows', () => {
  it('a viewer reads and previews, and starts nothing', () => {
    const headers = bearer(B);
    expect(enter({ headers })).toBe('ben');
    expect(enter({ ...START, url: `${API}/sync/batch/preview`, headers })).toBe('ben');
    expect(enter({ ...START, headers })).toBe('FORBIDDEN');
    expect(enter({ ...START, headers: bearer(A) })).toBe('ana');
  });

  it('is not checked before the caller is known', () => {
    expect(enter(START)).toBe('UNAUTHENTICATED');
  });
});

describe('what is refused before the caller is identified', () => {
  it('another host, even for what is public', () => {
    const headers = { host: 'evil.example', ...bearer(A) };
    expect(enter({ url: '/', headers })).toBe('WRONG_HOST');
    expect(enter({ headers: { host: 'sync.example.com', ...bearer(A) } })).toBe('ana');
  });

  it.each<[string, Record<string, string>]>([
    ['an origin', { origin: 'https://evil.example' }],
    ['what the browser says', { 'sec-fetch-site': 'cross-site' }],
  ])('a change from another site, by %s, with or without a cookie', (_what, headers) => {
    expect(enter({ ...START, headers })).toBe('CROSS_SITE');
    expect(enter({ ...START, headers: { ...headers, ...cookie(SECRET) } })).toBe('CROSS_SITE');
    expect(enter({ method: 'POST', url: `${API}/session`, headers })).toBe('CROSS_SITE');
    expect(enter({ headers: { ...headers, ...bearer(A) } })).toBe('ana');
  });

  it('an origin of https is our own behind a proxy that is trusted alone', () => {
    const headers = {
      ...bearer(A),
      host: 'sync.example.com',
      origin: 'https://sync.example.com',
      'x-forwarded-proto': 'https',
    };
    const asked = { ...START, headers, from: '10.0.0.1' };
    expect(enter(asked)).toBe('CROSS_SITE');
    expect(enter(asked, guardOf(tokens, ['10.0.0.1']))).toBe('ana');
    expect(enter(asked, guardOf(tokens, ['10.0.0.2']))).toBe('CROSS_SITE');
  });
});

describe('guesses of tokens', () => {
  const from = (address: string, secret: string, through: AccessGuard): string | null =>
    enter({ headers: bearer(secret), from: address }, through);
  const WRONG = 'x'.repeat(32);
  const OTHER = 'y'.repeat(32);
  const THIRD = 'z'.repeat(32);

  it('lock out no right token, also one that was never seen from there, nor a session', () => {
    const through = guardOf(tokens, 0, 1);
    expect(from('192.0.2.1', WRONG, through)).toBe('UNAUTHENTICATED');
    expect(from('192.0.2.1', OTHER, through)).toBe('RATE_LIMITED');
    expect(from('192.0.2.1', A, through)).toBe('ana');
    expect(from('192.0.2.1', B, through)).toBe('ben');
    expect(enter({ headers: cookie(SECRET), from: '192.0.2.1' }, through)).toBe('ana');
  });

  it('count once a minute for each wrong token: a program that repeats one makes one guess', () => {
    const through = guardOf(tokens, 0, 2);
    for (let time = 0; time < 59_000; time += 1_000) {
      expect(from('192.0.2.1', WRONG, through)).toBe('UNAUTHENTICATED');
      now += 1_000;
    }
    expect(from('192.0.2.1', OTHER, through)).toBe('UNAUTHENTICATED');
    expect(from('192.0.2.1', WRONG, through)).toBe('UNAUTHENTICATED');
    now += 1_000;
    // A minute after its first time it counts again.
    expect(from('192.0.2.1', WRONG, through)).toBe('UNAUTHENTICATED');
    expect(from('192.0.2.1', THIRD, through)).toBe('RATE_LIMITED');
    // One that was not counted is no other guess than before.
    expect(from('192.0.2.1', THIRD, through)).toBe('RATE_LIMITED');
  });

  it('count at a login as well, whose limit shows a right one', () => {
    const through = guardOf(tokens, 0, 1);
    const login = { method: 'POST', url: `${API}/session`, from: '192.0.2.1' };
    expect(enter({ ...login, headers: bearer(WRONG) }, through)).toBeNull();
    expect(enter({ ...login, headers: bearer(OTHER) }, through)).toBe('RATE_LIMITED');
    expect(enter({ ...login, headers: bearer(A) }, through)).toBe('ana');
    expect(enter(login, through)).toBeNull();
  });
});

describe('a request of a proxy', () => {
  it.each(['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-proto'])(
    'with %s is refused without tokens, at every path, and accepted with them',
    (name) => {
      const headers = { [name]: 'x' };
      for (const url of ['/', '/health/live', `${API}/records`]) {
        expect(enter({ url, headers }, guardOf([]))).toBe('PROXY_NEEDS_TOKENS');
      }
      expect(enter({ headers: { ...bearer(A), ...headers } })).toBe('ana');
    },
  );
});
