import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readDatasets, SOURCE_READERS } from './dataset-file.js';
import { datasetsSchema } from './dataset-schema.js';

const SHIPPED = new URL('../../../../../docs/datasets.schema.json', import.meta.url);
const OUR_FILE = new URL('../../../../../datasets.yaml', import.meta.url);

// Strict: an unknown keyword is a mistake of ours. A rule of ours may have no type of its own.
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
  datasetsSchema(),
);

type Mapping = Record<string, unknown>;

/** A valid dataset with every key, by the kind of its source. */
const SOURCES: Readonly<Record<keyof typeof SOURCE_READERS, Mapping>> = {
  csv: {
    ...{ kind: 'csv', path: 'data/w.csv', day_column: 'date' },
    ...{ decimal: ',', thousands: '.', nulls: ['', 'NA', -999, false] },
    booleans: { true: ['Yes', 5], false: ['No', 6] },
  },
  json: { kind: 'json', path: 'data/{day}.json', rows: '/items' },
  ndjson: { kind: 'ndjson', path: 'data/{day}.ndjson' },
  http: {
    kind: 'http',
    url: 'https://api.example.com/w?day={day}',
    method: 'GET',
    headers: { accept: 'application/json' },
    format: 'json',
    rows: '/items',
    requests_per_second: 5,
    page: { kind: 'cursor', pointer: '/next', parameter: 'after' },
    no_data_status: [404],
    max_pages: 10,
  },
  provider: { kind: 'provider', module: './dataset.ts', options: { region: 'eu', list: [1] } },
  sql: { kind: 'sql', url: 'sqlite:w.db', query: 'select * from w where day = :day' },
};

const fileOf = (source: Mapping): Mapping => ({
  datasets: [
    {
      name: 'weather',
      title: { zh: '天气', en: 'Weather' },
      source,
      target: {
        table: 'weather_daily',
        columns: {
          date: 'date',
          wind: { from: 'Wind', type: 'real', nullable: true },
          city: { pointer: '/at/city', type: 'text', nullable: false },
          origin: { value: 'eu', type: 'text' },
          read_at: { type: 'timestamp', format: 'dd.MM.yyyy HH:mm', time_zone: 'Asia/Tokyo' },
          state: { type: 'text', default: 'none', trim: true, map: { 1: 'open', x: null } },
        },
      },
      where: [
        { column: 'region', equals: 'north' },
        { column: 'n', in: [1, 2] },
        { pointer: '/at/city', not_in: ['', true] },
        { column: 'code', starts_with: 'DE' },
      ],
      throttle: { days_per_minute: 0.5 },
      schedule: {
        cron: '30 6 * * *',
        time_zone: 'Asia/Shanghai',
        lookback_days: 3,
        mode: 'all',
      },
      time_zone: 'Europe/Berlin',
      concurrency: 2,
      timeout_seconds: 5,
      attempts: 1,
      pause_after_failures: 0,
      on_empty: 'fail',
    },
  ],
});

const isRead = (file: unknown): boolean =>
  readDatasets(JSON.stringify(file), { folder: import.meta.dirname, env: { NAME: 'text' } }).ok;

/** Where a file has something: each mapping's values and keys, each list's items. */
function placesIn(value: unknown, path: readonly (string | number)[] = []): (typeof path)[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const below = [...path, key];
    return [below, ...placesIn((value as Mapping)[key], below)];
  });
}

/** A copy of a file with another value at a place; without it where the value is undefined. */
function changed(file: Mapping, path: readonly (string | number)[], value: unknown): Mapping {
  const copy = structuredClone(file);
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Mapping;
  const last = path.at(-1) ?? '';
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else Reflect.deleteProperty(at, last);
  return copy;
}

const ODD_VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  'x',
  'Not a name',
  'kysely_x',
  'pg_x',
  'batch',
  'sync_day',
  'csv',
  'integer',
  '/a/b',
  'a/~2',
  '{day}',
  'a/{month}/{day}',
  'http://host/{day}',
  'POST',
  'ndjson',
  [429],
  { 'X-Kind': 'a' },
  { kind: 'link' },
  { kind: 'number', parameter: 'p', size_parameter: 's' },
  'y'.repeat(1_001),
  'y'.repeat(4_097),
  0,
  1,
  -1,
  0.5,
  101,
  100_000,
  true,
  [],
  ['x'],
  {},
  { x: 1 },
  { kind: 'fax' },
  { kind: 'csv' },
  { type: 'text' },
  { zh: 'x' },
  { columns: {} },
  { days_per_minute: 0 },
];

/** What the schema takes and the reader doesn't: it can't know. */
function isBeyondSchema(path: readonly (string | number)[], value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (path.at(-1) === 'module') return value.length > 0 && value.length <= 4_096;
  return path.at(-1) === 'time_zone' && /^[A-Za-z]/.test(value);
}

