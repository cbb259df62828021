import { createHash } from 'node:crypto';
import type { Expectation } from '../expected/expected-days.js';
import type { Dataset, SourceConfig } from './dataset.js';
import { dayColumnParts } from '../../sources/values/day-column.js';
import { hasInstant } from '../../sources/file/day-template.js';
import { writtenTextParts } from '../../sources/formats/csv-dialect.js';
import { fileParts } from '../../sources/file/file-source-config.js';
import { hasInstantParameter } from '../../sources/sql/sql-parameters.js';
import { valueDialectKeys } from '../../sources/values/value-dialect.js';

type Deciding = Pick<Dataset, 'source' | 'target' | 'where' | 'onBadRow' | 'expected'>;

const QUARANTINE = 'quarantine';

/** A value of the fingerprint, and the keys of the datasets file that it comes from, each with its own value. */
interface FingerprintPart {
  readonly value: unknown;
  readonly keys: Readonly<Record<string, unknown>>;
}

/**
 * 16 hexadecimal digits over what decides a dataset's rows and days; titles, throttle and the order of columns and options
 * don't. Addresses, paths, headers and options count as they are written, without the values of their variables. Every
 * other value counts as it is read, so the same text can have another fingerprint with another environment.
 */
export function fingerprint({ source, target, where = [], onBadRow, expected }: Deciding): string {
  const [table, columns] = targetParts(target);
  const decides = [
    ['source', source.kind, ...sourceParts(source).map(({ value }) => value)],
    ['target', table.value, columns.value, ...placeParts(target).map(({ value }) => value)],
    // Keys count only where they are set: older fingerprints stay what they are.
    ...(where.length === 0 ? [] : [['where', where]]),
    // Older fingerprints stay what they are. The bound decides whether a day fails, but no row of a day that doesn't.
    ...(onBadRow === null ? [] : [['on_bad_row', QUARANTINE]]),
    ...(expected === null ? [] : [['expected', expectedParts(expected)]]),
  ];
  return hashOf(decides, 16);
}

/**
 * The keys of the datasets file that decide a dataset's rows and days, each with a hash of its value: two fingerprints differ in
 * one of them at least. A hash, because the database needs not repeat addresses and queries.
 */
export function fingerprintKeys({
  source,
  target,
  where = [],
  onBadRow,
  expected,
}: Deciding): Readonly<Record<string, string>> {
  const ofSource = { kind: source.kind, ...keysOf(sourceParts(source)) };
  const keys = [
    ...Object.entries(ofSource).map(
      ([key, value]) => [key === TIME_ZONE ? key : `source.${key}`, value] as const,
    ),
    ...Object.entries(keysOf([...targetParts(target), ...placeParts(target)])).map(
      ([key, value]) => [`target.${key}`, value] as const,
    ),
    ...(where.length === 0 ? [] : [['where', where] as const]),
    ...(onBadRow === null ? [] : [['on_bad_row', QUARANTINE] as const]),
    ...(expected === null ? [] : [['expected', expectedParts(expected)] as const]),
  ];
  return Object.fromEntries(keys.map(([key, value]) => [key, hashOf(value, 8)]));
}

/** The days themselves, whatever file they are from. */
function expectedParts({ rule, from, until, except }: Expectation): readonly unknown[] {
  return [rule, from, until, except];
}

function keysOf(parts: readonly FingerprintPart[]): Record<string, unknown> {
  return Object.assign({}, ...parts.map(({ keys }) => keys)) as Record<string, unknown>;
}

function targetParts({ table, columns }: Dataset['target']): [FingerprintPart, FingerprintPart] {
  const parts = columns
    // What may be absent counts only where it is there: older fingerprints stay what they are.
    .map(
      ({ name, from, type, nullable, pointer, renamedFrom: _name, ...others }) =>
        [
          ...([name, from, type, nullable] as const),
          ...(pointer === undefined ? [] : [pointer]),
          ...(Object.keys(others).length === 0 ? [] : [sorted(others)]),
        ] as const,
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const keys = Object.fromEntries(parts.map((part) => [`columns.${part[0]}`, part]));
  return [part('table', table), { value: parts, keys }];
}

/** Nothing for a table of Daysync's own database: older fingerprints stay what they are. */
function placeParts({ place }: Dataset['target']): readonly FingerprintPart[] {
  switch (place?.kind) {
    case undefined:
      return [];
    case 'postgres':
      return [part('kind', place.kind), part('url', place.writtenUrl)];
    case 'duckdb':
    case 'parquet':
      return [part('kind', place.kind), part('path', place.writtenPath)];
  }
}

function sourceParts(source: SourceConfig): readonly FingerprintPart[] {
  return [...kindParts(source), ...valueParts(source)];
}

/** How the values are written; nothing where no key says so. */
function valueParts(source: SourceConfig): readonly FingerprintPart[] {
  const keys = source.kind === 'provider' ? {} : valueDialectKeys(source.values);
  return Object.keys(keys).length === 0 ? [] : [{ value: sorted({ values: keys }), keys }];
}

function kindParts(source: SourceConfig): readonly FingerprintPart[] {
  switch (source.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
    case 'parquet':
      return fileParts(source).map(([key, value]) => part(key, value));
    case 'http': {
      const { method, written, format, rows, page, noDataStatus, timeZone, dayColumn } = source;
      const headers = Object.entries(written.headers).map(([name, value]) => [
        `headers.${name}`,
        value,
      ]);
      return [
        part('method', method),
        {
          value: sorted(written),
          keys: {
            ...{ url: written.url, body: sorted(written.body) },
            ...(Object.fromEntries(headers) as Record<string, unknown>),
          },
        },
        part('format', format),
        part('rows', rows),
        part('page', sorted(page)),
        part('no_data_status', noDataStatus),
        ...(dayColumn === null
          ? []
          : dayColumnParts(dayColumn).map(([key, value]) => part(key, [key, value]))),
        ...writtenTextParts(source).map(([key, value]) => part(key, value)),
        ...zoneParts(hasInstant([JSON.stringify(written)]), timeZone),
      ];
    }
    case 'provider':
      // The name of a class says nothing of its rows, and a minifier changes it.
      return 'given' in source
        ? []
        : [part('module', source.writtenModule), part('options', sorted(source.writtenOptions))];
    case 'sql': {
      const { writtenUrl, query, database, timeZone } = source;
      const hasInstants = hasInstantParameter(query, database.dialect);
      return [part('url', writtenUrl), part('query', query), ...zoneParts(hasInstants, timeZone)];
    }
  }
}

/** The dataset's key, which decides the rows of sources that use the instants of a day. */
const TIME_ZONE = 'time_zone';

function zoneParts(hasInstants: boolean, timeZone: string): readonly FingerprintPart[] {
  return hasInstants ? [part(TIME_ZONE, timeZone)] : [];
}

function part(key: string, value: unknown): FingerprintPart {
  return { value, keys: { [key]: value } };
}

function hashOf(value: unknown, digits: number): string {
  // `undefined` has no JSON.
  const text = JSON.stringify(value ?? null);
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** A value whose mappings have their keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
