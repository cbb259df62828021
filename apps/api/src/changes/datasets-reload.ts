import { ACTIVE_STATUSES } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { fileErrorLines, warningLines } from '../config/boot-error.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { ReadDatasets } from '../datasets/file/dataset-file.js';
import { DATASETS_FILE, DatasetsFile } from '../datasets/file/datasets-file.js';
import type { Dataset } from '../datasets/file/dataset.js';
import {
  fingerprintsOf,
  isSameVersion,
  storedVersion,
  storeFile,
} from '../datasets/file/stored-datasets-file.js';
import { LOGGER } from '../logging/logger.js';
import { differenceLines } from '../targets/target-table.js';
import { registerEndpoints } from '../webhooks/endpoint-register.js';
import { ConfiguredEndpoints } from '../webhooks/configured-endpoints.js';
import { applyChanges, logTargets } from './apply-changes.js';
import { compareFiles, withChangedDays, type FileChanges } from './file-changes.js';

/** What a reload has changed. */
export interface Reloaded extends FileChanges {
  readonly kind: 'reloaded';
  /** The version that is in use now. */
  readonly version: string;
  /** Whether it is another one than before, or has other fingerprints with the environment of this process. */
  readonly isNew: boolean;
  /** What the file does to what is stored, as check and start say it: a sentence each, without its full stop. */
  readonly effects: readonly string[];
  /** What works only later, a line each. */
  readonly warnings: readonly string[];
}

/** Why a file is not taken in: nothing has changed. */
export type ReloadRefusal =
  /** The file has errors, or target tables differ from it. */
  | { readonly kind: 'invalid_file'; readonly lines: readonly string[] }
  /** It changes datasets that have active batches. */
  | { readonly kind: 'in_use'; readonly batches: readonly StoppedBatch[] };

/** An active batch that could not go on with the changed file. */
interface StoppedBatch {
  readonly batch_id: string;
  readonly dataset: string;
}

/** Takes in a changed datasets file, for every process of the installation. */
@Injectable()
export class DatasetsReload {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(DATASETS_FILE) private readonly file: DatasetsFile,
    private readonly catalog: DatasetCatalog,
    private readonly endpoints: ConfiguredEndpoints,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Takes in this process's file as it is now.
   * @param by who asks for it; null without tokens
   */
  reload(by: string | null): Promise<Reloaded | ReloadRefusal> {
    return this.inTurn(() => this.run(by));
  }

  /** Runs one after another whatever changes the datasets of this process. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Makes a file that of this process, all of it at once. */
  takeIn({ datasets, file, webhooks }: ReadDatasets): void {
    this.catalog.replace({ datasets, file });
    this.endpoints.replace(webhooks);
  }

  private async run(by: string | null): Promise<Reloaded | ReloadRefusal> {
    const read = await this.file.read();
    if (!read.ok) {
      return { kind: 'invalid_file', lines: fileErrorLines(this.file.path, read.errors) };
    }
    const { version } = read.file;
    const before = this.catalog.file;
    const changes = withChangedDays(
      compareFiles(before?.value, read.file.value),
      this.catalog.list(),
      read.datasets,
    );
    const warnings = warningLines(this.file.path, read.warnings);
    const stored = await storedVersion(this.database.read);
    const fingerprints = fingerprintsOf(read.datasets);
    if (version === before?.version && isSameVersion(stored, { version, fingerprints })) {
      return { kind: 'reloaded', version, isNew: false, ...changes, effects: [], warnings };
    }
    try {
      const { differences, ...targets } = await applyChanges(this.database, read.datasets, {
        before: (transaction) => this.refuseActive(transaction, read.datasets),
        after: (transaction) => this.store(transaction, read, by),
      });
      if (differences.length > 0) {
        return { kind: 'invalid_file', lines: differenceLines(differences) };
      }
      this.logger.info(
        { version, before: before?.version, by, ...changes },
        '数据集文件已重新加载',
      );
      logTargets(this.logger, targets);
      return {
        ...{ kind: 'reloaded', version, isNew: true, ...changes, warnings },
        effects: targets.warnings,
      };
    } catch (error) {
      if (error instanceof ActiveBatchesError) return { kind: 'in_use', batches: error.batches };
      throw error;
    }
  }

  /** @throws {ActiveBatchesError} if a batch could not go on: no batch starts until the end of the transaction */
  private async refuseActive(
    { db, lockExclusive }: WriteTransaction,
    datasets: readonly Dataset[],
  ): Promise<void> {
    await lockExclusive('start');
    const stored = await storedVersion(db);
    const now = stored?.fingerprints ?? fingerprintsOf(this.catalog.list());
    const next = fingerprintsOf(datasets);
    const active = await db
      .selectFrom('batch')
      .select(['batch_id', 'dataset', 'fingerprint'])
      .where('status', 'in', ACTIVE_STATUSES)
      .orderBy('seq')
      .execute();
    // A batch whose dataset has changed before, by a start, can't go on anyway.
    const stopped = active.filter(
      ({ dataset, fingerprint }) =>
        now.get(dataset) === fingerprint && next.get(dataset) !== fingerprint,
    );
    if (stopped.length > 0) throw new ActiveBatchesError(stopped);
  }

  private async store(
    transaction: WriteTransaction,
    read: ReadDatasets,
    by: string | null,
  ): Promise<void> {
    await registerEndpoints(transaction, read.webhooks);
    const at = toInstant(this.clock.now());
    await storeFile(transaction, read.file, read.datasets, { at, by });
    transaction.afterCommit(() => {
      this.takeIn(read);
    });
  }
}

/** Undoes the transaction. */
class ActiveBatchesError extends Error {
  override readonly name = 'ActiveBatchesError';
  constructor(readonly batches: readonly StoppedBatch[]) {
    super('a changed dataset has an active batch');
  }
}
