import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isSafe, isSameOrigin, refuseCrossSite } from './cross-site.js';

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

describe('isSafe', () => {
  it.each([
    ['GET', true],
    ['HEAD', true],
    ['OPTIONS', true],
    ['POST', false],
    ['DELETE', false],
    ['get', false],
    [undefined, false],
  ])('of %s is %s', (method, safe) => {
    expect(isSafe(method)).toBe(safe);
  });
});
