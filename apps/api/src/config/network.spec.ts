import { describe, expect, it } from 'vitest';
import {
  isHostList,
  isListenAddress,
  isLoopback,
  readList,
  readTrustedProxies,
} from './network.js';

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['LocalHost', true],
    ['127.evil.example', false],
    ['0.0.0.0', false],
    ['::', false],
  ])('of %s is %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});

describe('isListenAddress', () => {
  it.each([
    ['0.0.0.0', true],
    ['::', true],
    ['sync.example.com', true],
    ['-a.example', false],
    ['a b', false],
    ['a.example:80', false],
    [7, false],
  ])('of %s is %s', (host, can) => {
    expect(isListenAddress(host)).toBe(can);
  });
});

describe('readList', () => {
  it('leaves blanks and empty entries out', () => {
    expect(readList(' A.example , ,b.example:80,')).toEqual(['a.example', 'b.example:80']);
  });
});

describe('isHostList', () => {
  it.each([
    ['', true],
    ['a.example, 10.0.0.7:8000,[fd00::7],[fd00::7]:65535', true],
    ['a.example:65536', false],
    ['fd00::7', false],
    ['[a.example]', false],
    ['*.example', false],
    ['http://a.example', false],
  ])('of %j is %s', (list, is) => {
    expect(isHostList(list)).toBe(is);
  });
});

describe('readTrustedProxies', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    ['11', null],
    ['true', null],
    ['10.0.0.0/33', null],
    ['Loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('of %j is %j', (text, proxies) => {
    expect(readTrustedProxies(text)).toEqual(proxies);
  });
});
