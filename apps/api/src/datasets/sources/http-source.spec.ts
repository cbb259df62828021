import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { calendarDay } from '@daysync/progress';
import { SourceError } from '../day-source.js';
import { gather, httpConfig, HttpServerFixture } from './http-server.fixture.js';
import { HttpSource } from './http-source.js';

const DAY = calendarDay('2025-10-03');
const signal = new AbortController().signal;
const CANARY = 'canary-7f3a';

let server: HttpServerFixture;
let source: HttpSource | undefined;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  server.stop();
});

/** A source over the server: `url` is a path there. */
function open(
  changes: Readonly<Record<string, unknown>> = {},
  { attempts = 3, backoffMs = () => 1 } = {},
): HttpSource {
  const { url = '/trades?day={day}', ...others } = changes;
  const config = httpConfig({ url: `${server.url}${String(url)}`, ...others }, { CANARY });
  source = new HttpSource(config, attempts, { backoffMs });
  return source;
}

async function ids(of: HttpSource, abort = signal): Promise<unknown[]> {
  return (await gather(of.fetchDay(DAY, abort))).map(({ values }) => values['id']);
}

async function failure(of: HttpSource): Promise<SourceError> {
  const error: unknown = await ids(of).catch((reason: unknown) => reason);
  if (!(error instanceof SourceError)) throw new Error('expected a SourceError', { cause: error });
  return error;
}

const rows = (...numbers: number[]): string => JSON.stringify(numbers.map((id) => ({ id })));
/** A body that begins with rows and is larger than what is held back. */
const LARGE = `[{"id":1},${' '.repeat(3_000_000)}`;

describe('a request', () => {
  it('has the day in its address, headers and body', async () => {
    let body = '';
    server.answering = async (request, response) => {
      for await (const chunk of request) body += String(chunk);
      response.end(rows(1));
    };
    const of = open({
      url: '/{yyyy}/{mm}/{dd}?from={day}&to={next_day}&s={epoch}',
      method: 'POST',
      headers: { Authorization: 'Bearer ${CANARY}', 'x-day': '{day}' },
      body: { from: '{day}', list: ['{next_day}', 1] },
    });
    expect(await gather(of.fetchDay(DAY, signal))).toEqual([
      { row: 1, values: { id: 1 }, typed: true },
    ]);
    expect(server.urls).toEqual(['/2025/10/03?from=2025-10-03&to=2025-10-04&s=1759449600']);
    expect(server.heads[0]).toMatchObject({
      authorization: `Bearer ${CANARY}`,
      'x-day': '2025-10-03',
      'content-type': 'application/json',
    });
    expect(JSON.parse(body)).toEqual({ from: '2025-10-03', list: ['2025-10-04', 1] });
  });

  it.each([
    ['csv', 'id\n7\n', ['7']],
    ['ndjson', '{"id":7}\n{"id":8}\n', [7, 8]],
  ])('may be answered in %s', async (format, body, expected) => {
    server.answering = (_request, response) => void response.end(body);
    expect(await ids(open({ format }))).toEqual(expected);
  });

  it.each([
    ['gzip', gzipSync(rows(1, 2))],
    ['deflate', deflateSync(rows(1, 2))],
    ['br', brotliCompressSync(rows(1, 2))],
  ])('may be answered in %s', async (encoding, body) => {
    server.answering = (_request, response) => {
      response.setHeader('content-encoding', encoding).end(body);
    };
    expect(await ids(open())).toEqual([1, 2]);
  });
});
