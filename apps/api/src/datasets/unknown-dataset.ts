import type { DatasetCatalog } from './dataset-catalog.js';

/** The datasets file has no dataset of this name. */
export interface UnknownDataset {
  readonly kind: 'unknown_dataset';
  readonly dataset: string;
  /** The names that it has. */
  readonly configured: readonly string[];
}

export function unknownDataset(catalog: DatasetCatalog, dataset: string): UnknownDataset {
  const configured = catalog.list().map(({ name }) => name);
  return { kind: 'unknown_dataset', dataset, configured };
}
