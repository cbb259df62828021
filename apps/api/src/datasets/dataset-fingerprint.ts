import { createHash } from 'node:crypto';
import type { Dataset, SourceConfig } from './dataset.js';
import { fileFingerprint } from '../sources/file/file-source-config.js';

/**
 * 16 hexadecimal digits over what decides a dataset's rows; titles, throttle and the order of columns and options
 * don't, nor does the value of what comes from the environment.
 */
export function fingerprint(source: SourceConfig, target: Dataset['target']): string {
  const columns = target.columns
    // A pointer counts only where there is one: older fingerprints stay what they are.
    .map(
      ({ name, from, type, nullable, pointer }) =>
        [name, from, type, nullable, ...(pointer === undefined ? [] : [pointer])] as const,
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const decides = [
    ['source', source.kind, ...sourceParts(source)],
    ['target', target.table, columns],
  ];
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex').slice(0, 16);
}

function sourceParts(source: SourceConfig): readonly unknown[] {
  switch (source.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
      return fileFingerprint(source);
    case 'http': {
      const { method, written, format, rows, page, noDataStatus } = source;
      return [method, sorted(written), format, rows, sorted(page), noDataStatus];
    }
    case 'provider':
      // The name of a class says nothing of its rows, and a minifier changes it.
      return 'given' in source ? [] : [source.writtenModule, sorted(source.writtenOptions)];
    case 'sql':
      return [source.writtenUrl, source.query];
  }
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
