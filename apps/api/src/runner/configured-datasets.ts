import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { BatchRow, Schema } from '../database/schema.js';
import { changedKeys } from '../datasets/dataset-versions.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';

/** A batch waits so long for a process that has its dataset as it was at the start. */
const MOST_OUTDATED_MS = 600_000;

/** The columns of a batch that say which dataset it has. They never change. */
export type KnownBatch = Pick<BatchRow, 'created_at' | 'dataset' | 'fingerprint'>;

/** Finds the dataset of a batch in the configuration of this process. */
@Injectable()
export class ConfiguredDatasets {
  /** When this process took in its datasets. */
  private loadedAt: string;

  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.loadedAt = toInstant(clock.now());
    this.onReplaced(() => {
      this.loadedAt = toInstant(clock.now());
    });
  }

  /** Calls `listener` whenever a reload has replaced the datasets. */
  onReplaced(listener: () => void): void {
    this.catalog.onReplaced(listener);
  }

  /**
   * The dataset of a batch. `outdated` if another process with a newer configuration may run the batch. An error if no
   * process has the dataset as it was at the start of the batch.
   */
  async of(
    { created_at, dataset: name, fingerprint }: KnownBatch,
    db: Kysely<Schema>,
  ): Promise<Dataset | 'outdated' | ProgressError> {
    const dataset = this.catalog.get(name);
    if (dataset?.fingerprint === fingerprint && this.isNewest(dataset)) return dataset;
    // A process that has the newest file runs the batch, or fails it.
    if (this.catalog.newer !== null) return 'outdated';
    const isNew = Date.parse(created_at) > this.clock.now() - MOST_OUTDATED_MS;
    if (created_at > this.loadedAt && isNew) return 'outdated';
    const text = `the dataset ${name} is ${await describeChange(db, fingerprint, dataset)}`;
    return { code: 'DATASET_CHANGED', text };
  }

  /**
   * The dataset of a running lane with its latest settings, such as the throttle. Null if its rows are decided otherwise
   * now, here or in a newer file: the lane claims no other day.
   */
  latest({ fingerprint, name }: Dataset): Dataset | null {
    const dataset = this.catalog.get(name);
    return dataset?.fingerprint === fingerprint && this.isNewest(dataset) ? dataset : null;
  }

  /** Whether a newer file, if there is one, leaves the dataset's rows as they are. */
  private isNewest({ fingerprint, name }: Dataset): boolean {
    const { newer } = this.catalog;
    return newer === null || newer.fingerprints.get(name) === fingerprint;
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
