import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reachServer } from './http-probe.js';

const server = createServer((socket) => socket.on('error', () => undefined).end('no TLS'));
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

describe('reaching a server', () => {
  const urlOf = (protocol: string): URL => {
    const { port } = server.address() as AddressInfo;
    return new URL(`${protocol}://127.0.0.1:${port}/{day}`);
  };

  it('needs a connection', async () => {
    expect(await reachServer(urlOf('http'))).toMatch(/^127\.0\.0\.1:\d+ accepts connections$/);
  });

  it('by https needs TLS, and causes no warning for an address without a name', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on('warning', keep);
    await expect(reachServer(urlOf('https'))).rejects.toThrow(/^127\.0\.0\.1:\d+: /);
    await nextTurn();
    process.off('warning', keep);
    expect(warnings).toEqual([]);
  });
});
