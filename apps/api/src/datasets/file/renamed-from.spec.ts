import { describe, expect, it } from 'vitest';
import { readDatasets } from './dataset-file.js';

interface Written {
  readonly name: string;
  readonly from?: string;
  readonly table?: string;
  readonly tableFrom?: string;
  readonly columns?: Readonly<Record<string, object>>;
}

/** The errors of a file with these datasets. */
function errorsOf(...datasets: readonly Written[]): readonly string[] {
  const written = datasets.map(({ name, from, table = name, tableFrom, columns }) => ({
    ...{ name, renamed_from: from },
    source: { kind: 'csv', path: 'a.csv', day_column: 'day' },
    target: { table, renamed_from: tableFrom, columns: columns ?? { n: { type: 'integer' } } },
  }));
  const text = JSON.stringify({ datasets: written });
  const result = readDatasets(text, { folder: import.meta.dirname, env: {} });
  return result.ok ? [] : result.errors.map(({ path, expected }) => `${path}: ${expected}`);
}

const column = (from: string): object => ({ type: 'integer', renamed_from: from });

describe('renamed_from', () => {
  it('names what had another name', () => {
    const columns = { n: column('m') };
    expect(errorsOf({ name: 'b', from: 'a', tableFrom: 'a', columns })).toEqual([]);
  });

  it.each([
    [
      'a dataset that is in the file',
      [{ name: 'a' }, { name: 'b', from: 'a' }],
      'datasets[1].renamed_from: a dataset name of before, not that of datasets[0].name',
    ],
    [
      'a table that is in the file',
      [{ name: 'a' }, { name: 'b', tableFrom: 'a' }],
      'datasets[1].target.renamed_from: a table name of before, not that of datasets[0].target.table',
    ],
    [
      'the dataset of another one',
      [
        { name: 'b', from: 'a' },
        { name: 'c', from: 'a' },
      ],
      'datasets[1].renamed_from: a dataset name of before, not that of datasets[0].renamed_from',
    ],
    [
      'columns that change their names',
      [{ name: 'a', columns: { n: column('m'), m: column('n') } }],
      'datasets[0].target.columns.n.renamed_from: a column name of before, not that of datasets[0].target.columns.m',
    ],
    [
      'a chain of columns',
      [{ name: 'a', columns: { c: column('b'), b: column('a') } }],
      'datasets[0].target.columns.c.renamed_from: a column name of before, not that of datasets[0].target.columns.b',
    ],
    [
      'the column of another one',
      [{ name: 'a', columns: { c: column('a'), b: column('a') } }],
      'datasets[0].target.columns.b.renamed_from: a column name of before, not that of datasets[0].target.columns.c.renamed_from',
    ],
  ] as const)('is refused for %s', (_, datasets, error) => {
    expect(errorsOf(...datasets)).toContain(error);
  });

  it.each([
    [{ name: 'a', tableFrom: 'batch' }, 'a table name that is not Daysync'],
    [{ name: 'a', tableFrom: 'pg_class' }, 'a table name that is not Daysync'],
    [{ name: 'a', columns: { n: column('sync_day') } }, "a column name that is neither Daysync's"],
  ] as const)('is refused for names that are not the user’s: %j', (dataset, text) => {
    expect(errorsOf(dataset).join('\n')).toContain(text);
  });
});
