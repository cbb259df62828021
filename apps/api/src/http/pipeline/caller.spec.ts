import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TrustedProxies } from '../../config/network.js';
import { type Caller, countedAs, Proxies } from './caller.js';

function requestFrom(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return request;
}

const FORWARDED = {
  'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.0.0.2',
  'x-forwarded-proto': 'https',
};

describe('Proxies', () => {
  it.each<[string, TrustedProxies, string, string, string]>([
    ['no proxy', 0, '10.0.0.1', '10.0.0.1', 'http'],
    ['an empty list', [], '10.0.0.1', '10.0.0.1', 'http'],
    ['one hop', 1, '10.0.0.1', '10.0.0.2', 'https'],
    ['two hops', 2, '10.0.0.1', '203.0.113.9', 'https'],
    ['a range', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', 'https'],
    ['a name', ['uniquelocal'], '10.0.0.1', '203.0.113.9', 'https'],
    ['one address', ['10.0.0.1'], '10.0.0.1', '10.0.0.2', 'https'],
    ['a range that the caller is not in', ['10.0.0.0/8'], '198.51.100.4', '198.51.100.4', 'http'],
  ])('that trust %s find the caller', (_what, trusted, remote, address, scheme) => {
    const proxies = new Proxies(trusted);
    const request = requestFrom(remote, FORWARDED);
    expect([proxies.addressOf(request), proxies.schemeOf(request)]).toEqual([address, scheme]);
  });

  it('use the connection for what the headers do not say', () => {
    const proxies = new Proxies(1);
    const request = requestFrom('10.0.0.1');
    expect([proxies.addressOf(request), proxies.schemeOf(request)]).toEqual(['10.0.0.1', 'http']);
  });

  it('read the scheme that the first proxy met', () => {
    const request = requestFrom('10.0.0.1', { 'x-forwarded-proto': 'https , http' });
    expect(new Proxies(2).schemeOf(request)).toBe('https');
  });
});

describe('countedAs', () => {
  const of = (address: string, identity: Caller['identity'] = null): string =>
    countedAs({ identity, address, scheme: 'http', maySee: () => true });

  it('is the name of a token, else the address, or the /64 of IPv6', () => {
    expect(of('192.0.2.1', { name: 'ana', role: 'viewer' })).toBe('name ana');
    expect(of('192.0.2.1')).toBe('address 192.0.2.1');
    expect(of('2001:db8:1:2::1')).toBe(of('2001:db8:1:2:a:b:c:d'));
    expect(of('2001:db8:1:2::1')).not.toBe(of('2001:db8:1:3::1'));
  });
});
