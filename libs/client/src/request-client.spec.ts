import type { IncomingMessage } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveHttp } from '../../../test/http-server.js';
import { createClient, type WatchFailure } from './daysync-client.js';
import { DaysyncError } from './daysync-error.js';

interface SentAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** Without one, the connection breaks off. */
  readonly body?: string;
}
interface ReceivedRequest {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-02' };
const SUCCESS: SentAnswer = { status: 200, body: '{"status":"success","data":{"task_id":"t1"}}' };

let url: string;
let asked: ReceivedRequest[];
let answers: SentAnswer[];
beforeAll(async () => {
  const address = await serveHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      asked.push({
        line: `${request.method ?? ''} ${request.url ?? ''}`,
        headers: request.headers,
        body,
      });
      const { status, headers, body: text } = answers.shift() ?? SUCCESS;
      if (text === undefined) request.socket.destroy();
      else response.writeHead(status, headers).end(text);
    });
  });
  url = `${address}/`;
});
beforeEach(() => {
  asked = [];
  answers = [];
});

function throwing(): string {
  throw new Error('session expired');
}

afterEach(() => void vi.useRealTimers());

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a request', () => {
  it('has the path, the query and the headers of its operation', async () => {
    const client = createClient({ url, token: () => 'secret', language: 'en' });
    await client.days('a/b c', { since: 'WzEsN10=' });
    await client.records({ dataset: 'weather', page: 2 });
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /api/v1/sync-status/sync/batch/a%2Fb%20c/days?since=WzEsN10%3D',
      'GET /api/v1/sync-status/records?dataset=weather&page=2',
    ]);
    expect(asked[0]?.headers).toMatchObject({
      accept: 'application/json',
      'accept-language': 'en',
      authorization: 'Bearer secret',
    });
    expect(asked[0]?.headers).not.toHaveProperty('content-type');
  });

  it('keeps the path of a server behind a proxy', async () => {
    await createClient({ url: `${url}daysync//` }).progress('t1');
    expect(asked[0]?.line).toBe('GET /daysync/api/v1/sync-status/sync/batch/progress/t1');
  });

  it('sends a start with its body and a key of its own', async () => {
    const client = createClient({ url });
    await client.start(RANGE);
    await client.start(RANGE);
    expect(asked.map(({ body }) => JSON.parse(body) as unknown)).toEqual([RANGE, RANGE]);
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).not.toBe(keys[0]);
    expect(asked[0]?.headers['content-type']).toBe('application/json');
  });
});

