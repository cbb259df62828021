import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { BatchRow, Schema } from '../database/schema.js';
import { changedKeys } from '../datasets/dataset-versions.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';

/** A batch waits so long for a process that has its dataset as it was at the start. */
const MOST_OUTDATED_MS = 600_000;

/** The columns of a batch that say which dataset it has. They never change. */
export type KnownBatch = Pick<BatchRow, 'created_at' | 'dataset' | 'fingerprint'>;

/** Finds the dataset of a batch in the configuration of this process. */
@Injectable()
export class ConfiguredDatasets {
  private readonly bootedAt: string;

  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.bootedAt = toInstant(clock.now());
  }

  /**
   * The dataset of a batch. `outdated` if a process that started later than this one, with another configuration, may run
   * the batch. An error if no process has the dataset as it was at the start of the batch.
   */
  async of(
    { created_at, dataset: name, fingerprint }: KnownBatch,
    db: Kysely<Schema>,
  ): Promise<Dataset | 'outdated' | ProgressError> {
    const dataset = this.catalog.get(name);
    if (dataset?.fingerprint === fingerprint) return dataset;
    const isNew = Date.parse(created_at) > this.clock.now() - MOST_OUTDATED_MS;
    if (created_at > this.bootedAt && isNew) return 'outdated';
    const text = `the dataset ${name} is ${await describeChange(db, fingerprint, dataset)}`;
    return { code: 'DATASET_CHANGED', text };
  }
}

async function describeChange(
  db: Kysely<Schema>,
  fingerprint: string,
  dataset: Dataset | undefined,
): Promise<string> {
  if (dataset === undefined) return 'no longer configured';
  const keys = await changedKeys(db, fingerprint, dataset);
  return `not configured as it was at the start${keys === null ? '' : `: ${keys}`}`;
}
