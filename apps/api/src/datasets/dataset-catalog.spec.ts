import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { DatasetCatalog } from './dataset-catalog.js';
import { readDatasets, type DatasetsText } from './file/dataset-file.js';
import type { Dataset } from './file/dataset.js';
import type { DaySource } from '../sources/day-source.js';
import { IndexedFileSource } from '../sources/file/indexed-file-source.js';

function written(name: string): object {
  return {
    name,
    source: { kind: 'csv', path: `${name}.csv`, day_column: 'day' },
    target: { table: `t_${name}`, columns: { day: 'date' } },
  };
}

function datasets(...names: string[]): readonly Dataset[] {
  return datasetsOf(names.map(written));
}

function datasetsOf(entries: readonly object[]): readonly Dataset[] {
  const text = JSON.stringify({ datasets: entries });
  const result = readDatasets(text, { folder: '/srv', env: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.datasets;
}

function pair([one, other]: readonly Dataset[]): readonly [Dataset, Dataset] {
  if (one === undefined || other === undefined) throw new Error('expected two datasets');
  return [one, other];
}

function textOf(version: string): DatasetsText {
  return { text: '', version, value: {} };
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
  it('lists in order, finds by name, knows the first, and is never empty', () => {
    const catalog = new DatasetCatalog(datasets('b', 'a'));
    expect(catalog.list().map(({ name }) => name)).toEqual(['b', 'a']);
    expect(catalog.first.name).toBe('b');
    expect(catalog.get('a')?.name).toBe('a');
    expect(catalog.get('constructor')).toBeUndefined();
    expect(() => new DatasetCatalog([])).toThrow(RangeError);
  });

  it('has one source a dataset', () => {
    const [a, b] = pair(datasets('a', 'b'));
    const catalog = new DatasetCatalog([a, b]);
    expect(catalog.sourceOf(a)).toBeInstanceOf(IndexedFileSource);
    expect(catalog.sourceOf(a)).toBe(catalog.sourceOf(a));
    expect(catalog.sourceOf(a)).not.toBe(catalog.sourceOf(b));
  });

  it('closes every source it made, even if one fails', async () => {
    const closed: string[] = [];
    const catalog = new DatasetCatalog(datasets('a', 'b', 'unused'), (_config, { name }) =>
      fakeSource(() => {
        closed.push(name);
        return name === 'a' ? Promise.reject(new Error('busy')) : Promise.resolve();
      }),
    );
    for (const dataset of catalog.list().slice(0, 2)) catalog.sourceOf(dataset);
    await expect(catalog.close()).rejects.toThrow(AggregateError);
    expect(closed).toEqual(['a', 'b']);
  });
});

describe('a catalog whose datasets are replaced', () => {
  let closed: string[];
  let replaced: number;
  let catalog: DatasetCatalog;
  beforeEach(() => {
    closed = [];
    replaced = 0;
    catalog = new DatasetCatalog(
      datasets('a', 'b'),
      (_config, { name }) =>
        fakeSource(async () => {
          closed.push(name);
        }),
      textOf('v1'),
    );
    catalog.onReplaced(() => (replaced += 1));
  });
  const replace = (next: readonly Dataset[]): void => {
    catalog.replace({ datasets: next, file: textOf('v2') });
  };

  it('has the new ones, all at once, and says so', () => {
    const [a] = pair(catalog.list());
    expect(catalog.file?.version).toBe('v1');
    catalog.newer = { version: 'v2', fingerprints: new Map(), errors: ['no'] };
    replace(datasets('c', 'a'));
    expect(catalog.list().map(({ name }) => name)).toEqual(['c', 'a']);
    expect([catalog.first.name, catalog.get('b'), catalog.file?.version]).toEqual([
      ...['c', undefined, 'v2'],
    ]);
    expect(catalog.get('a')).toBe(a);
    expect([replaced, catalog.newer]).toEqual([1, null]);
    expect(() => {
      replace([]);
    }).toThrow(RangeError);
  });

  it('closes the sources of datasets that changed or are gone, and keeps the others', async () => {
    const [a, b] = pair(catalog.list());
    const kept = catalog.sourceOf(a);
    catalog.sourceOf(b);
    replace([...datasets('a'), ...datasets('c')]);
    await nextTurn();
    expect(closed).toEqual(['b']);
    expect(catalog.sourceOf(a)).toBe(kept);

    const moved = { kind: 'csv', path: 'moved.csv', day_column: 'day' };
    replace(datasetsOf([{ ...written('a'), source: moved }]));
    await nextTurn();
    expect(closed).toEqual(['b', 'a']);
    expect(catalog.sourceOf(catalog.first)).not.toBe(kept);
  });

  it('keeps the source of a dataset where only what its source does not use has changed', async () => {
    const [a] = pair(catalog.list());
    const source = catalog.sourceOf(a);
    const others = { title: 'new', concurrency: 3, attempts: 9, timeout_seconds: 7 };
    const target = { table: 't_a', columns: { day: 'date', more: 'text' } };
    replace(datasetsOf([{ ...written('a'), ...others, target }]));
    await nextTurn();
    expect(catalog.first).toMatchObject({ title: { en: 'new' }, concurrency: 3, attempts: 9 });
    expect(catalog.sourceOf(catalog.first)).toBe(source);
    expect(closed).toEqual([]);
  });

  it('has a source until its last day in flight, then closes it once, and has none', async () => {
    const [a] = pair(catalog.list());
    const current = catalog.currentSourceOf(a);
    expect(current).toBe(catalog.sourceOf(a));
    const days = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const used = days.map(({ promise }) => catalog.use(a, () => promise));
    replace(datasets('b'));
    days[0]?.resolve();
    await used[0];
    await nextTurn();
    expect(closed).toEqual([]);
    expect(catalog.currentSourceOf(a)).toBe(current);
    days[1]?.resolve();
    await used[1];
    await nextTurn();
    expect(catalog.currentSourceOf(a)).toBeUndefined();
    await catalog.close();
    expect(closed).toEqual(['a']);
  });

  it('gives a late day of a replaced dataset a source, and closes that after it', async () => {
    const [a] = pair(catalog.list());
    replace(datasets('b'));
    await catalog.use(a, async (source) => {
      expect(source.fetchDay).toBeTypeOf('function');
    });
    await nextTurn();
    expect(closed).toEqual(['a']);
  });

  it('reports a source that does not close', async () => {
    const failing = new DatasetCatalog(datasets('a'), () =>
      fakeSource(() => Promise.reject(new Error('busy'))),
    );
    const reports: unknown[] = [];
    failing.stray = ({ name }, what, error) => reports.push([name, what, String(error)]);
    failing.sourceOf(failing.first);
    failing.replace({ datasets: datasets('b'), file: null });
    await nextTurn();
    expect(reports).toEqual([['a', 'a source did not close', 'Error: busy']]);
  });
});
