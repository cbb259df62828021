import { createHash } from 'node:crypto';
import type { Expectation } from '../expected/expected-days.js';
import type { Dataset } from './dataset.js';
import { SOURCE_KINDS, type SourceConfig } from './source-kinds.js';
import {
  part,
  sorted,
  TIME_ZONE,
  type FingerprintPart,
} from '../../sources/kind/fingerprint-part.js';
import { valueDialectKeys } from '../../sources/values/value-dialect.js';

type Deciding = Pick<Dataset, 'source' | 'target' | 'where' | 'onBadRow' | 'expected'>;

const QUARANTINE = 'quarantine';

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
  if (place === undefined) return [];
  const at = 'url' in place ? part('url', place.writtenUrl) : part('path', place.writtenPath);
  return [part('kind', place.kind), at];
}

function sourceParts(source: SourceConfig): readonly FingerprintPart[] {
  return [...SOURCE_KINDS[source.kind].deciding(source), ...valueParts(source)];
}

/** How the values are written; nothing where no key says so. */
function valueParts(source: SourceConfig): readonly FingerprintPart[] {
  const keys = source.kind === 'provider' ? {} : valueDialectKeys(source.values);
  return Object.keys(keys).length === 0 ? [] : [{ value: sorted({ values: keys }), keys }];
}

function hashOf(value: unknown, digits: number): string {
  // `undefined` has no JSON.
  const text = JSON.stringify(value ?? null);
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
