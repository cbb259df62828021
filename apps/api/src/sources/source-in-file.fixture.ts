import { readDatasets, type DatasetsResult } from '../datasets/file/dataset-file.js';

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly timeZone?: string;
}

/** A datasets file whose only dataset, `trades`, has this source. */
export function readSource(
  source: object,
  { env = {}, folder = '/srv', timeZone = 'UTC' }: Surroundings = {},
): DatasetsResult {
  const target = { table: 'trades', columns: { id: 'integer' } };
  const datasets = [{ name: 'trades', time_zone: timeZone, source, target }];
  return readDatasets(JSON.stringify({ datasets }), { folder, env });
}

/** What is wrong with its source, each as `key: expected, got received`. */
export function sourceErrors(result: DatasetsResult): string[] {
  return (result.ok ? [] : result.errors).map(
    ({ path, expected, received }) =>
      `${path.replace('datasets[0].source.', '')}: ${expected}, got ${received}`,
  );
}
