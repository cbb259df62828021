import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';

/** After so long no process is awaited any more that has a batch's dataset as it was: it would have begun by then. */
const MOST_OUTDATED_MS = 600_000;

/** The datasets of batches, as this process has them configured. */
@Injectable()
export class ConfiguredDatasets {
  /** When this process began. */
  private readonly bootedAt: string;

  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.bootedAt = toInstant(clock.now());
  }

  /**
   * The dataset of a batch; `outdated` where the batch was started by a process that has it otherwise and began later,
   * or the error that ends the batch: no process has it as it was.
   */
  of({
    created_at,
    dataset: name,
    fingerprint,
  }: Pick<BatchRow, 'created_at' | 'dataset' | 'fingerprint'>):
    | Dataset
    | 'outdated'
    | ProgressError {
    const dataset = this.catalog.get(name);
    if (dataset?.fingerprint === fingerprint) return dataset;
    const isNew = Date.parse(created_at) > this.clock.now() - MOST_OUTDATED_MS;
    if (created_at > this.bootedAt && isNew) return 'outdated';
    const now =
      dataset === undefined ? 'not configured any more' : 'not configured as it was at the start';
    return { code: 'DATASET_CHANGED', text: `the dataset ${name} is ${now}` };
  }
}