/** Whether it takes a value's type to say whether it is right. */
function isOfColumnType(path: readonly (string | number)[]): boolean {
  const keys = ['value', 'type', 'format', 'default', 'map'];
  return path.includes('columns') && path.slice(-2).some((key) => keys.includes(String(key)));
}

describe('the schema of the datasets file', () => {
  it('is shipped as it is made: `npm run datasets:schema` writes it', () => {
    expect(JSON.parse(readFileSync(SHIPPED, 'utf8'))).toEqual(datasetsSchema());
  });

  it('is named by the datasets file that comes with Daysync, and takes it', () => {
    const text = readFileSync(OUR_FILE, 'utf8');
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
    expect(new URL(named, OUR_FILE).href).toBe(SHIPPED.href);
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  describe.each(Object.entries(SOURCES))('for a source of the kind %s', (kind, source) => {
    const file = fileOf(source);
    /** What stands beside the source is the same for every kind, and looked at once. */
    const places = placesIn(file).filter((path) => kind === 'csv' || path.includes('source'));

    it('takes every key', () => {
      validate(file);
      expect(validate.errors).toBeNull();
      expect(isRead(file)).toBe(true);
    });

    it('takes what the reader takes, whatever stands at any place; and nothing else, where it can know', () => {
      const disagreements = places.flatMap((path) =>
        ODD_VALUES.filter((value) => {
          const other = changed(file, path, value);
          if (isBeyondSchema(path, value)) return false;
          if (isOfColumnType(path)) return isRead(other) && !validate(other);
          return validate(other) !== isRead(other);
        }).map((value) => `${path.join('.')}: ${JSON.stringify(value)}`),
      );
      expect(disagreements).toEqual([]);
    });

    it('refuses an unknown key of any mapping, as the reader does', () => {
      // Options are the provider's; the keys of columns and headers are names, those of a map are values.
      const mappings = [[], ...placesIn(file)].filter((path) => {
        const key = path.at(-1);
        const value = path.reduce<unknown>((at, step) => (at as Mapping)[step], file);
        const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
        return isMapping && !['options', 'columns', 'headers', 'map'].includes(String(key));
      });
      expect(mappings.length).toBeGreaterThan(6);
      for (const path of mappings) {
        const other = changed(file, [...path, 'colour'], 'blue');
        expect([path, validate(other), isRead(other)]).toEqual([path, false, false]);
      }
    });
  });

  it.each([
    ['from and pointer', ['wind', 'pointer'], '/a', false],
    ['a pointer beside a from that is null', ['city', 'from'], null, true],
    ['a column name that is taken', ['sync_day'], 'text', false],
    ['a column name that is none', ['Wind'], 'text', false],
    ['a column name from the environment', ['${NAME}'], 'text', false],
    ['a value beside a from', ['origin', 'from'], 'b', false],
    ['a value beside a default', ['origin', 'default'], 'b', false],
    ['a format of a text', ['state', 'format'], 'iso', false],
    ['a format of a date', ['read_at', 'type'], 'date', true],
    ['a column by its type alone', ['wind'], 'json', true],
    ['a list of types', ['wind'], ['json'], false],
  ])('agrees with the reader on %s', (_, path, value, isValid) => {
    const other = changed(
      fileOf(SOURCES.csv),
      ['datasets', 0, 'target', 'columns', ...path],
      value,
    );
    expect([validate(other), isRead(other)]).toEqual([isValid, isValid]);
  });

  it('takes a title that is one text', () => {
    const other = changed(fileOf(SOURCES.csv), ['datasets', 0, 'title'], 'Weather');
    expect([validate(other), isRead(other)]).toEqual([true, true]);
  });

  it('lets a variable stand for every text, and for nothing else', () => {
    const env = { NAME: 'fail' };
    const withVariable = (key: string): [boolean, boolean] => {
      const file = changed(fileOf(SOURCES.csv), ['datasets', 0, key], '${NAME}');
      return [validate(file), readDatasets(JSON.stringify(file), { folder: '/', env }).ok];
    };
    expect(withVariable('name')).toEqual([true, true]);
    expect(withVariable('on_empty')).toEqual([true, true]);
    expect(withVariable('concurrency')).toEqual([false, false]);
  });

  it('takes what only the whole file, its variables or Node can refuse', () => {
    const [dataset] = fileOf(SOURCES.csv)['datasets'] as Mapping[];
    const twice = { datasets: [dataset, dataset] };
    expect([validate(twice), isRead(twice)]).toEqual([true, false]);
    for (const [key, value] of [
      ['schedule', { cron: '0 0 30 2 *', lookback_days: 1 }],
      ['schedule', { cron: '60 6 * * *', lookback_days: 1 }],
      ['time_zone', 'Atlantis/Capital'],
      ['title', '${UNSET}'],
      ['title', 'a\0b'],
      // In UTF-16 twice as long.
      ['title', '𝄞'.repeat(501)],
    ] as const) {
      const file = changed(fileOf(SOURCES.csv), ['datasets', 0, key], value);
      expect([validate(file), isRead(file)]).toEqual([true, false]);
    }
  });
});
