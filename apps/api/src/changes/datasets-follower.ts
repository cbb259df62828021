import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { fileErrorLines } from '../config/boot-error.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { DATASETS_FILE, DatasetsFile } from '../datasets/file/datasets-file.js';
import { readStoredFile, storedVersion } from '../datasets/file/stored-datasets-file.js';
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

  /** Takes in the newest file, if this process has another one. It never throws. */
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
    const version = await storedVersion(this.database.read);
    const before = catalog.file?.version;
    if (version === null || version === before) {
      catalog.newer = null;
      return;
    }
    const known = catalog.newer?.version === version ? catalog.newer : null;
    if (known !== null && this.clock.monotonic() < this.retryAt) return;
    const newest = await readStoredFile(this.database.read);
    if (newest === null) return;
    const { fingerprints, text } = newest;
    // From here on no day of a changed dataset begins.
    catalog.newer = { version: newest.version, fingerprints, errors: known?.errors ?? [] };
    const read = await this.file.check(text);
    if (read.ok) {
      this.reloads.takeIn(read);
      this.logger.info({ version: newest.version, before }, '已采用其他进程加载的数据集文件');
      return;
    }
    this.retryAt = this.clock.monotonic() + RETRY_MS;
    const errors = fileErrorLines(`datasets file ${newest.version}`, read.errors);
    catalog.newer = { version: newest.version, fingerprints, errors };
    if (isDeepStrictEqual(errors, known?.errors)) return;
    this.logger.error(
      { version: newest.version, in_use: before, errors },
      '无法采用新的数据集文件，继续使用原来的；已更改的数据集在本进程中不再运行',
    );
  }
}
