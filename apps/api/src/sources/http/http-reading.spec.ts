import { describe, expect, it } from 'vitest';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import { showHttpSource } from '../../datasets/sources.dto.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';
import { readSource, sourceErrors } from '../source-in-file.fixture.js';
import { httpConfig } from './http-server.fixture.js';

const URL_ = 'https://api.example.com/v1/trades?day={day}';
const ENV = { TOKEN: 'canary-7f3a', BRACES: 'a{b}c', LINES: 'a\nb' };

const errorsOf = (source: Readonly<Record<string, unknown>>): string[] =>
  sourceErrors(readSource({ kind: 'http', ...source }, { env: ENV }));

describe('an HTTP source', () => {
  it('has its defaults', () => {
    expect(httpConfig({ url: URL_ })).toEqual({
      kind: 'http',
      method: 'GET',
      url: URL_,
      headers: {},
      body: null,
      written: { url: URL_, headers: {}, body: null },
      variables: {},
      format: 'json',
      rows: '',
      page: null,
      timeZone: 'UTC',
      dialect: DEFAULT_DIALECT,
      encoding: 'utf-8',
      dayColumn: null,
      requestsPerSecond: null,
      noDataStatus: [],
      connectTimeoutSeconds: 10,
      headersTimeoutSeconds: 30,
      bodyTimeoutSeconds: 30,
      maxWaitSeconds: 600,
      maxBytes: 1_073_741_824,
      maxRowBytes: 1_048_576,
      maxPages: 10_000,
    });
  });

  it('shows what comes from the environment by its name', () => {
    const config = httpConfig(
      {
        url: `${URL_}&key=\${TOKEN}`,
        method: 'POST',
        headers: { Authorization: 'Bearer ${TOKEN}', 'x-braces': '${BRACES}' },
        body: { key: '${TOKEN}', day: '{day}' },
      },
      ENV,
    );
    expect(config).toMatchObject({
      url: `${URL_}&key=canary-7f3a`,
      headers: { authorization: 'Bearer canary-7f3a', 'x-braces': 'a{b}c' },
      body: { key: 'canary-7f3a', day: '{day}' },
      written: { body: { key: '${TOKEN}', day: '{day}' } },
      variables: { TOKEN: 'canary-7f3a', BRACES: 'a{b}c' },
    });
    expect(showHttpSource(config)).toMatchObject({
      url: `${URL_}&key=\${TOKEN}`,
      headers: { authorization: 'Bearer ${TOKEN}' },
    });
    expect(JSON.stringify([config.written, showHttpSource(config)])).not.toContain('canary');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ url: 'ftp://a/{day}' }, 'url: an http or https address without a user'],
    [{ url: 'https://me:pw@a/{day}' }, 'url: a secret that comes from the environment as ${NAME}'],
    [{ url: 'https://${TOKEN}@a/{day}' }, 'url: a secret that comes from the environment'],
    [
      { url: `${URL_}&api_key=abc` },
      'url: a secret that comes from the environment as ${NAME}, got an address with the parameter api_key',
    ],
    [{ url: '/{day}?token=abc' }, 'url: a secret that comes from the environment as ${NAME}'],
    [
      { url: URL_, headers: { Authorization: 'Bearer abc' } },
      'headers.Authorization: a secret that comes from the environment as ${NAME}, got one that is written here',
    ],
    [{ url: URL_, headers: { 'x-api-key': 123 } }, 'headers.x-api-key: a secret that comes'],
    [{ url: URL_, headers: { cookie: 'a=b' } }, 'headers.cookie: a secret that comes'],
    [{ url: URL_, headers: { 'PRIVATE-TOKEN': 'ab' } }, 'headers.PRIVATE-TOKEN: a secret that'],
    [{ url: URL_, headers: { 'x-custom': 'Basic YTpi' } }, 'headers.x-custom: a secret that comes'],
    [{ url: 'https://a/{day}#x' }, 'url: an http or https address without a user'],
    [{ url: '/trades/{day}' }, 'url: an http or https address without a user'],
    [{ url: 'https://{day}.a/' }, 'url: an address whose host is the same for every day'],
    [{ url: 'https://a/{days}' }, 'url: the placeholders {day}, {yyyy}'],
    [
      { url: 'https://a/trades' },
      'url: the day in url, headers or body, such as ?date={day} or ?from={day}&to={next_day}, {day_start} and {day_end}, {epoch}, or {yyyy}, {mm} and {dd}; or a day_column for an answer with many days, got none: every day would get the same rows',
    ],
    [{ url: 'https://a/{yyyy}-{mm}' }, 'url: the day in url, headers or body'],
    [{ url: 'https://a/${BRACES}' }, 'url: the day in url, headers or body'],
    [
      { url: 'https://a/b', method: 'POST', body: { '{day}': 'x' } },
      'url: the day in url, headers or body',
    ],
    [{ url: URL_, body: 'x' }, 'body: no body (method is GET), got "x"'],
    [{ url: URL_, method: 'PUT' }, 'method: one of GET, POST'],
    [
      { url: URL_, method: 'POST', body: { a: ['{date}'] } },
      'body.a[0]: the placeholders {day}, {yyyy}',
    ],
    [{ url: URL_, headers: { 'x-a': '{date}' } }, 'headers.x-a: the placeholders {day}, {yyyy}'],
    [{ url: URL_, headers: { host: 'b' } }, 'headers.host: another header name, none of'],
    [{ url: URL_, headers: { 'a b': 'b' } }, 'headers["a b"]: another header name, none of'],
    [{ url: URL_, headers: { a: 'b', A: 'c' } }, 'headers.A: each header once'],
    [{ url: URL_, headers: { a: 7 } }, 'headers.a: text of 1 to 8192 Latin-1 characters'],
    [
      { url: URL_, headers: { a: '${LINES}' } },
      'headers.a: text of 1 to 8192 Latin-1 characters on one line, got "${LINES}" (text from the environment)',
    ],
    [{ url: URL_, format: 'xml' }, 'format: one of json, ndjson, csv'],
    [{ url: URL_, format: 'csv', rows: '/a' }, 'rows: nothing (format is csv)'],
    [{ url: URL_, rows: 'items' }, 'rows: a JSON pointer such as /data/items'],
    [{ url: URL_, page: 'link' }, 'page: a mapping with the key kind (cursor, link, number or'],
    [{ url: URL_, page: { kind: 'book' } }, 'page.kind: cursor, link, number or offset'],
    [{ url: URL_, page: { kind: 'link', parameter: 'p' } }, 'page.parameter: one of the keys kind'],
    [{ url: URL_, page: { kind: 'cursor', parameter: 'p' } }, 'page.pointer: a JSON pointer'],
    [
      { url: URL_, format: 'csv', page: { kind: 'cursor', pointer: '/n', parameter: 'p' } },
      'page.kind: link, number or offset (format is csv)',
    ],
    [
      { url: URL_, page: { kind: 'number', parameter: 'p', size_parameter: 's' } },
      'page.size: a size beside size_parameter, got nothing',
    ],
    [
      { url: URL_, page: { kind: 'offset', parameter: 'p', size: 10 } },
      'page.size_parameter: a size_parameter beside size, got nothing',
    ],
    [{ url: URL_, requests_per_second: 0 }, 'requests_per_second: a number from 0.0001'],
    [{ url: URL_, requests_per_second: 0.00009 }, 'requests_per_second: a number from 0.0001'],
    [{ url: URL_, no_data_status: [401] }, 'no_data_status: a list of up to 20 statuses'],
    [{ url: URL_, max_bytes: 0 }, 'max_bytes: a whole number from 1'],
  ])('is refused: %j', (source, error) => {
    expect(errorsOf(source)).toEqual([expect.stringContaining(error)]);
  });

  it.each<Record<string, unknown>>([
    { url: `${URL_}&key=\${TOKEN}&keyword=trade&token=&sort_key=id` },
    { url: 'https://a/x@y?day={day}&user=a@b' },
    { url: URL_, headers: { 'idempotency-key': 'trades-{day}', 'x-keyboard': 'de' } },
    { url: URL_, headers: { authorization: 'Token ${TOKEN}' } },
  ])('has no secret in it: %j', (source) => {
    expect(errorsOf(source)).toEqual([]);
  });

  it('keeps its fingerprint when the environment or a limit changes, and not when its rows do', () => {
    const print = (source: Record<string, unknown>, TOKEN = 'a'): string =>
      datasetIn(readSource({ kind: 'http', ...source }, { env: { TOKEN } })).fingerprint;
    const url = `${URL_}&key=\${TOKEN}`;
    expect(print({ url }, 'b')).toBe(print({ url }));
    expect(print({ url, max_pages: 7, requests_per_second: 5 })).toBe(print({ url }));
    expect(print({ url, rows: '/items' })).not.toBe(print({ url }));
    expect(print({ url: URL_ })).not.toBe(print({ url }));
  });
});
