import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpServerFixture, idsOf, rows } from './http-server.fixture.js';

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

describe('each request of a source is reported by its outcome', () => {
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
    const reported: string[] = [];
    const answered = (requestClass: string): number => reported.push(requestClass);
    await idsOf(server.open({}, { answered })).catch(() => undefined);
    expect(reported).toEqual(classes);
  });
});
