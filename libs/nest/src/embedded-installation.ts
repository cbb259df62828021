import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { AppConfig } from '../../../apps/api/src/config/environment.js';
import {
  CrashMarker,
  FileInUseError,
  lockFile,
  THIS_PROCESS,
} from '../../../apps/api/src/database/sqlite/data-dir.js';
import { NO_FAULTS } from '../../../apps/api/src/database/fault-points.js';
import {
  NewerDatabaseError,
  RetiredDatabaseError,
} from '../../../apps/api/src/database/schema-version.js';
import {
  conflictsInPostgres,
  conflictsInSqlite,
  SHARED_MIGRATIONS,
  type NameConflicts,
} from './shared-database.js';
import { SqliteDatabase } from '../../../apps/api/src/database/sqlite/sqlite-database.js';
import type { Dataset } from '../../../apps/api/src/datasets/file/dataset.js';
import {
  createCatalog,
  openPostgres,
  type Opened,
} from '../../../apps/api/src/app/open-installation.js';
import {
  applyChanges,
  logTargets,
  type TargetNotes,
} from '../../../apps/api/src/changes/apply-changes.js';
import { forgetFile } from '../../../apps/api/src/datasets/file/stored-datasets-file.js';
import { ConfiguredEndpoints } from '../../../apps/api/src/webhooks/configured-endpoints.js';
import { registerEndpoints } from '../../../apps/api/src/webhooks/endpoint-register.js';
import type { OpenedInstallation } from '../../../apps/api/src/app/installation.module.js';
import { systemClock } from '../../../apps/api/src/config/clock.js';
import { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import { LocalLaneQueue } from '../../../apps/api/src/runner/local/local-lane-queue.js';
import {
  readSyncOptions,
  SyncOptionsError,
  type ReadDatabase,
  type ReadOptions,
  type SyncOptionError,
  type SyncOptions,
} from './sync-options.js';
import { appLog } from './app-log.js';

/** What the options of an embedding app open. */
export interface EmbeddedInstallation
  extends OpenedInstallation, Pick<ReadOptions, 'caller' | 'language'> {
  readonly release: () => Promise<void>;
}

/**
 * Reads the options, connects to the app's database and creates Daysync's tables in it.
 * @throws {SyncOptionsError} if an option is wrong or the database can't be used; if a name of Daysync is in use there,
 * nothing has been written
 */
export async function openEmbedded(options: SyncOptions): Promise<EmbeddedInstallation> {
  const secrets = new SecretValues();
  const read = readSyncOptions(options, secrets);
  const { caller, datasets, language, webhooks } = read;
  const { close, installation, targets, folder } = await openDatabase(read);
  try {
    const config = { ...read.config, dataDir: folder };
    const logger = appLog(config.logLevel, secrets);
    for (const warning of read.warnings) logger.warn(warning);
    logTargets(logger, targets);
    return {
      ...{ caller, config, language, secrets, installation, release: close },
      ...createCatalog({ datasets, file: null }, installation, config),
      logger,
      datasetsFile: null,
      webhooks: new ConfiguredEndpoints(webhooks),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A database, and the folder whose disk it needs. */
type OpenedIn = Opened & { readonly folder: string };

async function openDatabase({
  config,
  database,
  datasets,
  webhooks,
}: ReadOptions): Promise<OpenedIn & { readonly targets: TargetNotes }> {
  const opened =
    'address' in database
      ? { ...(await openServer(config, database, datasets)), folder: config.dataDir }
      : await openFile(await fileOf(database), datasets);
  try {
    const { differences, ...targets } = await applyChanges(opened.installation.database, datasets, {
      after: async (transaction) => {
        // These datasets stand in code.
        await forgetFile(transaction);
        await registerEndpoints(transaction, webhooks);
      },
    });
    if (differences.length === 0) return { ...opened, targets };
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

/** The real path: the lock has to be the same for every link to the file. */
async function fileOf(database: Exclude<ReadDatabase, PostgresServer>): Promise<string> {
  const file =
    'file' in database ? path.resolve(database.file) : await fileOfKysely(database.kysely);
  return existsSync(file) ? realpathSync(file) : file;
}

/**
 * The file that a Kysely instance has open, as SQLite reports it.
 * @throws {SyncOptionsError} if it is not SQLite, or has no file
 */
async function fileOfKysely(kysely: QueryExecutorProvider): Promise<string> {
  const wrong = (received: string): SyncOptionsError =>
    new SyncOptionsError([
      {
        path: 'database.kysely',
        expected:
          'a Kysely over a SQLite file; for PostgreSQL give { url } or the { pool } of the Kysely',
        received,
      },
    ]);
  let files: readonly { readonly name: string; readonly file: string | null }[];
  try {
    const pragma = sql<{ name: string; file: string | null }>`pragma database_list`;
    ({ rows: files } = await pragma.execute(kysely));
  } catch (error) {
    throw wrong(`one that answers pragma database_list with: ${String(error)}`);
  }
  const file = files.find(({ name }) => name === 'main')?.file ?? '';
  if (file === '') throw wrong('one over a database in memory');
  return file;
}

async function openFile(file: string, datasets: readonly Dataset[]): Promise<OpenedIn> {
  const beside = (what: string): string => `${file}-daysync-${what}`;
  const unlock = await withOptionErrors('database', file, async () => {
    const unlockFile = lockFile(beside('lock'));
    try {
      if (existsSync(file))
        refuseConflicts(await conflictsInSqlite(file, tablesOf(datasets)), datasets);
    } catch (error) {
      unlockFile();
      throw error;
    }
    return unlockFile;
  });
  try {
    const names = { staging: beside('staging'), migrations: SHARED_MIGRATIONS };
    const database = await withOptionErrors('database', file, () =>
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
        unlock();
      },
      folder: path.dirname(file),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

type PostgresServer = Extract<ReadDatabase, { readonly address: unknown }>;

function openServer(
  config: AppConfig,
  { option, address }: PostgresServer,
  datasets: readonly Dataset[],
): Promise<Opened> {
  return withOptionErrors(`database.${option}`, 'it', () =>
    openPostgres(config, address, {
      migrations: SHARED_MIGRATIONS,
      check: async (read) =>
        refuseConflicts(await conflictsInPostgres(read, tablesOf(datasets)), datasets),
    }),
  );
}

/** @throws {SyncOptionsError} if there is a conflict */
function refuseConflicts(
  { own, targets, schemas }: NameConflicts,
  datasets: readonly Dataset[],
): void {
  const errors: SyncOptionError[] = targets.map((table) => ({
    path: `${pathOfTarget(datasets, table)}.table`,
    expected: 'a table that only this dataset writes to',
    received: `${table}, which is a table of the app: give the target another name`,
  }));
  if (own.length > 0) {
    errors.unshift({
      path: 'database',
      expected: 'no table, view or index of the app with a name that Daysync needs',
      received: `${own.join(', ')}: rename them, or give Daysync another database`,
    });
  }
  if (schemas.length > 0) {
    errors.unshift({
      path: 'database',
      expected: 'a database with one Daysync, because its queue is the same for all schemas',
      received: `one in the schema ${schemas.join(', ')}: give Daysync that schema, or another database`,
    });
  }
  if (errors.length > 0) throw new SyncOptionsError(errors);
}

/** Turns an error of `open` into an error of `option`. */
async function withOptionErrors<T>(
  option: string,
  what: string,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof SyncOptionsError) throw error;
    throw new SyncOptionsError([{ path: option, ...describeFailure(what, error) }]);
  }
}

function describeFailure(what: string, error: unknown): Omit<SyncOptionError, 'path'> {
  if (error instanceof FileInUseError) {
    return {
      expected:
        error.owner === THIS_PROCESS
          ? 'a file that no other SyncModule of this process has open: import one per file, and close an app whose start failed'
          : 'a file that no other process runs batches on: stop the other one first, it may be an earlier start of this app',
      received: `${what}, which ${error.owner} has locked`,
    };
  }
  if (error instanceof RetiredDatabaseError) {
    return {
      expected:
        'a database of this version of Daysync or an older release: move it away, or give Daysync another one',
      received: `${what}, which a build from before the first release created (${error.retired.join(', ')})`,
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
  const index = datasets.findIndex(
    ({ target }) => target.table === table || target.renamedFrom === table,
  );
  return `datasets[${index}].target`;
}
