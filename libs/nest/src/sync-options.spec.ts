import { describe, expect, it } from 'vitest';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import {
  readSyncOptions,
  SyncOptionsError,
  type SyncOptionError,
  type SyncOptions,
} from './sync-options.js';

class Numbers {
  closed = false;

  async *fetchDay(day: string): AsyncIterable<{ n: string }> {
    yield { n: day };
  }

  close(): void {
    this.closed = true;
  }
}

const TARGET = { table: 'numbers', columns: { n: 'text' } } as const;
const OPTIONS: SyncOptions = {
  database: { file: 'app.db' },
  datasets: [
    { name: 'numbers', source: { kind: 'provider', provider: new Numbers() }, target: TARGET },
  ],
};

const read = (options: unknown): ReturnType<typeof readSyncOptions> =>
  readSyncOptions(options as SyncOptions, new SecretValues());

function errorsOf(options: unknown): readonly SyncOptionError[] {
  try {
    read(options);
  } catch (error) {
    if (error instanceof SyncOptionsError) return error.errors;
    throw error;
  }
  throw new Error('expected an error');
}

const withDataset = (changes: object): object => ({
  ...OPTIONS,
  datasets: [{ ...OPTIONS.datasets[0], ...changes }],
});

describe('readSyncOptions', () => {
  it('accepts a provider, with the defaults of the datasets file and the environment', () => {
    const { config, datasets, language } = read(OPTIONS);
    const [dataset] = datasets;
    expect(dataset).toMatchObject({
      attempts: 3,
      concurrency: 1,
      onEmpty: 'skip',
      timeZone: 'UTC',
    });
    expect(dataset?.source).toMatchObject({ writtenModule: 'Numbers', options: {} });
    expect({ ...config, language }).toMatchObject({
      databaseUrl: null,
      historyDays: 90,
      limitStarts: 0,
      language: 'zh',
    });
  });

  it('freezes the result except for providers', () => {
    const provider = new Numbers();
    const [dataset] = read(withDataset({ source: { kind: 'provider', provider } })).datasets;
    expect(Object.isFrozen(dataset?.source)).toBe(true);
    provider.close();
    expect(provider.closed).toBe(true);
  });

  it('has the same fingerprint for every provider', () => {
    const other = { fetchDay: () => new Numbers().fetchDay('') };
    const prints = [new Numbers(), Numbers, other].map((provider) => {
      const [dataset] = read(withDataset({ source: { kind: 'provider', provider } })).datasets;
      return dataset?.fingerprint;
    });
    expect(new Set(prints).size).toBe(1);
  });

  it('accepts the sources of the datasets file, with a base folder and secrets', () => {
    const secrets = new SecretValues();
    const source = { kind: 'http', url: 'https://h.test/{day}?key=${KEY}', format: 'json' };
    const options = { ...withDataset({ source }), env: { KEY: 'a-long-secret' } };
    const { datasets } = readSyncOptions(options as unknown as SyncOptions, secrets);
    expect(datasets[0]?.source.kind).toBe('http');
    expect(secrets.redact('of a-long-secret')).toBe('of [hidden]');
    const csv = { kind: 'csv', path: 'days/{day}.csv' };
    expect(
      read({ ...withDataset({ source: csv }), folder: '/srv' }).datasets[0]?.source,
    ).toMatchObject({ kind: 'csv' });
  });

  it.each<[string, unknown, string]>([
    [
      'an unknown key of a dataset',
      withDataset({ timeZone: 'UTC' }),
      'datasets[0].timeZone | one of the keys name, title | the key "timeZone"',
    ],
    [
      'a provider without its method',
      withDataset({ source: { kind: 'provider', provider: { fetch: 1 } } }),
      'datasets[0].source.provider | an object with a method fetchDay | a mapping with the keys fetch',
    ],
    [
      'no provider',
      withDataset({ source: { kind: 'provider', provider: undefined } }),
      'datasets[0].source.provider | an object with a method fetchDay | nothing',
    ],
    [
      'a key beside a provider',
      withDataset({ source: { kind: 'provider', provider: Numbers, options: {} } }),
      'datasets[0].source.options | one of the keys kind, provider | the key "options"',
    ],
    ['no database', { ...OPTIONS, database: undefined }, 'database | { file } | nothing'],
    [
      'two databases',
      { ...OPTIONS, database: { file: 'a', url: 'b' } },
      'database | { file } | a mapping with the keys file, url',
    ],
    [
      'a database in memory',
      { ...OPTIONS, database: { file: ':memory:' } },
      'database.file | the path of a SQLite file | ":memory:" (text)',
    ],
    [
      'no Kysely',
      { ...OPTIONS, database: { kysely: 'app.db' } },
      'database.kysely | a Kysely | "app.db" (text)',
    ],
    [
      'an address of something else',
      { ...OPTIONS, database: { url: 'mysql://h/d' } },
      'database.url | the address of a database in PostgreSQL | an address that begins with mysql:',
    ],
    [
      'no pool',
      { ...OPTIONS, database: { pool: 'postgres://h/d' } },
      'database.pool | a Pool of node-postgres (pg) | "postgres://h/d" (text)',
    ],
    ['a limit', { ...OPTIONS, history_days: 0 }, 'history_days | a whole number | 0 (number)'],
    ['an unknown option', { ...OPTIONS, dataset: [] }, 'dataset | one of datasets | the key'],
    ['a language', { ...OPTIONS, language: 'de' }, 'language | zh or en | "de" (text)'],
    ['a caller', { ...OPTIONS, caller: 'me' }, 'caller | a function | "me" (text)'],
  ])('refuses %s', (_what, options, error) => {
    const [path, expected = '', received = ''] = error.split(' | ');
    const containing = (text: string): unknown => expect.stringContaining(text);
    expect(errorsOf(options)).toEqual([
      { path, expected: containing(expected), received: containing(received) },
    ]);
  });

  it('reports every error, one a line', () => {
    const options = {
      ...withDataset({ attempts: 0, concurrency: 0n }),
      database: {},
      language: 'x',
    };
    expect(() => read(options)).toThrow(
      /^SyncModule can't start: 4 options are wrong\.\n {2}datasets\[0\]\.attempts: expected .*\n {2}datasets\[0\]\.concurrency: expected .*\n/,
    );
  });

  it.each([
    ['by its address', { connectionString: 'postgres://ada:s3cretive@db/orders' }],
    ['by parts', { host: 'db', user: 'ada', password: 's3cretive', ssl: { ca: 'a certificate' } }],
  ])('accepts the pool of a PostgreSQL %s, and hides its password', async (_, settings) => {
    const pool = new Pool({ ...settings, max: 3, options: '-c search_path=orders' });
    const secrets = new SecretValues();
    const { database } = readSyncOptions({ ...OPTIONS, database: { pool } }, secrets);
    expect(database).toEqual({
      option: 'pool',
      address: { ...settings, options: '-c search_path=orders' },
    });
    expect(secrets.redact('by s3cretive')).toBe('by [hidden]');
    await pool.end();
  });

  it('accepts any Kysely: only a query shows its database', async () => {
    const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool: new Pool() }) });
    expect(read({ ...OPTIONS, database: { kysely } }).database).toEqual({ kysely });
    await kysely.destroy();
  });
});