describe('a lost answer', () => {
  it('of a start is asked for again, with the same key', async () => {
    answers = [{ status: 0 }, { status: 502, body: '{"message":"bad gateway"}' }];
    expect(await createClient({ url }).start(RANGE)).toEqual({ task_id: 't1' });
    const keys = new Set(asked.map(({ headers }) => headers['idempotency-key']));
    expect([asked.length, keys.size]).toEqual([3, 1]);
  });

  it('is not asked for again once the signal has aborted', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const fetch = vi.fn(() => Promise.reject(new TypeError('fetch failed')));
    const stop = new AbortController();
    const started = thrown(createClient({ url, fetch }).start(RANGE, { signal: stop.signal }));
    // It waits for the second attempt, which never comes while the time stands still.
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    stop.abort(new Error('no longer wanted'));
    expect(await started).toMatchObject({ message: 'no longer wanted' });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('is an error after three of them', async () => {
    answers = [{ status: 0 }, { status: 0 }, { status: 0 }];
    const error = await thrown(createClient({ url }).retry('t1'));
    expect(error).toMatchObject({ name: 'DaysyncError', status: 0, code: 'UNREACHABLE' });
    expect(asked).toHaveLength(3);
  });

  it('of a control is not: it may have been done', async () => {
    answers = [{ status: 0 }];
    expect(await thrown(createClient({ url }).pause('t1'))).toMatchObject({ code: 'UNREACHABLE' });
    expect(asked).toHaveLength(1);
  });
});

describe('a watch', () => {
  const progress = (status: string, rev: number): SentAnswer => ({
    status: 200,
    body: JSON.stringify({
      status: 'success',
      data: { task_id: 't1', status, rev, poll_after_ms: 1 },
    }),
  });

  it('goes on to the end after a refusal that has passed', async () => {
    answers = [
      { status: 401, body: '{"code":"UNAUTHENTICATED"}' },
      progress('running', 1),
      progress('running', 1),
      progress('completed', 2),
    ];
    const seen: string[] = [];
    for await (const { status } of createClient({ url }).watch('t1', { stream: false })) {
      seen.push(status);
    }
    expect(seen).toEqual(['running', 'completed']);
  });

  it('goes on where the server is down right after a refusal', async () => {
    answers = [{ status: 404, body: '{}' }, { status: 0 }, progress('completed', 1)];
    const last = await createClient({ url }).ended('t1', { stream: false });
    expect(last).toMatchObject({ status: 'completed' });
  });

  it('does not go back to an older progress after a refusal', async () => {
    const refused = { status: 404, body: '{}' };
    const [older, newer, end] = [
      progress('running', 1),
      progress('running', 2),
      progress('completed', 3),
    ];
    answers = [newer, refused, older, older, end];
    const revs: number[] = [];
    for await (const { rev } of createClient({ url }).watch('t1', { stream: false })) {
      revs.push(rev);
    }
    expect(revs).toEqual([2, 3]);
  });

  it('ends with a refusal that stays', async () => {
    const refused = { status: 404, body: '{"code":"BATCH_NOT_FOUND"}' };
    answers = [refused, refused];
    const error = await thrown(createClient({ url }).ended('t1', { stream: false }));
    expect(error).toMatchObject({ code: 'BATCH_NOT_FOUND' });
    expect(asked).toHaveLength(2);
  });

  it('has the time limit of the client for a request', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const fetch: typeof globalThis.fetch = (_url, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    const stop = new AbortController();
    const onFailure = vi.fn<(failure: WatchFailure) => void>();
    const ended = createClient({ url, fetch, timeoutMs: 50 }).ended('t1', {
      ...{ stream: false, signal: stop.signal, onFailure },
    });
    await vi.advanceTimersByTimeAsync(50);
    expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ kind: 'unreachable' }));
    stop.abort(new Error('enough'));
    expect(await thrown(ended)).toMatchObject({ message: 'enough' });
  });

  it('asks for a stream of events first', async () => {
    answers = [{ status: 404, body: '{}' }, progress('completed', 1)];
    expect(await createClient({ url }).ended('t1')).toMatchObject({ status: 'completed' });
    expect(asked.map(({ headers }) => headers.accept)).toEqual([
      'text/event-stream',
      'application/json',
    ]);
  });
});

describe('an error', () => {
  it('has the whole problem and when to ask again', async () => {
    const problem = { code: 'BATCH_OVERLAPS', detail: 'expected no overlap', task_id: 't0' };
    const headers = { 'retry-after': '7', 'content-type': 'application/problem+json' };
    answers = [{ status: 409, headers, body: JSON.stringify(problem) }];
    const error = await thrown(createClient({ url }).start(RANGE));
    expect(error).toBeInstanceOf(DaysyncError);
    expect(error).toMatchObject({
      status: 409,
      code: 'BATCH_OVERLAPS',
      message: 'BATCH_OVERLAPS: expected no overlap',
      errors: [],
      retryAfterMs: 7_000,
      problem,
    });
  });

  it.each([
    [
      'a token that can’t be had',
      { url: 'http://127.0.0.1:9', token: throwing },
      'session expired',
    ],
    ['an address that is none', { url: 'localhost' }, 'Invalid URL'],
  ])('is that of the caller: %s', async (_name, options, message) => {
    const error = await thrown(createClient(options).start(RANGE));
    expect(error).not.toBeInstanceOf(DaysyncError);
    expect(error).toMatchObject({ message });
  });

  it.each([
    ['the page of a proxy', { status: 503, body: '<html></html>' }, 'UNKNOWN', 503],
    ['a success of another server', { status: 200, body: '<html></html>' }, 'UNREACHABLE', 0],
  ])('is also %s', async (_name, answer: SentAnswer, code, status) => {
    answers = [answer];
    expect(await thrown(createClient({ url }).datasets())).toMatchObject({ code, status });
  });

  it('is a timeout', async () => {
    const silent = await serveHttp(() => undefined);
    const error = await thrown(createClient({ url: silent, timeoutMs: 50 }).datasets());
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
  });
});
