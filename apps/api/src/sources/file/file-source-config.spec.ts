import { describe, expect, it } from 'vitest';
import { readDatasets } from '../../datasets/file/dataset-file.js';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { showFileSource } from '../../datasets/sources.dto.js';
import type { FileSourceConfig } from './file-source-config.js';

function read(source: string, env: Record<string, string> = {}): Dataset {
  const target = '{ table: t, columns: { x: text } }';
  const text = `datasets: [{ name: d, source: ${source}, target: ${target} }]`;
  return datasetIn(readDatasets(text, { folder: '/srv/{day}', env }));
}
const sourceOf = (source: string, env?: Record<string, string>): FileSourceConfig =>
  read(source, env).source as FileSourceConfig;

describe('one file a day', () => {
  it.each([
    ['"{day}.csv"', '/srv/{day}', '{day}.csv'],
    ['"in/{yyyy}/{mm}/t-{dd}.csv"', '/srv/{day}/in', '{yyyy}/{mm}/t-{dd}.csv'],
    ['"../in/./t-{day}/a.csv"', '/srv/in', 't-{day}/a.csv'],
    ['"/in/t-{epoch}.csv"', '/in', 't-{epoch}.csv'],
    ['"/t-{next_day}.csv"', '/', 't-{next_day}.csv'],
  ])('%s lies in the folder before the first placeholder', (path, folder, template) => {
    expect(sourceOf(`{ kind: csv, path: ${path} }`)).toMatchObject({ folder, template });
  });

  it('is shown as it is written', () => {
    const path = '${ROOT}/{day}.json';
    const config = sourceOf(`{ kind: json, path: "${path}", rows: /a~1b }`, { ROOT: '/mnt' });
    expect(config).toMatchObject({ folder: '/mnt', template: '{day}.json' });
    expect(showFileSource(config)).toEqual({ kind: 'json', path, rows: '/a~1b' });
    expect(showFileSource(sourceOf('{ kind: ndjson, path: "{day}" }'))).toEqual({
      kind: 'ndjson',
      path: '{day}',
      rows: '',
    });
  });

  it('of Parquet has no key that says how it is written', () => {
    expect(sourceOf('{ kind: parquet, path: "sync_day={day}/a.parquet" }')).toMatchObject({
      ...{ kind: 'parquet', folder: '/srv/{day}', template: 'sync_day={day}/a.parquet' },
    });
    for (const key of ['delimiter: ";"', 'encoding: utf-8', 'decimal: ","', 'rows: /a']) {
      expect(() => sourceOf(`{ kind: parquet, path: "{day}", ${key} }`)).toThrow(
        'kind, path and day_column alone: a Parquet file has columns with types',
      );
    }
  });

  it('is another dataset where its kind, path or pointer is', () => {
    const prints = [
      '{ kind: csv, path: "{day}" }',
      '{ kind: ndjson, path: "{day}" }',
      '{ kind: json, path: "{day}" }',
      '{ kind: parquet, path: "{day}" }',
      '{ kind: json, path: "{day}", rows: /a }',
      '{ kind: json, path: "a-{day}", rows: /a }',
    ].map((source) => read(source).fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(read('{ rows: /a, path: "{day}", kind: json }').fingerprint).toBe(prints[4]);
  });
});
