import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DUCKDB_PACKAGE } from '../../targets/elsewhere/duckdb-package.js';
import { readDatasets, type DatasetsResult } from './dataset-file.js';
import { errorsIn } from './valid-file.fixture.js';

const FOLDER = await scratchFolder();
const COLUMNS = { city: 'text' };
const URL = 'postgres://writer:secret-7f3a@127.0.0.1:1/warehouse';
const ENV = { WAREHOUSE_URL: URL };

function read(
  targets: readonly Readonly<Record<string, unknown>>[],
  env: Readonly<Record<string, string>> = ENV,
): DatasetsResult {
  const datasets = targets.map((target, index) => ({
    name: `d${index}`,
    source: { kind: 'csv', path: 'readings.csv', day_column: 'day' },
    target: { columns: COLUMNS, ...target },
  }));
  return readDatasets(JSON.stringify({ datasets }), { folder: FOLDER, env });
}

const errorsOf = (...parameters: Parameters<typeof read>): readonly string[] =>
  errorsIn(read(...parameters));

describe('a target elsewhere', () => {
  it('has its place, and what is shown of it has no secret', () => {
    const result = read([
      { kind: 'postgres', url: '${WAREHOUSE_URL}', table: 'readings' },
      { kind: 'duckdb', path: 'lab.duckdb', table: 'readings' },
      { kind: 'parquet', path: 'lake' },
      { kind: 'table', table: 'readings' },
    ]);
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    expect(result.datasets.map(({ target }) => target.place ?? null)).toMatchObject([
      { kind: 'postgres', url: URL, writtenUrl: '${WAREHOUSE_URL}' },
      { kind: 'duckdb', path: path.join(FOLDER, 'lab.duckdb'), writtenPath: 'lab.duckdb' },
      { kind: 'parquet', path: path.join(FOLDER, 'lake'), writtenPath: 'lake' },
      null,
    ]);
    const prints = result.datasets.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(4);
    const own = result.datasets.at(-1);
    const plain = read([{ table: 'readings' }]);
    // The kind of before needs no new fingerprint.
    expect(plain).toMatchObject({ ok: true, datasets: [{ fingerprint: own?.fingerprint }] });
  });

  it.each([
    [
      'an unknown kind',
      { kind: 'mysql', table: 't' },
      'target.kind: table or postgres or duckdb or parquet',
    ],
    [
      'a table beside its tokens',
      { kind: 'duckdb', path: 'x', table: 'daysync_day' },
      'target.table',
    ],
    [
      'a table for Parquet',
      { kind: 'parquet', path: 'x', table: 't' },
      'the folder of path is the table',
    ],
    [
      'a written password',
      { kind: 'postgres', url: URL, table: 't' },
      'password comes from the environment',
    ],
    ['another address', { kind: 'postgres', url: 'sqlite:x.db', table: 't' }, 'target.url'],
    ['no address', { kind: 'postgres', table: 't' }, 'target.url'],
    ['an address of its own table', { table: 't', url: URL }, 'it is for kind: postgres'],
    ['a new name', { kind: 'parquet', path: 'x', renamed_from: 'y' }, 'only a table of Daysync'],
    [
      'a new name of a column',
      { kind: 'parquet', path: 'x', columns: { a: { type: 'text', renamed_from: 'b' } } },
      'only a column of Daysync',
    ],
  ])('refuses %s', (_what, target, error) => {
    const errors = errorsOf([target]);
    expect(errors.join('\n')).toContain(error);
    expect(errors.join('\n')).not.toContain('secret-7f3a');
  });

  it('is the target of one dataset, and the error shows no secret', () => {
    const same = { kind: 'postgres', url: '${WAREHOUSE_URL}', table: 'readings' };
    expect(errorsOf([same, same, { kind: 'duckdb', path: 'x', table: 'readings' }])).toEqual([
      'datasets[1].target.table: a table name of its own, not that of datasets[0].target.table, got "readings" (text)',
    ]);
  });

  it('is no DuckDB file where several processes may write it', () => {
    const shared = { ...ENV, DATABASE_URL: 'postgres://127.0.0.1/own' };
    const errors = errorsOf([{ kind: 'duckdb', path: 'x', table: 't' }], shared);
    expect(errors.join()).toContain('a target that several processes can write');
  });

  it('is no DuckDB file where its package is not installed: the error has the command', () => {
    const isInstalled = vi.spyOn(DUCKDB_PACKAGE, 'isInstalled').mockReturnValue(false);
    try {
      const errors = errorsOf([
        { kind: 'duckdb', path: 'x', table: 't' },
        { kind: 'parquet', path: 'y' },
      ]);
      expect(errors).toEqual([
        'datasets[0].target.kind: the package @duckdb/node-api: npm install @duckdb/node-api@1.5.6-r.1, got none',
      ]);
    } finally {
      isInstalled.mockRestore();
    }
  });
});
