import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { refuseOtherHosts } from './host-guard.js';
import { Problem } from '../problems/problem.js';

const ALLOWED = new Set(['sync.example.com', '10.0.0.7:8000', '[fd00::7]']);

function isRefused(host: string | undefined, allowed: ReadonlySet<string> = ALLOWED): boolean {
  const request = new IncomingMessage(new Socket());
  request.headers.host = host;
  try {
    refuseOtherHosts(request, allowed);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'WRONG_HOST' });
    return true;
  }
}

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
    expect(isRefused(host)).toBe(false);
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
    expect(isRefused(host)).toBe(true);
  });

  it('knows loopback alone where nothing else is allowed', () => {
    expect(isRefused('sync.example.com', new Set())).toBe(true);
    expect(isRefused('localhost', new Set())).toBe(false);
  });
});
