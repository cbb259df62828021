// Answers that are not HTTP, from a server that writes bytes as the test has them.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SourceError } from '../day-source.js';
import { failureOfDay, httpConfig } from './http-server.fixture.js';
import { HttpSource } from './http-source.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** The failure of a day whose only answer has these bytes. */
async function failureAfter(bytes: string): Promise<SourceError> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes, 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const source = new HttpSource(httpConfig({ url: `http://127.0.0.1:${port}/?day={day}` }), 1);
  try {
    return await failureOfDay(source);
  } finally {
    await source.close();
  }
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('an answer that is not HTTP', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP/9.9 200 OK\r\n\r\n[]'],
    ['HTTP/1.1 2x0 OK\r\n\r\n[]'],
    [`${OK}no colon\r\n\r\n[]`],
    [`${OK}content-length: -1\r\n\r\n[]`],
    [`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n`],
    [`${OK}x: a\0b\r\ncontent-length: 2\r\n\r\n[]`],
  ])('is tried again, with a code of its own: %j', async (bytes) => {
    const failure = await failureAfter(bytes);
    expect(failure).toMatchObject({ kind: 'passing', code: 'SOURCE_ANSWER_MALFORMED' });
    expect(failure.message).toMatch(
      /^GET http:.*: expected an HTTP answer, got one that breaks the protocol \(Response does/,
    );
  });

  it.each([
    [''],
    ['HTTP/1.1 20'],
    [`${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`],
    [`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n[]`],
    [`${OK}content-length: 100\r\n\r\n[]`],
    [`${OK}transfer-encoding: chunked\r\n\r\n5\r\n[]`],
    ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    [`${OK}x: ${'y'.repeat(100_000)}\r\n\r\n[]`],
  ])('or that contradicts itself or ends early is tried again too (%#)', async (bytes) => {
    const failure = await failureAfter(bytes);
    expect(failure).toMatchObject({ kind: 'passing' });
    expect(failure.code).toMatch(/^SOURCE_(?:CUT_OFF|ANSWER_MALFORMED)$/);
  });
});
