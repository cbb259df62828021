import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { zipOf } from '../formats/zip.fixture.js';
import { failureOfDay, HttpServerFixture, idsOf, rows } from './http-server.fixture.js';

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(async () => {
  await server.close();
});

/** Packed fast. */
const brotli = (text: string): Buffer =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

const MANY = draws(3_000, 30_000);
const LARGE = JSON.stringify(
  Array.from({ length: MANY }, (_, id) => ({ id, text: 'x'.repeat(90) })),
);

it.each([
  ['gzip', '/day', gzipSync],
  ['zstd', '/day', zstdCompressSync],
  ['brotli', '/{day}.json.br?a=b', brotli],
  ['zip', '/day', (text: string) => zipOf({ 'day.json': text })],
])('reads a body that is itself a %s, small or large', async (_, url, pack) => {
  for (const [body, count] of [
    [rows(1, 2), 2],
    [LARGE, MANY],
  ] as const) {
    server.answering = (_request, response) => void response.end(pack(body));
    expect(await idsOf(server.open({ url }))).toHaveLength(count);
  }
});

it('reads brotli once where a server sends the file as its own encoding', async () => {
  server.always(brotliCompressSync(rows(1, 2)), { 'content-encoding': 'br' });
  expect(await idsOf(server.open({ url: '/day.json.br' }))).toEqual([1, 2]);
});

it('requests a zip again that arrives without its end', async () => {
  const zip = zipOf({ 'day.json': rows(1, 2) });
  server.answering = (_request, response, times) => {
    response.end(times === 0 ? zip.subarray(0, -3) : zip);
  };
  expect(await idsOf(server.open())).toEqual([1, 2]);
  expect(server.urls).toHaveLength(2);
});

it('fails the day with its request where a zip has two files, or unpacks to too much', async () => {
  const shown = (day = '/trades?day=2025-10-03'): string => `GET ${server.url}${day}: `;
  server.answering = (_request, response) => void response.end(zipOf({ a: '[]', b: '[]' }));
  expect(await failureOfDay(server.open())).toMatchObject({
    kind: 'lasting',
    code: 'SOURCE_UNREADABLE',
    message: `${shown()}expected a zip with one file, got 2: "a", "b"; put each of them into a file of its own`,
  });
  const bomb = zipOf({ a: Buffer.alloc(1_000_000, ' ') });
  server.answering = (_request, response) => void response.end(bomb);
  expect(await failureOfDay(server.open({ max_bytes: 10_000 }))).toMatchObject({
    kind: 'lasting',
    code: 'SOURCE_TOO_LARGE',
    message: `${shown()}expected a zip of at most 10000 bytes (max_bytes) when unpacked, got more`,
  });
});
