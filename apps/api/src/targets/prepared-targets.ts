import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { LOGGER } from '../logging/logger.js';
import { TargetRefusedError } from './target-rows.js';
import { differenceLines, prepareTarget, type PreparedTarget } from './target-table.js';
import {
  currentVersion,
  readTargetState,
  registerVersion,
  type CurrentVersion,
} from './target-version.js';
import { OpenTargets } from './open-targets.js';
import { rememberPlace } from './target-place.js';
import { placeOf, type TargetColumn, type WithTarget } from './target.js';

type Dataset = WithTarget & { readonly name: string };

/** The versions of targets that this process writes to. A table that was dropped meanwhile is created anew. */
@Injectable()
export class PreparedTargets {
  private readonly versions = new WeakMap<WithTarget['target'], Promise<CurrentVersion>>();

  constructor(
    private readonly database: Database,
    private readonly open: OpenTargets,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /**
   * @param columns those that the rows have, if they lack some
   * @throws {TargetRefusedError} if the table differs from the datasets file
   * @throws {TargetUnavailableError} for a target elsewhere
   */
  async current(
    dataset: Dataset,
    columns: readonly TargetColumn[] = dataset.target.columns,
  ): Promise<CurrentVersion> {
    const current = await this.known(dataset);
    if (columns.length === dataset.target.columns.length) return current;
    const target = { ...dataset.target, columns };
    return this.database.write('targets', async (transaction) => {
      await transaction.lockExclusive('boot');
      return registerVersion(transaction.db, dataset.name, target, current.key);
    });
  }

  private known(dataset: Dataset): Promise<CurrentVersion> {
    const known = this.versions.get(dataset.target);
    if (known !== undefined) return known;
    const version = this.find(dataset);
    this.versions.set(dataset.target, version);
    version.catch(() => {
      this.forget(dataset);
    });
    return version;
  }

  /** The table is not the one that was prepared. */
  forget({ target }: Dataset): void {
    this.versions.delete(target);
  }

  private async find(dataset: Dataset): Promise<CurrentVersion> {
    if (dataset.target.place !== undefined) return this.prepareElsewhere(dataset);
    const { dialect, read } = this.database;
    const present = currentVersion(await readTargetState(read, dialect, dataset));
    if (present !== null) return present;
    const { changes, differences, version } = await prepareOne(this.database, dataset);
    const { table } = dataset.target;
    if (version === null) {
      throw new TargetRefusedError(table, differenceLines(differences).join('; '), undefined);
    }
    const fields = { dataset: dataset.name, table, statements: changes };
    this.logger.warn(fields, 'the target table was dropped, and is prepared again');
    return version;
  }

  private async prepareElsewhere({ name, target }: Dataset): Promise<CurrentVersion> {
    const place = placeOf(target);
    const prepared = await this.open.use(target, (open) => open.prepare());
    const { changes, differences, key } = prepared;
    if (key === null) {
      throw new TargetRefusedError(place, differenceLines(differences).join('; '), undefined);
    }
    if (changes.length > 0) {
      this.logger.info({ dataset: name, place, statements: changes }, 'a target was changed');
    }
    return this.database.write('targets', async (transaction) => {
      await transaction.lockExclusive('boot');
      await rememberPlace(transaction.db, name, target, key);
      return registerVersion(transaction.db, name, target, key);
    });
  }
}

function prepareOne(database: Database, dataset: Dataset): Promise<PreparedTarget> {
  return database.write('targets', async (transaction) => {
    // Of several processes one creates the table.
    await transaction.lockExclusive('boot');
    return prepareTarget(transaction, dataset);
  });
}
