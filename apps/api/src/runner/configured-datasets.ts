import type { ProgressError } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { BatchRow, Schema } from '../database/schema.js';
import { changedKeys } from '../datasets/dataset-versions.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';

/** How long a batch without progress waits for a process that has its dataset as it was at the start. */
const MOST_OUTDATED_MS = 600_000;

/** The columns of a batch that say which dataset it has. They never change. */
export type KnownBatch = Pick<BatchRow, 'batch_id' | 'created_at' | 'dataset' | 'fingerprint'>;

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
    { batch_id: batchId, created_at, dataset: name, fingerprint }: KnownBatch,
    db: Kysely<Schema>,
  ): Promise<Dataset | 'outdated' | ProgressError> {
    const dataset = this.catalog.get(name);
    if (dataset?.fingerprint === fingerprint && this.isNewest(dataset)) return dataset;
    // As long as there is a process that reads the newest file as it is meant, that one runs the batch or fails it.
    const isOutdated =
      this.catalog.newer === null
        ? created_at > this.loadedAt && this.isRecent(created_at)
        : !(await this.isAbandoned(batchId, db));
    if (isOutdated) return 'outdated';
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

  /** Whether a running batch has made no progress for long, although its days may run and no process has one of them. */
  private async isAbandoned(batchId: string, db: Kysely<Schema>): Promise<boolean> {
    const batch = await db
      .selectFrom('batch')
      .select(['status', 'updated_at'])
      .where('batch_id', '=', batchId)
      .executeTakeFirst();
    if (batch?.status !== 'running') return false;
    const lanes = await db
      .selectFrom('lane')
      .select(['holder', 'updated_at', 'wait_until'])
      .where('batch_id', '=', batchId)
      .execute();
    if (lanes.some(({ holder }) => holder !== null)) return false;
    const times = lanes.flatMap(({ updated_at: at, wait_until: until }) => [at, until ?? at]);
    return ![batch.updated_at, ...times].some((at) => this.isRecent(at));
  }

  /** Whether an instant is not longer ago than a batch waits. */
  private isRecent(instant: string): boolean {
    return Date.parse(instant) > this.clock.now() - MOST_OUTDATED_MS;
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
