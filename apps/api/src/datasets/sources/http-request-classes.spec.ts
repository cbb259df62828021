import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { calendarDay } from '@daysync/progress';
import { rowsOf } from '../day-source.fixture.js';
import { gather, httpConfig, HttpServerFixture, rows } from './http-server.fixture.js';
import { HttpSource } from './http-source.js';

const DAY = calendarDay('2025-10-03');
const signal = new AbortController().signal;

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => {
  server.stop();
});

describe('each request of a source is told by what it came to', () => {
  it.each([
    ['tried again after one that may pass', [500, 200], ['passing', 'ok']],
    ['without data', [204], ['no_data']],
    ['asked to wait', [429, 200], ['throttled', 'ok']],
    ['not understood', [400], ['lasting']],
    ['refused', [401], ['source_wide']],
  ])('%s', async (_, statuses, classes) => {
    server.answering = (_request, response, times) => {
      response.statusCode = statuses[times] ?? 500;
      response.end(response.statusCode === 200 ? rows(1) : '');
    };
    const told: string[] = [];
    const source = new HttpSource(httpConfig({ url: `${server.url}/trades` }), 3, {
      backoffMs: () => 1,
      answered: (requestClass) => told.push(requestClass),
    });
    await gather(rowsOf(source.fetchDay(DAY, signal))).catch(() => undefined);
    await source.close();
    expect(told).toEqual(classes);
  });
});
