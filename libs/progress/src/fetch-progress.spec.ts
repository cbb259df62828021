import type { IncomingMessage } from 'node:http';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveHttp } from '../../../test/http-server.js';
import { fetchProgress } from './fetch-progress.js';
import { batchOf } from './progress.fixture.js';

const PROGRESS = batchOf({ task_id: 'a/b' });

let url: string;
let asked: IncomingMessage[];
let answer: { status: number; headers?: Record<string, string>; body: string };

beforeAll(async () => {
  url = await serveHttp((request, response) => {
    asked.push(request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: JSON.stringify({ status: 'success', data: PROGRESS }) };
});

const { signal } = new AbortController();

describe('fetchProgress', () => {
  it('requests the batch by its id and returns its progress', async () => {
    const fetch = fetchProgress('a/b', { baseUrl: `${url}/api/v1/sync-status/` });
    expect(await fetch(signal)).toEqual({ kind: 'progress', progress: PROGRESS });
    expect(asked.map((request) => request.url)).toEqual([
      '/api/v1/sync-status/sync/batch/progress/a%2Fb',
    ]);
    expect(asked[0]?.headers['accept']).toBe('application/json');
  });

  it.each([400, 401, 403, 404])(
    'is refused at %i, with the code of the problem',
    async (status) => {
      const fetch = fetchProgress('a/b', { baseUrl: url });
      answer = { status, body: '{"code":"BATCH_NOT_FOUND"}' };
      expect(await fetch(signal)).toEqual({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
      answer = { status, body: '<p>Forbidden</p>' };
      expect(await fetch(signal)).toEqual({ kind: 'refused', code: 'UNKNOWN' });
    },
  );

  it.each([408, 425, 429, 500, 503])(
    'is busy at %i, for the time of Retry-After',
    async (status) => {
      const busyFor = async (headers: Record<string, string>): Promise<unknown> => {
        answer = { status, headers, body: '' };
        return fetchProgress('a/b', { baseUrl: url })(signal);
      };
      expect(await busyFor({ 'retry-after': '7' })).toEqual({ kind: 'busy', retryAfterMs: 7_000 });
      const date = { 'retry-after': 'Wed, 01 Oct 2025 08:00:00 GMT' };
      for (const headers of [date, {}]) {
        expect(await busyFor(headers)).toEqual({ kind: 'busy', retryAfterMs: null });
      }
    },
  );

  it.each([
    [200, '<p>Please log in</p>'],
    [200, 'null'],
    [200, '{"data":null}'],
    [200, '{"data":{"task_id":"another"}}'],
    [204, ''],
    [502, ''],
    [504, ''],
  ])('rejects without an answer of the server: %i %j', async (status, body) => {
    answer = { status, body };
    await expect(fetchProgress('a/b', { baseUrl: url })(signal)).rejects.toThrow();
  });

  it('aborts its request with its signal', async () => {
    const fetch = fetchProgress('a/b', { baseUrl: url });
    await expect(fetch(AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});
