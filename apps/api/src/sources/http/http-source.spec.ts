import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import {
  DAY,
  failureOfDay,
  kindAndCodeOf,
  HttpServerFixture,
  idsOf,
  LARGE,
  NEVER,
  rows,
} from './http-server.fixture.js';
import { AttemptBudget } from '../attempt-budget.js';
import type { SourceError } from '../day-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { zipOf } from '../formats/zip.fixture.js';

const TOP = join(import.meta.dirname, '../../../../..');
const CANARY = 'canary-7f3a';
const ENV = { CANARY, BRACES: '{day}&$&', day: 'a day' };

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

const open: HttpServerFixture['open'] = (changes, settings) =>
  server.open(changes, { env: ENV, ...settings });

describe('a request', () => {
  let body: string;
  beforeEach(() => {
    body = '';
    server.answering = async (request, response) => {
      for await (const chunk of request) body += String(chunk);
      response.end(rows(1));
    };
  });

  it('has the day in its address, headers and body', async () => {
    const of = open({
      url: '/{yyyy}/{mm}/{dd}?from={day}&to={next_day}&s={epoch}',
      method: 'POST',
      headers: { Authorization: 'Bearer ${CANARY}', 'x-day': '{day}' },
      body: { from: '{day}', list: ['{next_day}', 1] },
    });
    expect(await listOf(rowsOf(of.fetchDay(DAY, NEVER)))).toEqual([
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

  it('has what comes from the environment as it is, braces and all', async () => {
    const of = open({
      url: '/x?day={day}&a=${BRACES}&b=${day}',
      method: 'POST',
      headers: { 'x-a': '{dd} ${BRACES}' },
      body: { a: '${BRACES} {mm}' },
    });
    expect(await idsOf(of)).toEqual([1]);
    expect(server.urls).toEqual(['/x?day=2025-10-03&a={day}&$&&b=a%20day']);
    expect(server.heads[0]?.['x-a']).toBe('03 {day}&$&');
    expect(JSON.parse(body)).toEqual({ a: '{day}&$& 10' });
  });

  it('has the instants of a day of Berlin as the docs write them, with 25 hours', async () => {
    const page = readFileSync(join(TOP, 'docs/sources/http.md'), 'utf8');
    const [, url = ''] = /^url: https:\/\/api\.example\.com(\S+)$/m.exec(page) ?? [];
    server.always('[]');
    const of = open({ url }, { timeZone: 'Europe/Berlin' });
    expect(await listOf(rowsOf(of.fetchDay(calendarDay('2025-10-26'), NEVER)))).toEqual([]);
    expect(server.urls).toEqual(['/v1/trades?from=2025-10-25T22:00:00Z&to=2025-10-26T23:00:00Z']);
    server.always('', {}, 404);
    const failure = await failureOfDay(open({ url }, { timeZone: 'Europe/Berlin' }));
    expect(failure.message).toContain('from=2025-10-02T22:00:00Z&to=2025-10-03T22:00:00Z: ');
  });

  it.each([
    ['csv', 'id\n7\n', ['7']],
    ['ndjson', '{"id":7}\n{"id":8}\n', [7, 8]],
  ])('may be answered in %s', async (format, answer, expected) => {
    server.always(answer);
    expect(await idsOf(open({ format }))).toEqual(expected);
  });

  it('may be answered in deflate', async () => {
    server.always(deflateSync(rows(1, 2)), { 'content-encoding': 'deflate' });
    expect(await idsOf(open())).toEqual([1, 2]);
  });
});

describe('a failure', () => {
  it('that stays is reported after the configured attempts', async () => {
    server.always(CANARY, {}, 502);
    const of = open({ url: '/x?key=${CANARY}', headers: { authorization: 'Bearer ${CANARY}' } });
    const error = await failureOfDay(of);
    expect(error).toMatchObject({
      kind: 'passing',
      code: 'SOURCE_UNAVAILABLE',
      retryAfterMs: null,
    });
    expect(error.message).toBe(`GET ${server.url}/x?key=\${CANARY}: expected 200, got 502`);
    expect(server.urls).toHaveLength(3);
  });

  it('uses up the attempts at the day, all of them again after each page that came', async () => {
    // The second page fails twice, and the third one always.
    server.answering = (request, response, times) => {
      const page = new URL(request.url ?? '', server.url).searchParams.get('p');
      response.statusCode = page === '3' || (page === '2' && times < 3) ? 503 : 200;
      response.end(rows(times));
    };
    const of = open({ page: { kind: 'number', parameter: 'p' } });
    const budget = new AttemptBudget(2, 4);
    const days = listOf(rowsOf(of.fetchDay(DAY, NEVER, undefined, budget)));
    await expect(days).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(server.urls).toHaveLength(1 + 3 + 4);
    expect([budget.attempt, budget.repeats, budget.isUsedUp]).toEqual([7, 5, true]);
    // The attempt before this one counts on: the day has started over without its pages.
    expect([budget.attemptInRow, budget.forgiven]).toEqual([4, 2]);
    expect(budget.repeated.map(({ attempt, error }) => [attempt, error.code])).toEqual(
      [2, 3, 4, 5, 6].map((attempt) => [attempt, 'SOURCE_UNAVAILABLE']),
    );
  });

  it('asks no more often than before where no page comes, and ten times that where each fails first', async () => {
    const of = open({ page: { kind: 'number', parameter: 'p' } });
    const asked = async (first: number): Promise<readonly [number, boolean]> => {
      const before = server.urls.length;
      const budget = new AttemptBudget(first, 3);
      const days = listOf(rowsOf(of.fetchDay(DAY, NEVER, undefined, budget)));
      await expect(days).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      return [server.urls.length - before, budget.forgiven > 0];
    };
    server.always('', {}, 503);
    expect(await asked(1)).toEqual([3, false]);
    expect(await asked(3)).toEqual([1, false]);
    const failed = new Set<string | undefined>();
    server.answering = ({ url }, response) => {
      response.statusCode = failed.has(url) ? 200 : 503;
      failed.add(url);
      response.end(rows(failed.size));
    };
    // Every page twice, until the thirtieth failure. None of them is forgiven then: the day is not tried once more.
    expect(await asked(1)).toEqual([2 * 29 + 1, false]);
  });

  it.each([
    [401, 'source_wide', 'SOURCE_UNAUTHORIZED'],
    [403, 'source_wide', 'SOURCE_UNAUTHORIZED'],
    [404, 'lasting', 'SOURCE_STATUS_UNEXPECTED'],
    [206, 'lasting', 'SOURCE_STATUS_UNEXPECTED'],
    [302, 'lasting', 'SOURCE_BLOCKED'],
  ])('of status %i is %s, and not asked again', async (status, kind, code) => {
    server.always('', { location: `/elsewhere?key=${CANARY}` }, status);
    const error = await failureOfDay(open({ url: '/x?key=${CANARY}' }));
    expect(error).toMatchObject({ kind, code });
    expect(error.message).not.toContain(CANARY);
    expect(server.urls).toHaveLength(1);
  });

  it.each([
    [204, {}],
    [404, { no_data_status: [404] }],
  ])('of status %i can be no data', async (status, changes) => {
    server.always('', {}, status);
    expect(await idsOf(open(changes))).toEqual([]);
  });

  it('to connect is the whole source’s', async () => {
    const of = open({ url: '/x?key=${CANARY}' });
    server.stop();
    const error = await failureOfDay(of);
    expect(error).toMatchObject({ kind: 'source_wide', code: 'SOURCE_UNREACHABLE' });
    expect(error.message).toBe(
      `GET ${server.url}/x?key=\${CANARY}: expected a connection, got ECONNREFUSED`,
    );
  });

  it.each([
    ['chunked', {}, '[{"id":1}'],
    ['in gzip', { 'content-encoding': 'gzip' }, gzipSync(rows(1)).subarray(0, -4)],
  ])('in mid-body, %s, is passing', async (_, headers, body) => {
    server.answering = (_request, response) => {
      response.writeHead(200, headers).write(body);
      setTimeout(() => response.destroy(), 20);
    };
    expect(await kindAndCodeOf(open())).toBe('passing SOURCE_CUT_OFF');
    expect(server.urls).toHaveLength(3);
  });

  it('after rows were yielded is the day’s', async () => {
    server.answering = (_request, response) => {
      response.write(LARGE, () => response.destroy());
    };
    expect(await kindAndCodeOf(open())).toBe('passing SOURCE_CUT_OFF');
    expect(server.urls).toHaveLength(1);
  });

  it('by silence in the middle is passing', async () => {
    server.answering = (_request, response) => void response.write('[');
    const error = await failureOfDay(open({ body_timeout_seconds: 1 }, { attempts: 1 }));
    expect(error).toMatchObject({ kind: 'passing', code: 'SOURCE_TIMED_OUT' });
    expect(error.message).toMatch(/expected the rest of the answer in time .*, got nothing$/);
  });

  it('by silence before the answer is late, and not cut off', async () => {
    server.answering = () => undefined;
    const of = open({ headers_timeout_seconds: 1 }, { attempts: 1 });
    expect(await kindAndCodeOf(of)).toBe('passing SOURCE_TIMED_OUT');
  });

  it.each<[string, number, string | Buffer, Record<string, string>, string | null]>([
    ['as text', 500, 'out of order', {}, 'out of order'],
    [
      'in gzip',
      401,
      gzipSync('{"error":"expired"}'),
      { 'content-encoding': 'gzip' },
      '{"error":"expired"}',
    ],
    ['that is cut', 404, 'x'.repeat(100_000), {}, `${'x'.repeat(2_048)}…`],
    ['that is no text', 500, Buffer.from([0, 1, 2, 3]), {}, null],
    ['without a body', 503, '', {}, null],
    ['that asks to wait', 429, '{"quota":0}', { 'retry-after': '60' }, '{"quota":0}'],
    ['of an error with status 200', 200, '<html>Log in</html>', {}, '<html>Log in</html>'],
  ])('shows the answer %s', async (_what, status, body, headers, shown) => {
    server.always(body, headers, status);
    expect((await failureOfDay(open({}, { attempts: 1 }))).answer).toEqual({ status, body: shown });
  });

  it('whose body has no end does not take up its whole day', async () => {
    let closed: Promise<unknown> | undefined;
    server.answering = (request, response) => {
      closed = once(request.socket, 'close');
      response.writeHead(404).write('a body that has no end');
    };
    expect(await idsOf(open({ no_data_status: [404] }))).toEqual([]);
    await closed;
  });

  it('in a later page has the row’s number in the day', async () => {
    server.answering = (_request, response, times) =>
      void response.end(times === 0 ? rows(1, 2) : '[{"id":3},7]');
    const error = await failureOfDay(open({ page: { kind: 'number', parameter: 'p' } }));
    expect(error).toMatchObject({ code: 'SOURCE_ROW_INVALID', place: { row: 4 } });
    expect(error.message).toMatch(/^page 2: row 2: /);
  });

  it.each([
    ['max_bytes', 'SOURCE_TOO_LARGE', '[{"id":1},{"id":2},{"id":3}]'],
    ['max_row_bytes', 'SOURCE_ROW_TOO_LARGE', '[{"id":"11111111111111111111"}]'],
  ])('of %s lasts, gzip or not', async (limit, code, body) => {
    server.always(gzipSync(body), { 'content-encoding': 'gzip' });
    const changes = { max_bytes: 1_000, [limit]: 20 };
    expect(await failureOfDay(open(changes))).toMatchObject({ kind: 'lasting', code });
  });

  it.each([
    ['gzip', 'nonsense, nonsense'],
    ['gzip', gzipSync(rows(1)).fill(7, 12, 20)],
    ['br', 'this is not brotli at all, no, it is not'],
    // Two things go by that name; we ask for neither.
    ['deflate', deflateRawSync(rows(1))],
    // It was not asked for.
    ['zstd', 'x'],
  ])('of a body that is no %s lasts', async (encoding, body) => {
    server.always(body, { 'content-encoding': encoding });
    expect(await kindAndCodeOf(open())).toBe('lasting SOURCE_UNREADABLE');
    expect(server.urls).toHaveLength(1);
    expect(server.heads[0]?.['accept-encoding']).toBe('gzip, br');
  });

  it('of br that breaks off is passing', async () => {
    server.always(brotliCompressSync(LARGE).subarray(0, -5), { 'content-encoding': 'br' });
    expect(await kindAndCodeOf(open())).toBe('passing SOURCE_CUT_OFF');
  });

  it.each([404, 429, 500])('of status %i lets its connection go', async (status) => {
    const day = new AbortController();
    let closed: Promise<unknown> | undefined;
    server.answering = (request, response) => {
      closed = once(request.socket, 'close');
      response.writeHead(status).write('a body that has no end');
      setTimeout(() => day.abort(), 100);
    };
    const of = open({ no_data_status: [404] }, { attempts: 1 });
    await listOf(rowsOf(of.fetchDay(DAY, day.signal))).catch(() => undefined);
    // Not over before, with a connection that is not tracked.
    expect(day.signal.aborted).toBe(true);
    await closed;
  });
});

describe('an answer that is not HTTP', () => {
  const OK = 'HTTP/1.1 200 OK\r\n';
  /** The failure of a day whose only answer has these bytes. */
  function failureAfter(bytes: string): Promise<SourceError> {
    server.answering = ({ socket }) => void socket.end(bytes, 'latin1');
    return failureOfDay(open({}, { attempts: 1 }));
  }

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

describe('an abort', () => {
  it.each(['a request', 'a body that drips'])('ends %s', async (what) => {
    const gone = Promise.withResolvers<void>();
    const abort = new AbortController();
    server.answering = (_request, response) => {
      response.once('close', gone.resolve);
      if (what !== 'a request') response.write('[');
      abort.abort(new Error('enough'));
    };
    await expect(idsOf(open(), abort.signal)).rejects.toThrow('enough');
    await gone.promise;
  });

  it('ends the wait for another attempt, and for a turn', async () => {
    server.always('', {}, 500);
    const abort = new AbortController();
    const of = open({ requests_per_second: 0.01 }, { backoffMs: () => 60_000 });
    const [one, other] = [idsOf(of, abort.signal), idsOf(of, abort.signal)];
    while (server.urls.length === 0) await sleep(5);
    abort.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await expect(other).rejects.toThrow('enough');
  });

  it('by the reader lets the connection go', async () => {
    let gone: Promise<unknown> | undefined;
    server.answering = (_request, response) => {
      gone = once(response, 'close');
      response.write(LARGE);
    };
    for await (const { row } of rowsOf(open().fetchDay(DAY, NEVER))) {
      expect(row).toBe(1);
      break;
    }
    await gone;
  });
});

describe('a body that is itself packed', () => {
  it('may be brotli by its name, and read once where a server sends it as its own encoding', async () => {
    for (const headers of [{}, { 'content-encoding': 'br' }]) {
      server.always(brotliCompressSync(rows(1, 2)), headers);
      expect(await idsOf(open({ url: '/{day}.json.br?a=b' }))).toEqual([1, 2]);
    }
  });

  it('is requested again where it arrives without its end', async () => {
    const zip = zipOf({ 'day.json': rows(1, 2) });
    server.answering = (_request, response, times) => {
      response.end(times === 0 ? zip.subarray(0, -3) : zip);
    };
    expect(await idsOf(open())).toEqual([1, 2]);
    expect(server.urls).toHaveLength(2);
  });

  it('fails the day with its request where it unpacks to too much', async () => {
    server.always(zipOf({ a: Buffer.alloc(1_000_000, ' ') }));
    expect(await failureOfDay(open({ max_bytes: 10_000 }))).toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_TOO_LARGE',
      message: `GET ${server.url}/trades?day=2025-10-03: expected a zip of at most 10000 bytes (max_bytes) when unpacked, got more`,
    });
  });
});

it.each([
  ['tried again after those that may pass', [500, 503, 200], ['passing', 'passing', 'ok']],
  ['tried again where it came late or early', [408, 425, 200], ['passing', 'passing', 'ok']],
  ['without data', [204], ['no_data']],
  ['asked to wait', [429, 200], ['throttled', 'ok']],
  ['not understood', [400], ['lasting']],
  ['refused', [401], ['source_wide']],
])('each request is reported by its outcome: %s', async (_, statuses, classes) => {
  server.answering = (_request, response, times) => {
    response.statusCode = statuses[times] ?? 500;
    response.end(response.statusCode === 200 ? rows(1) : '');
  };
  const reported: string[] = [];
  const answered = (requestClass: string): number => reported.push(requestClass);
  await idsOf(open({}, { answered })).catch(() => undefined);
  expect(reported).toEqual(classes);
});

describe('the error of a request', () => {
  /** Answers the first pages with rows, and any after them with 404. */
  function answerPages(count: number, head: Readonly<Record<string, string>> = {}, body = rows(1)) {
    server.answering = (_request, response, times) => {
      if (times < count) response.writeHead(200, head).end(body.replace('1', String(times)));
      else response.writeHead(404).end();
    };
  }

  async function messageOf(source: Readonly<Record<string, unknown>>): Promise<string> {
    return (await failureOfDay(open(source))).message.replace(server.url, '');
  }

  it('shows its day and its page, and a long address shortened', async () => {
    answerPages(2);
    const page = { kind: 'number', parameter: 'page', size: 1, size_parameter: 'per_page' };
    expect(await messageOf({ url: '/trades?day={day}', page })).toBe(
      'GET /trades?day=2025-10-03&per_page=1&page=3, page 3: expected 200, got 404',
    );
    const long = await messageOf({ url: `/a?day={day}&b=${'c'.repeat(3_000)}` });
    expect(long.length).toBeLessThan(500);
    expect(long).toMatch(/…: expected 200, got 404$/);
  });

  it('does not show a cursor or a link, which are the server’s', async () => {
    answerPages(1, {}, `{"items":[],"next":"${CANARY}"}`);
    const cursor = { kind: 'cursor', pointer: '/next', parameter: 'after' };
    expect(await messageOf({ url: '/a?day={day}', rows: '/items', page: cursor })).toBe(
      'GET /a?day=2025-10-03&after=…, page 2: expected 200, got 404',
    );
    expect(server.urls[1]).toContain(`after=${CANARY}`);
    server.urls.length = 0;
    answerPages(1, { link: `</b?token=${CANARY}>; rel="next"` });
    expect(await messageOf({ url: '/a?day={day}', page: { kind: 'link' } })).toBe(
      'GET /a?day=2025-10-03, page 2: expected 200, got 404',
    );
  });
});
