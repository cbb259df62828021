import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockedAddressError, guardedConnector } from './guarded-connect.js';

type Resolve = NonNullable<NonNullable<Parameters<typeof guardedConnector>[1]>['resolve']>;

/** What a client offers to speak (ALPN): one protocol, of eight letters. */
const HTTP_1_ALONE = '\x00\x10\x00\x0b\x00\x09\x08http/1.1';

let server: Server;
let connections: number;
beforeEach(async () => {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

/** What a connection to a name comes to that leads to these addresses. */
function connect(hostname: string, ...addresses: readonly string[]): Promise<Error | null> {
  return connectBy(hostname, resolveTo(...addresses));
}

function resolveTo(...addresses: readonly string[]): Resolve {
  return (_name, _options, answered) => {
    answered(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

function connectBy(hostname: string, resolve: Resolve): Promise<Error | null> {
  const port = String((server.address() as AddressInfo).port);
  return new Promise((resolved) => {
    guardedConnector(200, { resolve })(
      { hostname, host: `${hostname}:${port}`, port, protocol: 'http:' },
      (error, socket) => {
        socket?.destroy();
        resolved(error);
      },
    );
  });
}

describe('a guarded connection', () => {
  it.each([
    ['a name', 'internal.example', '127.0.0.1'],
    ['a name of IPv6', 'internal.example', '::1'],
    ['a name of which one address is public', 'both.example', '1.1.1.1', '127.0.0.1'],
    ['a name without addresses', 'none.example'],
    ['an address', '127.0.0.1'],
    ['an address of IPv6', '[::1]'],
    ['an address of IPv4 as one of IPv6', '[::ffff:7f00:1]'],
  ])('is not made to %s', async (_what, hostname, ...addresses) => {
    expect(await connect(hostname, ...addresses)).toBeInstanceOf(BlockedAddressError);
    expect(connections).toBe(0);
  });

  it('is tried to a public address, without a second look-up', async () => {
    // Without a route it fails at once; otherwise it stays silent.
    const error = await connect('public.example', '1.1.1.1');
    expect(error).not.toBeInstanceOf(BlockedAddressError);
  });

  it('offers HTTP/1.1 alone', async () => {
    const hello = Promise.withResolvers<string>();
    const listening = createServer((socket) => {
      socket.once('data', (bytes) => {
        hello.resolve(bytes.toString('latin1'));
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const port = String((listening.address() as AddressInfo).port);
    const connector = guardedConnector(5_000, {
      resolve: resolveTo('127.0.0.1'),
      isPublic: () => true,
    });
    const host = `public.example:${port}`;
    connector({ hostname: 'public.example', host, port, protocol: 'https:' }, () => undefined);
    expect(await hello.promise).toContain(HTTP_1_ALONE);
    listening.close();
  });

  it('reports that a name is unknown', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const resolve: Resolve = (_name, _options, answered) => {
      answered(unknown, []);
    };
    expect(await connectBy('unknown.example', resolve)).toBe(unknown);
  });
});
