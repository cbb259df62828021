import type { ProgressError } from '@daysync/progress';
import type { Clock } from '../clock.js';
import type { BatchRow } from '../database/schema.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';

/** After so long a batch is nobody's that has its dataset as it was: whoever would have it has begun by then. */
const MOST_OUTDATED_MS = 600_000;

/** What this process knows of datasets, and since when. */
interface KnownHere {
  /** When this process began. */
  readonly bootedAt: string;
  readonly catalog: DatasetCatalog;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The dataset of a batch as this process has it configured; `outdated` where the batch was started by a process that
 * has it otherwise and began later, or what ends the batch: nobody has it as it was.
 */
export function currentDataset(
  { bootedAt, catalog, clock }: KnownHere,
  { created_at, dataset: name, fingerprint }: BatchRow,
): Dataset | 'outdated' | ProgressError {
  const dataset = catalog.get(name);
  if (dataset?.fingerprint === fingerprint) return dataset;
  const isNew = Date.parse(created_at) > clock.now() - MOST_OUTDATED_MS;
  if (created_at > bootedAt && isNew) return 'outdated';
  const now =
    dataset === undefined ? 'not configured any more' : 'not configured as it was at the start';
  return { code: 'DATASET_CHANGED', text: `the dataset ${name} is ${now}` };
}
