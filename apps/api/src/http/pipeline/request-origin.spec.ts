import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  refuseOtherHosts,
  refuseSeveralHosts,
  isSameOrigin,
  refuseCrossSite,
} from './request-origin.js';

const ALLOWED = new Set(['sync.example.com', '10.0.0.7:8000', '[fd00::7]']);

function asking(host: string | undefined, allowed: ReadonlySet<string> = ALLOWED): () => void {
  const request = new IncomingMessage(new Socket());
  request.headers.host = host;
  return () => {
    refuseOtherHosts(request, allowed);
  };
}

describe('refuseSeveralHosts', () => {
  it.each<[string[], boolean]>([
    [['host', 'localhost'], false],
    [['x', 'host', 'Host', 'localhost', 'y', 'host'], false],
    [[], false],
    [['Host', 'localhost', 'HOST', 'evil.example'], true],
    [['host', 'localhost', 'x', 'y', 'host', 'localhost'], true],
  ])('of %j: %s', (rawHeaders, isRefused) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { rawHeaders });
    const check = (): void => {
      refuseSeveralHosts(request);
    };
    if (isRefused) expect(check).toThrow('expected one Host header, got 2');
    else expect(check).not.toThrow();
  });
});

describe('refuseOtherHosts', () => {
  it.each([
    'localhost:8000',
    '127.0.0.1',
    '[::1]:1',
    'sync.example.com',
    'Sync.Example.com:8443',
    '10.0.0.7:8000',
    '[fd00::7]',
    '[fd00::7]:9',
  ])('lets %s by', (host) => {
    expect(asking(host)).not.toThrow();
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'sync.example.com.evil.example',
    'sync.example.com:8443:1',
    '10.0.0.7',
    '10.0.0.7:8001',
    '127.0.0.1.evil.example',
  ])('refuses %s', (host) => {
    expect(asking(host)).toThrow(expect.objectContaining({ code: 'WRONG_HOST' }));
  });

  it('knows loopback alone where nothing else is allowed', () => {
    expect(asking('sync.example.com', new Set())).toThrow('expected a loopback host');
    expect(asking('localhost', new Set())).not.toThrow();
  });
});

function requestWith(headers: Record<string, string>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, { host: 'localhost:8000' }, headers);
  return request;
}

describe('refuseCrossSite', () => {
  it.each<[string, Record<string, string>]>([
    ['a program', {}],
    ['our own page', { origin: 'http://localhost:8000', 'sec-fetch-site': 'same-origin' }],
    ['our own page in an old browser', { origin: 'http://localhost:8000' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
  ])('lets %s by', (_what, headers) => {
    expect(() => {
      refuseCrossSite(requestWith(headers), 'http');
    }).not.toThrow();
  });

  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another scheme', { origin: 'https://localhost:8000' }],
    ['another port', { origin: 'http://localhost:8001' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister host', { 'sec-fetch-site': 'same-site' }],
    ['one of the two', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  ])('refuses %s', (_what, headers) => {
    expect(() => {
      refuseCrossSite(requestWith(headers), 'http');
    }).toThrow(expect.objectContaining({ code: 'CROSS_SITE' }));
  });
});

describe('isSameOrigin', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'http://localhost:8000' }, true],
    [{ origin: 'http://evil.example' }, false],
    [{}, false],
  ])('of %j is %s', (headers, same) => {
    expect(isSameOrigin(requestWith(headers), 'http')).toBe(same);
  });
});
