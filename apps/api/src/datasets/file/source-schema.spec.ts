import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { draws } from '../../../../../test/draws.js';
import { readDatasets } from './dataset-file.js';
import { datasetsSchema } from './dataset-schema.js';

const validate = new Ajv({ strict: false }).compile(datasetsSchema());

type Mapping = Readonly<Record<string, unknown>>;

const fileOf = (source: Mapping): Mapping => ({
  datasets: [{ name: 'a', source, target: { table: 'a', columns: { id: 'integer' } } }],
});
/** What the schema says of a source, and what its reader says. */
const verdicts = (source: Mapping): readonly [boolean, boolean] => {
  const file = fileOf(source);
  const env = { SECRET: 'secret', DAY: '{day}' };
  return [validate(file), readDatasets(JSON.stringify(file), { folder: '/srv', env }).ok];
};

const csv = (keys: Mapping): Mapping => ({ kind: 'csv', ...keys });
const json = (keys: Mapping): Mapping => ({ kind: 'json', path: '{day}.json', ...keys });
const ndjson = (path: string): Mapping => ({ kind: 'ndjson', path });
const parquet = (keys: Mapping): Mapping => ({ kind: 'parquet', ...keys });
const http = (keys: Mapping): Mapping => ({
  kind: 'http',
  url: 'https://a.example/{day}',
  ...keys,
});
const page = (keys: Mapping): Mapping => http({ page: keys });
const sql = (keys: Mapping): Mapping => ({
  kind: 'sql',
  url: 'sqlite:a.db',
  query: 'select id from a where day = :day',
  ...keys,
});

const GOOD: readonly Mapping[] = [
  csv({ path: 'a.csv', day_column: 'day' }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 'd'] } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 'd'], format: null } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm'], format: 'year_month' } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 'd', 'h'], format: 'yyyy-M-d-H' } }),
  csv({ path: '{day}.csv' }),
  csv({ path: '{day}.csv', day_column: null }),
  csv({ path: '{yyyy}-{mm}.csv', day_column: 'day' }),
  csv({ path: 'a/*.csv', day_column: 'day' }),
  json({ path: '*/{day}.json' }),
  ndjson('a/**/{day}'),
  parquet({ path: 'sync_day={day}/*.parquet' }),
  parquet({ path: 'a.parquet', day_column: { pointer: '/meta/at' } }),
  http({ url: 'https://a.example/', day_column: 'day' }),
  http({ url: 'https://a.example/', day_column: { pointer: '/at', format: 'epoch_ms' } }),
  csv({ path: '{yyyy}/{mm}/a-{dd}.csv.gz' }),
  csv({ path: '${DAY}.csv' }),
  csv({ path: '${SECRET}.csv', day_column: 'day' }),
  json({ rows: '' }),
  json({ rows: '/a/0/~1' }),
  ndjson('{next_day}{epoch_next}'),
  http({ url: 'HTTP://a.example:81?d={yyyy}{mm}{dd}' }),
  http({ url: 'https://a.example/{"q":"{ id }"}/{epoch}' }),
  http({ url: 'https://${SECRET}/{next_day}' }),
  http({ url: 'https://a.example/?from={day_start_ms}' }),
  sql({ query: 'select id from a where at >= :day_start and at < :day_end' }),
  http({ url: 'https://a.example/', headers: { day: '{day}' } }),
  http({ url: 'https://a.example/', method: 'POST', body: { of: ['{day}'] } }),
  http({ url: 'https://a.example/{yyyy}', method: 'POST', body: '{dd}', headers: { m: '{mm}' } }),
  http({ url: 'https://a.example/${SECRET}?{day}' }),
  http({ method: 'POST', body: { a: ['{day}', 1, null] } }),
  http({ method: 'POST', body: '' }),
  http({ headers: { 'X-Key': '${SECRET}', accept: 'a {day}' } }),
  http({ format: 'csv', rows: '' }),
  http({ format: 'csv', page: { kind: 'link' } }),
  http({ requests_per_second: 0.5, no_data_status: [], max_wait_seconds: 0 }),
  page({ kind: 'cursor', pointer: '/a', parameter: 'c' }),
  page({ kind: 'number', parameter: 'p' }),
  page({ kind: 'offset', parameter: 'p', first: 0, size: 5, size_parameter: 's' }),
  sql({ url: 'sqlite:/a/b.db', timeout_seconds: 5 }),
  sql({ url: 'postgres://reader:${SECRET}@a.example/b?sslmode=require' }),
];

