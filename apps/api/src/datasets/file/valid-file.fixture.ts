import type { Dataset } from './dataset.js';
import { readDatasets, type DatasetsResult } from './dataset-file.js';

/** The first dataset of a file. A wrong file ends the test with its errors. */
export function datasetIn(result: DatasetsResult): Dataset {
  const [first] = result.ok ? result.datasets : [];
  if (first === undefined) throw new Error(JSON.stringify(result));
  return first;
}

/** A valid file, to be spoilt by a change of its text. */
export const VALID = `datasets:
  - name: weather
    source: { kind: csv, path: data/weather.csv, day_column: date }
    target:
      table: weather_daily
      columns:
        date: date
        wind: { from: Wind speed, type: real, nullable: true }
`;

/** The valid file with another text in one place. */
export function spoil(from: string, to: string): string {
  if (!VALID.includes(from)) throw new Error(`not in the file: ${from}`);
  return VALID.replace(from, () => to);
}

/** Reads a file with one dataset that has these keys; each day is a file. */
export function readDataset(keys: object): DatasetsResult {
  const target = { table: 'readings', columns: { city: 'text' } };
  const dataset = { name: 'readings', source: { kind: 'csv', path: '{day}.csv' }, target, ...keys };
  return readDatasets(JSON.stringify({ datasets: [dataset] }), { folder: '/', env: {} });
}

/** What is wrong with a file: where, what is expected there, and what came. */
export function errorsIn(result: DatasetsResult): readonly string[] {
  const errors = result.ok ? [] : result.errors;
  return errors.map(({ path, expected, received }) => `${path}: ${expected}, got ${received}`);
}
