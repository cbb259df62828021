import { Problem } from '../http/problems/problem.js';
import type { DatasetCatalog } from './dataset-catalog.js';

/** The answer to a call for a dataset that there is not. */
export function datasetNotFound(catalog: DatasetCatalog, name: string): Problem {
  const known = catalog.list().map((dataset) => dataset.name);
  return new Problem(
    'DATASET_NOT_FOUND',
    `expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`,
  );
}