const BAD: readonly Mapping[] = [
  parquet({ path: 'a.parquet' }),
  ...['delimiter', 'quote', 'comment', 'encoding', 'decimal', 'thousands', 'rows'].map((key) =>
    parquet({ path: '{day}.parquet', [key]: key === 'encoding' ? 'utf-8' : '.' }),
  ),
  parquet({ path: '{day}.parquet', nulls: ['NA'] }),
  parquet({ path: '{day}.parquet', skip_lines: 1 }),
  csv({ path: 'a.csv' }),
  csv({ path: 'a.csv', day_column: null }),
  csv({ path: 'a.csv', day_column: ['y', 'm', 'd'] }),
  csv({ path: 'a.csv', day_column: { from: ['y'], format: 'year' } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm'] } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 'd', 'h'], format: null } }),
  csv({ path: 'a.csv', day_column: { from: ['a', 'b', 'c', 'd', 'e'], format: 'iso' } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 'y'] } }),
  csv({ path: 'a.csv', day_column: { from: ['y', '', 'd'] } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm', 3] } }),
  csv({ path: 'a.csv', day_column: { from: ['y', 'm'], format: 'epoch_s' } }),
  csv({ path: '{day}/../*', day_column: 'day' }),
  csv({ path: '*.csv' }),
  csv({ path: '{date}.csv' }),
  csv({ path: 's3://a/b.csv', day_column: 'day' }),
  http({ url: 'https://a.example/', day_column: null }),
  json({ path: 'a.json' }),
  json({ rows: '/~2' }),
  ndjson('a.ndjson'),
  http({ url: 'ftp://a.example/' }),
  http({ url: ' https://a.example/' }),
  http({ url: 'https://{day}.example/' }),
  http({ url: 'https://a.example/{date}' }),
  http({ url: 'https://a.example/all' }),
  http({ url: 'https://a.example/{yyyy}/{mm}' }),
  http({ url: 'https://a.example/${DAY}' }),
  http({ url: 'https://u:p@a.example/' }),
  http({ url: 'https://a.example/#x' }),
  http({ body: 'a' }),
  http({ method: 'GET', body: {} }),
  http({ method: 'POST', body: 5 }),
  http({ headers: { host: 'a' } }),
  http({ headers: { 'a b': 'a' } }),
  http({ headers: { a: '{date}' } }),
  http({ format: 'ndjson', rows: '/a' }),
  http({ format: 'csv', page: { kind: 'cursor', pointer: '/a', parameter: 'c' } }),
  http({ requests_per_second: 1_001 }),
  http({ no_data_status: [500] }),
  http({ no_data_status: [401] }),
  http({ no_data_status: Array.from({ length: 21 }, () => 404) }),
  page({ kind: 'link', parameter: 'p' }),
  page({ kind: 'number', parameter: 'p', size_parameter: 's' }),
  page({ kind: 'page', parameter: 'p' }),
  sql({ url: 'sqlite:' }),
  sql({ url: 'sqlite://a.db' }),
  sql({ url: 'mysql://a.example/b' }),
  sql({ url: 'postgres://reader:written@a.example/b' }),
  sql({ url: 'postgres://reader:written@${SECRET}/b' }),
  sql({ url: 'postgres://a.example/b?password=written' }),
  sql({ query: 'select id from a' }),
  sql({ query: 'select id from a where day = :days' }),
  sql({ query: 'select ${SECRET} from a where day = :day' }),
];

describe('the schema of a source', () => {
  it.each(GOOD)('takes, as its reader does: %j', (source) => {
    expect(verdicts(source)).toEqual([true, true]);
  });

  it.each(BAD)('refuses, as its reader does: %j', (source) => {
    expect(verdicts(source)).toEqual([false, false]);
  });

  it('is never stricter than the reader, and looser for paths not at all', () => {
    const part = fc.constantFrom(
      ...['{day}', '{yyyy}', '{mm}', '{dd}', '{epoch}', '{x}', '{', '}', '..', '/', '\\', 'a', '.'],
      ...['*', '://', 's3'],
    );
    const path = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, fc.constantFrom(undefined, null, 'day'), (text, dayColumn) => {
        // The reader refuses a folder that is there, of which a schema knows nothing.
        fc.pre(!existsSync(resolve('/srv', text)));
        for (const source of [
          csv({ path: text, day_column: dayColumn }),
          json({ path: text }),
          ndjson(text),
        ]) {
          const [valid, read] = verdicts(source);
          expect([source, valid]).toEqual([source, read]);
        }
      }),
      { numRuns: draws(30, 200) },
    );
  });

  it('is never stricter than the reader for addresses', () => {
    const part = fc.constantFrom(
      ...['http', 'https', ':', '//', '/', '\\', 'a.example', '@', 'u', '#', '?', '{day}', '{x}'],
      ...['{ x }', ' ', ':80', 'sqlite', 'postgres', '${SECRET}', '&password=', '%', '\n', '['],
      'é',
    );
    const begin = fc.constantFrom('', 'http://a.example', 'sqlite:', 'postgres://a');
    const address = fc
      .tuple(begin, fc.array(part, { maxLength: 6 }))
      .map(([first, parts]) => first + parts.join(''));
    fc.assert(
      fc.property(address, (url) => {
        for (const source of [http({ url }), sql({ url })]) {
          const [valid, read] = verdicts(source);
          if (read) expect([source, valid]).toEqual([source, true]);
        }
      }),
      { numRuns: draws(60, 400) },
    );
  });
});
