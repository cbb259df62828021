import { describe, expect, it } from 'vitest';
import type { Dataset } from '../api/wire';
import { datasetOf } from './dataset.fixture';
import { columnKeys, sourceFacts, syncFacts, type Fact } from './dataset-facts';

const asObject = (facts: readonly Fact[]): Record<string, Fact['value']> =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]));

const HTTP: Dataset['source'] = {
  kind: 'http',
  method: 'POST',
  url: 'https://example.org/${REGION}?day={day}',
  headers: { Authorization: '••••', Accept: 'application/json' },
  body: { day: '{day}' },
  format: 'json',
  rows: '/data',
  page: { kind: 'cursor', pointer: '/next', parameter: 'cursor' },
  no_data_status: [404, 410],
  requests_per_second: 2,
};

describe('sourceFacts', () => {
  it('distinguishes one file with all days from a file for each day', () => {
    expect(asObject(sourceFacts({ kind: 'csv', path: 'a.csv', day_column: 'date' }))).toEqual({
      'source.path': 'a.csv',
      'source.day_column': 'date',
    });
    const written = { day_format: 'epoch_ms', rows: '/features', encoding: 'utf-16le' };
    const whole = { kind: 'json', path: 'a.json', day_column: '/time', ...written } as const;
    expect(asObject(sourceFacts(whole))).toEqual({
      'source.path': 'a.json',
      'source.day_column': '/time',
      'source.day_format': 'epoch_ms',
      'source.rows': '/features',
      'source.encoding': 'utf-16le',
    });
    expect(asObject(sourceFacts({ kind: 'json', path: '{day}.json', rows: '/items' }))).toEqual({
      'source.path': '{day}.json',
      'source.rows': '/items',
    });
    expect(asObject(sourceFacts({ kind: 'ndjson', path: '{day}.ndjson', rows: '' }))).toEqual({
      'source.path': '{day}.ndjson',
    });
  });

  it('shows of a request what is asked and how pages are found', () => {
    expect(asObject(sourceFacts(HTTP))).toEqual({
      'source.request': 'POST https://example.org/${REGION}?day={day}',
      'source.headers': 'Authorization: ••••\nAccept: application/json',
      'source.body': '{\n  "day": "{day}"\n}',
      'source.format': 'json',
      'source.rows': '/data',
      'source.page': { key: 'page.cursor' },
      'source.no_data_status': '404, 410',
      'source.requests_per_second': '2',
    });
  });

  it('leaves out what a request does not have', () => {
    const bare = { headers: {}, body: null, rows: '', page: null, no_data_status: [] };
    const source = { ...HTTP, ...bare, method: 'GET', requests_per_second: null } as const;
    expect(Object.keys(asObject(sourceFacts(source)))).toEqual([
      'source.request',
      'source.format',
      'source.page',
    ]);
    expect(asObject(sourceFacts(source))['source.page']).toEqual({ key: 'page.one' });
  });

  it('shows how values are written, a key a line', () => {
    const values = { decimal: ',', nulls: ['', 'NA'], booleans: { true: ['Y'], false: ['N'] } };
    const facts = sourceFacts({ kind: 'csv', path: 'a.csv', day_column: 'date', ...values });
    expect(asObject(facts)['source.values']).toBe(
      'decimal: ","\nnulls: ["","NA"]\nbooleans: {"true":["Y"],"false":["N"]}',
    );
  });

  it('shows a query and a module', () => {
    expect(asObject(sourceFacts({ kind: 'sql', url: 'postgres://…', query: 'select 1' }))).toEqual({
      'source.url': 'postgres://…',
      'source.query': 'select 1',
    });
    expect(sourceFacts({ kind: 'provider', module: 'a.ts', options: {} })).toHaveLength(1);
    const options = { city: 'Oslo' };
    expect(asObject(sourceFacts({ kind: 'provider', module: 'a.ts', options }))).toEqual({
      'source.module': 'a.ts',
      'source.options': '{\n  "city": "Oslo"\n}',
    });
  });
});

describe('columnKeys', () => {
  it('lists what the datasets file has beside name and type', () => {
    const column = { name: 'a', from: 'a', type: 'date', nullable: true } as const;
    expect(columnKeys(column)).toBe('');
    const keys = { format: 'dd.MM.yyyy', time_zone: 'UTC', default: null };
    expect(columnKeys({ ...column, ...keys })).toBe(
      'format: "dd.MM.yyyy", time_zone: "UTC", default: null',
    );
  });
});

describe('syncFacts', () => {
  it('shows which rows are kept', () => {
    const where = [
      { column: 'a', equals: 'x' },
      { pointer: '/b', in: ['1', '2'] },
    ];
    expect(asObject(syncFacts(datasetOf({ where })))['dataset.where']).toBe(
      'column: "a", equals: "x"\npointer: "/b", in: ["1","2"]',
    );
    expect(asObject(syncFacts(datasetOf()))).not.toHaveProperty('dataset.where');
  });

  it('says each setting in words', () => {
    const facts = asObject(
      syncFacts(datasetOf({ throttle: { days_per_minute: 120 }, concurrency: 4 })),
    );
    expect(facts).toEqual({
      'dataset.throttle': { key: 'dataset.days_per_minute', params: { count: 120 } },
      'dataset.concurrency': '4',
      'dataset.attempts': { key: 'dataset.times', params: { count: 3 } },
      'dataset.pause_after_failures': { key: 'dataset.pause_days', params: { count: 20 } },
      'dataset.timeout': { key: 'dataset.at_most', time: { key: 'duration.m', params: { m: 1 } } },
      'dataset.on_empty': { key: 'on_empty.skip' },
      'dataset.time_zone': 'America/Los_Angeles',
    });
  });

  it('has words of its own for no limit, no pause and one at a time, and says a time limit to the second', () => {
    const none = { throttle: null, concurrency: 1, pause_after_failures: 0 };
    const facts = asObject(syncFacts(datasetOf({ ...none, timeout_seconds: 90 })));
    expect(facts).toMatchObject({
      'dataset.throttle': { key: 'dataset.no_throttle' },
      'dataset.concurrency': '1',
      'dataset.pause_after_failures': { key: 'dataset.no_pause' },
      'dataset.timeout': { time: { key: 'duration.ms_long', params: { m: 1, s: 30 } } },
    });
    const short = asObject(syncFacts(datasetOf({ timeout_seconds: 45 })))['dataset.timeout'];
    expect(short).toMatchObject({ time: { key: 'duration.s', params: { s: 45 } } });
  });
});
