import { describe, expect, it } from 'vitest';
import { DatasetCatalog } from './dataset-catalog.js';
import { readDatasets } from './dataset-file.js';
import type { Dataset } from './dataset.js';
import type { DaySource } from '../sources/day-source.js';
import { CsvSource } from '../sources/file/csv-source.js';

function datasets(...names: string[]): readonly Dataset[] {
  const text = JSON.stringify({
    datasets: names.map((name) => ({
      name,
      source: { kind: 'csv', path: `${name}.csv`, day_column: 'day' },
      target: { table: `t_${name}`, columns: { day: 'date' } },
    })),
  });
  const result = readDatasets(text, { folder: '/srv', env: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.datasets;
}

/** A source that notes its closing. */
function fakeSource(onClose: () => Promise<void>): DaySource {
  return {
    async *fetchDay() {
      // Has no rows.
    },
    close: onClose,
  };
}

describe('DatasetCatalog', () => {
  it('lists in order, finds by name, and knows the first', () => {
    const catalog = new DatasetCatalog(datasets('b', 'a'));
    expect(catalog.list().map(({ name }) => name)).toEqual(['b', 'a']);
    expect(catalog.first.name).toBe('b');
    expect(catalog.get('a')?.name).toBe('a');
    expect(catalog.get('constructor')).toBeUndefined();
  });

  it('refuses to be without datasets', () => {
    expect(() => new DatasetCatalog([])).toThrow(RangeError);
  });

  it('has one source a dataset', () => {
    const catalog = new DatasetCatalog(datasets('a', 'b'));
    expect(catalog.sourceOf('a')).toBeInstanceOf(CsvSource);
    expect(catalog.sourceOf('a')).toBe(catalog.sourceOf('a'));
    expect(catalog.sourceOf('a')).not.toBe(catalog.sourceOf('b'));
    expect(() => catalog.sourceOf('none')).toThrow('expected the name of a dataset, got "none"');
  });

  it('closes every source it made, even if one fails', async () => {
    const closed: string[] = [];
    const catalog = new DatasetCatalog(datasets('a', 'b', 'unused'), (config) =>
      fakeSource(() => {
        const path = 'path' in config ? config.path : '';
        closed.push(path);
        return path.endsWith('a.csv') ? Promise.reject(new Error('busy')) : Promise.resolve();
      }),
    );
    catalog.sourceOf('a');
    catalog.sourceOf('b');
    await expect(catalog.close()).rejects.toThrow(AggregateError);
    expect(closed).toEqual(['/srv/a.csv', '/srv/b.csv']);
  });
});
