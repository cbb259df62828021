import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOfDay, HttpServerFixture, rows } from './http-server.fixture.js';

const CANARY = 'canary-7f3a';

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

/** Answers the first pages with rows, and any after them with 404. */
function answerPages(count: number, head: Readonly<Record<string, string>> = {}, body = rows(1)) {
  server.answering = (_request, response, times) => {
    if (times < count) response.writeHead(200, head).end(body.replace('1', String(times)));
    else response.writeHead(404).end();
  };
}

async function messageOf(source: Readonly<Record<string, unknown>>): Promise<string> {
  const { message } = await failureOfDay(server.open(source, { env: { KEY: CANARY } }));
  expect(message).not.toContain(CANARY);
  return message.replace(server.url, '');
}

describe('the error of a request', () => {
  it('shows its day and its page', async () => {
    answerPages(2);
    const page = { kind: 'number', parameter: 'page', size: 1, size_parameter: 'per_page' };
    expect(await messageOf({ url: '/trades?day={day}', page })).toBe(
      'GET /trades?day=2025-10-03&per_page=1&page=3, page 3: expected 200, got 404',
    );
  });

  it('shows what comes from the environment by its name', async () => {
    answerPages(0);
    expect(await messageOf({ url: '/trades/{day}?key=${KEY}' })).toBe(
      'GET /trades/2025-10-03?key=${KEY}: expected 200, got 404',
    );
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

  it('is shown for a body that can’t be read, too', async () => {
    server.answering = (_request, response) => void response.end('<html>');
    expect(await messageOf({ url: '/a?day={day}' })).toMatch(/^GET \/a\?day=2025-10-03: expected /);
  });

  it('shows a long address shortened, with the page and the reason', async () => {
    answerPages(0);
    const message = await messageOf({ url: `/a?day={day}&b=${'c'.repeat(3_000)}` });
    expect(message.length).toBeLessThan(500);
    expect(message).toMatch(/…: expected 200, got 404$/);
  });
});
