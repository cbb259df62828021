import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { fileErrorLines } from '../config/boot-error.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { DatasetCatalog, type NewerFile } from '../datasets/dataset-catalog.js';
import { changedKeys } from '../datasets/dataset-versions.js';
import { DATASETS_FILE, DatasetsFile } from '../datasets/file/datasets-file.js';
import {
  fingerprintsOf,
  isSameVersion,
  readStoredFile,
  storedVersion,
  type ReadVersion,
  type StoredDatasetsFile,
} from '../datasets/file/stored-datasets-file.js';
import { LOGGER } from '../logging/logger.js';
import { DatasetsReload } from './datasets-reload.js';

/** How often a process checks for a newer file without an event: it follows within 5 s even if that is lost. */
const CHECK_MS = 3_000;
/** How often it tries a file again that it could not take in: what was missing on this machine may be there by then. */
const RETRY_MS = 30_000;

/** Takes in the datasets file that another process of the installation has taken in. */
@Injectable()
export class DatasetsFollower implements OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private retryAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly reloads: DatasetsReload,
    @Inject(DATASETS_FILE) private readonly file: DatasetsFile,
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'monotonic'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Follows from now on. With SQLite there is no other process. */
  begin(): void {
    if (this.database.dialect === 'sqlite') return;
    this.database.onEvent(({ kind }) => {
      if (kind === 'datasets_changed' || kind === 'reconnected') void this.check();
    });
    this.timer = setInterval(() => {
      void this.check();
    }, CHECK_MS).unref();
    // It may have changed since this process stored its own.
    void this.check();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Takes in the newest file, if this process has another one or reads it otherwise. It never throws. */
  async check(): Promise<void> {
    try {
      await this.reloads.inTurn(() => this.follow());
    } catch (error) {
      // It checks again soon.
      const level = error instanceof DatabaseUnavailableError ? 'debug' : 'error';
      this.logger[level]({ err: error }, 'the newest datasets file was not read');
    }
  }

  private async follow(): Promise<void> {
    const { catalog } = this;
    const stored = await storedVersion(this.database.read);
    if (stored === null || isSameVersion(this.version(), stored)) {
      catalog.newer = null;
      return;
    }
    const known = isSameVersion(catalog.newer, stored) ? catalog.newer : null;
    if (known !== null && this.clock.monotonic() < this.retryAt) return;
    const newest = await readStoredFile(this.database.read);
    if (newest === null) return;
    // From here on no day of a changed dataset begins.
    catalog.newer = newerFile(newest, known?.errors ?? []);
    const errors = await this.takeIn(newest);
    if (errors.length === 0) return;
    this.retryAt = this.clock.monotonic() + RETRY_MS;
    catalog.newer = newerFile(newest, errors);
    if (isDeepStrictEqual(errors, known?.errors)) return;
    this.logger.error(
      { version: newest.version, in_use: catalog.file?.version, errors },
      '无法采用新的数据集文件；与其不同的数据集在本进程中不再运行',
    );
  }

  /** @returns why this process can't take it in, or not all of its datasets */
  private async takeIn(newest: StoredDatasetsFile): Promise<readonly string[]> {
    const { catalog } = this;
    const { text, version } = newest;
    const before = catalog.file?.version;
    const read = await this.file.check(text);
    if (!read.ok) return fileErrorLines(`datasets file ${version}`, read.errors);
    // The same text has another effect where a file that it names has changed, such as one of holidays.
    const asRead = { version, fingerprints: fingerprintsOf(read.datasets) };
    if (!isSameVersion(this.version(), asRead)) {
      this.reloads.takeIn(read);
      // Some of its datasets may be others here.
      catalog.newer = newerFile(newest, []);
      this.logger.info({ version, before }, '已采用其他进程加载的数据集文件');
    }
    if (isSameVersion(this.version(), newest)) {
      catalog.newer = null;
      return [];
    }
    return this.differences(newest);
  }

  /** The datasets that the same text makes another one of here. */
  private async differences({ fingerprints }: ReadVersion): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const [name, fingerprint] of fingerprints) {
      const dataset = this.catalog.get(name);
      if (dataset?.fingerprint === fingerprint) continue;
      const keys = dataset && (await changedKeys(this.database.read, fingerprint, dataset));
      const received = dataset === undefined ? 'no such dataset' : `another ${keys ?? 'version'}`;
      lines.push(
        `dataset ${name}: expected it as in the process that took in the file last, got ${received}: ` +
          'start all processes with the same environment and the same version of Daysync',
      );
    }
    return lines;
  }

  /** What this process has taken in. */
  private version(): ReadVersion | null {
    const { catalog } = this;
    if (catalog.file === null) return null;
    return { version: catalog.file.version, fingerprints: fingerprintsOf(catalog.list()) };
  }
}

function newerFile({ fingerprints, version }: ReadVersion, errors: NewerFile['errors']): NewerFile {
  return { version, fingerprints, errors };
}
