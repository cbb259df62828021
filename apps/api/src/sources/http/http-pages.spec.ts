import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
import { listOf, rowsOf } from '../day-source.fixture.js';

const CURSOR = { kind: 'cursor', pointer: '/next', parameter: 'c' };

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

const open: HttpServerFixture['open'] = (changes) => server.open(changes);

describe('pages', () => {
  /** Answers 1 and 2, then 3, by the value of a query parameter. */
  const answerBy =
    (parameter: string, pages: Readonly<Record<string, string>>) =>
    (request: { readonly url?: string | undefined }): string =>
      pages[new URL(request.url ?? '', server.url).searchParams.get(parameter) ?? ''] ?? '[]';

  it('follow a cursor, whatever its digits, rows counted through the day', async () => {
    const answer = answerBy('after', {
      '': '{"next":9007199254740993,"data":{"items":[{"id":1},{"id":2,"next":"no"}]}}',
      '9007199254740993': '{"data":{"items":[{"id":3}],"next":"no"},"next":"a b&c"}',
      'a b&c': '{"data":{"items":[]},"next":null}',
    });
    server.answering = (request, response) => void response.end(answer(request));
    const of = open({
      url: '/t?q=x%20y&day={day}',
      rows: '/data/items',
      page: { ...CURSOR, parameter: 'after' },
    });
    const gathered = await listOf(rowsOf(of.fetchDay(DAY, NEVER)));
    expect(gathered.map(({ row, values }) => [row, values['id']])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(server.urls).toEqual([
      '/t?q=x%20y&day=2025-10-03',
      '/t?q=x%20y&day=2025-10-03&after=9007199254740993',
      '/t?q=x%20y&day=2025-10-03&after=a%20b%26c',
    ]);
  });

  it('follow a cursor in a body too large to hold', async () => {
    server.answering = (_request, response, times) => {
      response.end(`{"items":${LARGE}{"id":2}]${times === 0 ? ',"next":"n"' : ''}}`);
    };
    const gathered = await idsOf(open({ rows: '/items', page: CURSOR }));
    expect(gathered.filter((id) => id !== 0)).toEqual([1, 2, 1, 2]);
    expect(gathered).toHaveLength(6_004);
  });

  it('follow links', async () => {
    server.answering = (request, response) => {
      if (request.url?.includes('p=2') !== true) {
        response.setHeader('link', ['</first>; rel="first"', '<?p=2>; title="a, b"; rel="x next"']);
      }
      response.end(rows(server.urls.length));
    };
    expect(await idsOf(open({ page: { kind: 'link' } }))).toEqual([1, 2]);
    expect(server.urls).toEqual(['/trades?day=2025-10-03', '/trades?p=2']);
  });

  it('are counted, to one without rows', async () => {
    const answer = answerBy('page', { '1': rows(1, 2), '2': rows(3) });
    server.answering = (request, response) => void response.end(answer(request));
    expect(await idsOf(open({ page: { kind: 'number', parameter: 'page' } }))).toEqual([1, 2, 3]);
    expect(server.urls).toHaveLength(3);
  });

  it('have an offset, to one without rows: one that is not full is not the last', async () => {
    const answer = answerBy('skip', { '0': rows(1, 2), '2': rows(3) });
    server.answering = (request, response) => void response.end(answer(request));
    const page = { kind: 'offset', parameter: 'skip', size: 2, size_parameter: 'take' };
    expect(await idsOf(open({ page }))).toEqual([1, 2, 3]);
    expect(server.urls).toEqual([
      '/trades?day=2025-10-03&skip=0&take=2',
      '/trades?day=2025-10-03&take=2&skip=2',
      '/trades?day=2025-10-03&take=2&skip=3',
    ]);
  });

  it('that broke off are asked for again, without those before', async () => {
    server.answering = (request, response, times) => {
      if (times === 1) {
        response.writeHead(200, { 'content-length': '1000' }).write('{"items":[{"id":0}');
        setTimeout(() => response.destroy(), 20);
      } else {
        const next = request.url?.includes('c=') === true ? null : 'two';
        response.end(JSON.stringify({ items: [{ id: times }], next }));
      }
    };
    expect(await idsOf(open({ rows: '/items', page: CURSOR }))).toEqual([0, 2]);
    expect(server.urls.map((url) => url.includes('c=two'))).toEqual([false, true, true]);
  });

  it('that lead back are a loop', async () => {
    server.answering = (_request, response, times) =>
      void response.end(JSON.stringify({ items: [], next: ['a', 'b', 'a'][times] }));
    expect(await kindAndCodeOf(open({ rows: '/items', page: CURSOR }))).toBe('lasting PAGE_LOOP');
    expect(server.urls).toHaveLength(3);
  });

  it.each(['number', 'offset'])('that are the same whatever the %s are a loop', async (kind) => {
    server.always(rows(1, 2));
    expect(await kindAndCodeOf(open({ page: { kind, parameter: 'p' } }))).toBe('lasting PAGE_LOOP');
    expect(server.urls).toHaveLength(2);
  });

  it('that are too many fail the day', async () => {
    server.answering = (_request, response, times) => void response.end(rows(times));
    const of = open({ page: { kind: 'number', parameter: 'p' }, max_pages: 2 });
    expect(await kindAndCodeOf(of)).toBe('lasting SOURCE_TOO_MANY_PAGES');
    expect(server.urls).toHaveLength(2);
  });

  it('on another origin are blocked, and nothing goes there', async () => {
    const other = await HttpServerFixture.start();
    try {
      server.answering = (_request, response) => {
        response.setHeader('link', `<${other.url}/next>; rel=next`).end(rows(1));
      };
      expect(await kindAndCodeOf(open({ page: { kind: 'link' } }))).toBe('lasting SOURCE_BLOCKED');
      expect(other.urls).toEqual([]);
    } finally {
      other.stop();
    }
  });

  it.each(['{"a":1}', '"\\ud800"'])('with a cursor that is none: %s', async (cursor) => {
    server.always(`{"items":[],"next":${cursor}}`);
    expect((await failureOfDay(open({ rows: '/items', page: CURSOR }))).code).toBe(
      'PAGE_UNREADABLE',
    );
  });
});
