import { describe, expect, it } from 'vitest';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import { readSource, sourceErrors } from '../source-in-file.fixture.js';

const QUERY = 'select * from trades where day = :day';
const CANARY = 'c4nary';

const read = (source: object, env: Record<string, string> = {}) =>
  readSource({ kind: 'sql', ...source }, { env });
const sourceOf = (source: object, env?: Record<string, string>): unknown => {
  const result = read(source, env);
  return result.ok ? result.datasets[0]?.source : result.errors;
};
const errorsOf = (source: object, env?: Record<string, string>): string[] =>
  sourceErrors(read(source, env));

describe('a source of the kind sql', () => {
  it('has its address from the environment, and is shown without it', () => {
    const url = `postgres://eu:${CANARY}@db.example:5433/warehouse?sslmode=verify-full`;
    const source = { url: '${WAREHOUSE_URL}', query: QUERY, timeout_seconds: 30 };
    expect(sourceOf(source, { WAREHOUSE_URL: url })).toEqual({
      kind: 'sql',
      database: { dialect: 'postgres', url },
      writtenUrl: '${WAREHOUSE_URL}',
      query: QUERY,
      timeZone: 'UTC',
      timeoutSeconds: 30,
    });
  });

  it.each([
    ['sqlite:data/trades.db', '/srv/data/trades.db'],
    ['sqlite:/var/lib/trades.db', '/var/lib/trades.db'],
    ['sqlite:../my trades%20.db', '/my trades%20.db'],
  ])('%s is a file', (url, path) => {
    expect(sourceOf({ url, query: QUERY })).toMatchObject({
      database: { dialect: 'sqlite', path },
      writtenUrl: url,
      timeoutSeconds: null,
    });
  });

  it.each([
    'postgres://db.example/warehouse',
    'postgresql://eu@db.example/warehouse',
    'postgres://eu:${PASSWORD}@db.example/warehouse',
    'postgres://db.example/warehouse?user=eu&password=${PASSWORD}&sslmode=require',
    'postgres:///warehouse?host=/var/run/postgresql',
  ])('takes an address that is written in the file: %s', (url) => {
    const env = { PASSWORD: CANARY };
    expect(sourceOf({ url, query: QUERY }, env)).toMatchObject({ writtenUrl: url });
  });

  it('is the same one as long as its address is written the same', () => {
    const fingerprintOf = (source: object, env: Record<string, string>): string =>
      datasetIn(read(source, env)).fingerprint;
    const source = { url: '${URL}', query: QUERY };
    const before = fingerprintOf(source, { URL: 'postgres://a@b/c' });
    expect(fingerprintOf({ ...source, timeout_seconds: 1 }, { URL: 'sqlite:a.db' })).toBe(before);
    const query = `${QUERY} and id > 1`;
    expect(fingerprintOf({ ...source, query }, { URL: 'postgres://a@b/c' })).not.toBe(before);
  });
});

describe('an address that is none', () => {
  const EXPECTED =
    'url: postgres://user:password@host:port/database with what is special in a part %-encoded, or sqlite:path/to/file.db, got ';

  it.each([
    [undefined, 'nothing'],
    [7, 'no text'],
    ['', 'a text'],
    [`mysql://eu:${CANARY}@db/warehouse`, 'a text'],
    [`postgres://eu:${CANARY}#@db/warehouse`, 'a text'],
    ['postgres://', 'a text'],
    ['sqlite:', 'a text'],
    ['sqlite:///trades.db', 'a text'],
  ])('is reported without its value: %s', (url, received) => {
    expect(errorsOf({ url, query: QUERY })).toEqual([EXPECTED + received]);
  });

  it('is reported as it is written where it comes from the environment', () => {
    expect(
      errorsOf({ url: 'mysql://eu:${PASSWORD}@db/w', query: QUERY }, { PASSWORD: CANARY }),
    ).toEqual([`${EXPECTED}"mysql://eu:\${PASSWORD}@db/w" (text from the environment)`]);
    expect(
      errorsOf({ url: `mysql://eu:${CANARY}@\${HOST}/w`, query: QUERY }, { HOST: 'db' }),
    ).toEqual([`${EXPECTED}"mysql://eu:***@\${HOST}/w" (text from the environment)`]);
  });

  it.each([
    `postgres://eu:${CANARY}@db/warehouse`,
    `postgres://eu:${CANARY}@\${HOST}/warehouse`,
    `postgres://:${CANARY}@db/warehouse`,
    `postgres://eu:\${HOST}${CANARY}@db/warehouse`,
    `postgres://eu:${CANARY}@${CANARY}@db/warehouse`,
    `postgres://db/warehouse?password=${CANARY}&user=eu`,
  ])('may not have a readable password: %s', (url) => {
    const errors = errorsOf({ url, query: QUERY }, { HOST: 'db' });
    expect(errors).toHaveLength(1);
    expect(errors[0]).not.toContain(CANARY);
    expect(errors[0]).toMatch(/^url: (an address whose password|postgres:)/);
  });
});

describe('a query', () => {
  const url = 'postgres://db/warehouse';
  const PARAMETERS = 'query: one of the parameters :day, :next_day, :day_start, :day_end, got ';
  const WITHOUT_DAY =
    'query: a query with the parameter :day, as in where day = :day, or with :day_start and :day_end, got one without it';
  it.each([
    [undefined, 'query: text of 1 to 100000 characters, got nothing'],
    ['select 1', WITHOUT_DAY],
    ["select ':day' -- :day", WITHOUT_DAY],
    ['select :next_day', WITHOUT_DAY],
    ['select :day, :month, $1, :month', `${PARAMETERS}:month`, `${PARAMETERS}$1`],
    [
      'select :day; drop table trades',
      'query: one statement, got several, with a semicolon between them',
    ],
  ])('that can not be run is reported at boot: %s', (query, ...expected) => {
    expect(errorsOf({ url, query })).toEqual(expected);
  });

  it('is read as its database reads it', () => {
    expect(errorsOf({ url, query: "select :day, '{}'::jsonb ? 'a'" })).toEqual([]);
    expect(errorsOf({ url, query: 'select a where at >= :day_start' })).toEqual([]);
    expect(errorsOf({ url: 'sqlite:a.db', query: 'select :day, ?' })).toEqual([`${PARAMETERS}?`]);
  });

  it('takes nothing from the environment: that would be pasted into it', () => {
    expect(errorsOf({ url, query: 'select :day, ${KEY}' }, { KEY: CANARY })).toEqual([
      'query: a query without ${NAME}: the parameters are :day, :next_day, :day_start, :day_end, got a text from the environment',
    ]);
  });

  it('may take so long', () => {
    expect(errorsOf({ url, query: QUERY, timeout_seconds: 0 })).toEqual([
      'timeout_seconds: a whole number from 1 to 86400, got 0 (number)',
    ]);
  });
});
