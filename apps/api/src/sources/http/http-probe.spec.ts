import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reachServer } from './http-probe.js';
import { HttpServerFixture } from './http-server.fixture.js';

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

describe('reaching a server', () => {
  const urlOf = (protocol: string): URL =>
    new URL(`${server.url.replace(/^http/, protocol)}/{day}`);

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
