import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { AppConfig } from '../../../apps/api/src/config/environment.js';
import {
  CrashMarker,
  FileInUseError,
  lockFile,
} from '../../../apps/api/src/database/sqlite/data-dir.js';
import { NO_FAULTS } from '../../../apps/api/src/database/fault-points.js';
import {
  NewerDatabaseError,
  RetiredDatabaseError,
} from '../../../apps/api/src/database/schema-version.js';
import {
  SHARED_MIGRATIONS,
  takenInPostgres,
  takenInSqlite,
  type TakenNames,
} from './shared-database.js';
import { SqliteDatabase } from '../../../apps/api/src/database/sqlite/sqlite-database.js';
import type { Dataset } from '../../../apps/api/src/datasets/dataset.js';
import {
  catalogOf,
  openOnPostgres,
  prepareTargets,
  type Opened,
} from '../../../apps/api/src/app/installation.js';
import type { OpenedInstallation } from '../../../apps/api/src/app/installation.module.js';
import { systemClock } from '../../../apps/api/src/config/clock.js';
import { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import { LocalLaneQueue } from '../../../apps/api/src/runner/local/local-lane-queue.js';
import { fileOfKysely } from './kysely-file.js';
import {
  readSyncOptions,
  type DatabaseOptions,
  type ReadOptions,
  type SyncOptions,
} from './sync-options.js';
import { appLog } from './app-log.js';
import { SyncOptionsError, type SyncOptionError } from './sync-options-error.js';

/** What an app's options lead to. */
export interface EmbeddedInstallation
  extends OpenedInstallation, Pick<ReadOptions, 'caller' | 'language'> {
  readonly close: () => Promise<void>;
}

/**
 * Reads the options, opens connections of Daysync's own to the app's database, once it is sure that nothing of the app's
 * is in the way, and makes its tables there.
 * @throws {SyncOptionsError} if an option is wrong or the database can't be used; a name that is taken is found before
 * anything is written
 */
export async function openEmbedded(options: SyncOptions): Promise<EmbeddedInstallation> {
  const secrets = new SecretValues();
  const { caller, config, database, datasets, language } = readSyncOptions(options, secrets);
  const { close, installation } = await openDatabase(config, database, datasets);
  return {
    ...{ caller, config, language, secrets, installation, close },
    ...catalogOf(datasets, installation, config),
    logger: appLog(config.logLevel, secrets),
    webhooks: [],
  };
}

async function openDatabase(
  config: AppConfig,
  database: DatabaseOptions,
  datasets: readonly Dataset[],
): Promise<Opened> {
  const opened =
    'url' in database
      ? await openUrl(config, database.url, datasets)
      : await openFile(await fileOf(database), datasets);
  try {
    const differences = await prepareTargets(opened.installation.database, datasets);
    if (differences.length === 0) return opened;
    throw new SyncOptionsError(
      differences.map(({ table, column, expected, received, fix }) => ({
        path: `${pathOfTarget(datasets, table)}.columns.${column}`,
        expected: `the column of the table to be ${expected}`,
        received: `${received}; to fix it: ${fix}`,
      })),
    );
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** By its own name: two links to one file are one file. */
async function fileOf(database: Exclude<DatabaseOptions, { url: string }>): Promise<string> {
  const file =
    'file' in database ? path.resolve(database.file) : await fileOfKysely(database.kysely);
  return existsSync(file) ? realpathSync(file) : file;
}

async function openFile(file: string, datasets: readonly Dataset[]): Promise<Opened> {
  const beside = (what: string): string => `${file}-daysync-${what}`;
  const release = await orOptionsError('database', file, async () => {
    const unlock = lockFile(beside('lock'));
    try {
      if (existsSync(file)) refuse(await takenInSqlite(file, tablesOf(datasets)), datasets);
    } catch (error) {
      unlock();
      throw error;
    }
    return unlock;
  });
  try {
    const names = { staging: beside('staging'), migrations: SHARED_MIGRATIONS };
    const database = await orOptionsError('database', file, () =>
      SqliteDatabase.open(file, NO_FAULTS, names),
    );
    return {
      installation: {
        kind: 'sqlite',
        database,
        queue: new LocalLaneQueue(systemClock),
        crashMarker: new CrashMarker(beside('running')),
      },
      close: async () => {
        await database.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function openUrl(config: AppConfig, url: string, datasets: readonly Dataset[]): Promise<Opened> {
  return orOptionsError('database.url', 'it', () =>
    openOnPostgres(config, url, {
      migrations: SHARED_MIGRATIONS,
      check: async (read) => refuse(await takenInPostgres(read, tablesOf(datasets)), datasets),
    }),
  );
}

/** @throws {SyncOptionsError} if a name is taken */
function refuse({ own, targets }: TakenNames, datasets: readonly Dataset[]): void {
  const errors: SyncOptionError[] = targets.map((table) => ({
    path: `${pathOfTarget(datasets, table)}.table`,
    expected: 'a table that is made for the rows of this dataset',
    received: `${table}, which is a table of the app's own: give the target another name`,
  }));
  if (own.length > 0) {
    errors.unshift({
      path: 'database',
      expected: `no table, view or index of the app's that has a name of Daysync's own`,
      received: `${own.join(', ')}: rename them, or give Daysync a file of its own`,
    });
  }
  if (errors.length > 0) throw new SyncOptionsError(errors);
}

async function orOptionsError<T>(where: string, what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof SyncOptionsError) throw error;
    throw new SyncOptionsError([{ path: where, ...whyNot(what, error) }]);
  }
}

function whyNot(what: string, error: unknown): Omit<SyncOptionError, 'path'> {
  if (error instanceof FileInUseError) {
    return {
      expected: 'a file that no other process runs batches on',
      received: `${what}, which ${error.owner} has`,
    };
  }
  if (error instanceof RetiredDatabaseError) {
    return {
      expected:
        'a database of this version of Daysync or an older release: move it away, or give Daysync another one',
      received: `${what}, which a build from before the first release made (${error.retired.join(', ')})`,
    };
  }
  if (error instanceof NewerDatabaseError) {
    return {
      expected: 'a database of this version of Daysync or an older one',
      received: `${what}, which a newer version has changed (${error.unknown.join(', ')})`,
    };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { expected: 'a database that can be used', received: `${what}: ${reason}` };
}

function tablesOf(datasets: readonly Dataset[]): readonly string[] {
  return datasets.map(({ target }) => target.table);
}

function pathOfTarget(datasets: readonly Dataset[], table: string): string {
  const index = datasets.findIndex(({ target }) => target.table === table);
  return `datasets[${index}].target`;
}
