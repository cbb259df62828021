import { Ajv } from 'ajv';
import { readDatasets } from './dataset-file.js';
import { datasetsSchema } from './dataset-schema.js';
import type { SourceConfig } from './source-kinds.js';

// Strict: an unknown keyword is a mistake of ours. A rule of ours may have no type of its own.
export const validate = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile(datasetsSchema());

export type Mapping = Record<string, unknown>;

/** A valid dataset with every key, by the kind of its source. */
export const SOURCES: Readonly<Record<SourceConfig['kind'], Mapping>> = {
  csv: {
    ...{ kind: 'csv', path: 'data/w.csv', day_column: 'date' },
    ...{ decimal: ',', thousands: '.', nulls: ['', 'NA', -999, false] },
    booleans: { true: ['Yes', 5], false: ['No', 6] },
  },
  json: { kind: 'json', path: 'data/{day}.json', rows: '/items' },
  ndjson: { kind: 'ndjson', path: 'data/{day}.ndjson' },
  parquet: { kind: 'parquet', path: 'data/{yyyy}-{mm}.parquet', day_column: 'at' },
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

export const fileOf = (source: Mapping): Mapping => ({
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
      schedule: { cron: '30 6 * * *', time_zone: 'Asia/Shanghai', lookback_days: 3, mode: 'all' },
      // Of a file of days only the reader knows whether it is there.
      expected: { rule: 'FREQ=WEEKLY;BYDAY=MO', from: '2026-01-05', until: '2026-12-31' },
      fresh_by: { time: '08:00', days: 3 },
      time_zone: 'Europe/Berlin',
      concurrency: 2,
      timeout_seconds: 5,
      attempts: 1,
      pause_after_failures: 0,
      on_empty: 'fail',
    },
  ],
});

export const isRead = (file: unknown): boolean =>
  readDatasets(JSON.stringify(file), { folder: import.meta.dirname, env: { NAME: 'text' } }).ok;

/** Where a file has something: each mapping's values and keys, each list's items. */
export function placesIn(value: unknown, path: readonly (string | number)[] = []): (typeof path)[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const below = [...path, key];
    return [below, ...placesIn((value as Mapping)[key], below)];
  });
}

/** A copy of a file with another value at a place; without it where the value is undefined. */
export function changed(
  file: Mapping,
  path: readonly (string | number)[],
  value: unknown,
): Mapping {
  const copy = structuredClone(file);
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Mapping;
  const last = path.at(-1) ?? '';
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else Reflect.deleteProperty(at, last);
  return copy;
}
