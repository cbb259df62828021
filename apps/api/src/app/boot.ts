import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { bootErrorLines, CONFIG_EXIT_CODE, warningLines } from '../config/boot-error.js';
import { readEnvironment, type AppConfig } from '../config/environment.js';
import { CrashMarker, DataDirInUseError, lockDataDir } from '../database/sqlite/data-dir.js';
import {
  hasUnfinishedMove,
  NewerDatabaseError,
  RetiredDatabaseError,
} from '../database/schema-version.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { preparePrivateFolder } from '../database/private-files.js';
import { systemClock, toInstant } from '../config/clock.js';
import { LocalLaneQueue } from '../runner/local/local-lane-queue.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import type { Installation } from '../runner/installation.js';
import { faultPointsFrom, NO_FAULTS, type FaultPoints } from '../database/fault-points.js';
import type { Database } from '../database/database.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { ReadDatasets } from '../datasets/file/dataset-file.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { DatasetsFile } from '../datasets/file/datasets-file.js';
import { storeFile } from '../datasets/file/stored-datasets-file.js';
import { ConfiguredEndpoints } from '../webhooks/configured-endpoints.js';
import { registerEndpoints } from '../webhooks/endpoint-register.js';
import { differenceLines } from '../targets/target-table.js';
import { applyChanges, type TargetNotes } from '../changes/apply-changes.js';
import { readChangesAhead } from '../changes/changes-ahead.js';
import { createCatalog, openPostgres, type Opened } from './open-installation.js';
import { DATABASE_FILE } from './stored-data.js';
import type { SecretValues } from '../config/secret-values.js';
import type { Metrics } from '../metrics/metrics.js';

/** The program can't start. The lines say why, and how to fix it. */
export class BootError extends Error {
  override readonly name = 'BootError';
  constructor(
    readonly lines: readonly string[],
    readonly exitCode: number,
  ) {
    super(lines.join('\n'));
  }
}

export interface Booted {
  readonly config: AppConfig;
  /** Settings that work and should still be changed. */
  readonly warnings: readonly string[];
  readonly targets: TargetNotes;
  readonly catalog: DatasetCatalog;
  readonly datasetsFile: DatasetsFile;
  readonly webhooks: ConfiguredEndpoints;
  readonly metrics: Metrics;
  readonly installation: Installation;
  /** Closes the installation, after the app. */
  readonly close: () => Promise<void>;
}

export const FIX_DATA_DIR = 'fix this, or set DATA_DIR to another folder';
export const FIX_DATABASE_URL =
  'check that it exists and accepts this login, or set DATABASE_URL to another one';
export const DATABASE_OF_URL = 'the database of DATABASE_URL';
export const UNFINISHED_MOVE = `Daysync can't use ${DATABASE_OF_URL}: a move from SQLite into it has not ended. Run npm run migrate:to-postgres again, which continues where it stopped; or set DATABASE_URL to an empty database.`;

/** Only the crash tests set it: where the program breaks, and how. */
const FAULT_VARIABLE = 'DAYSYNC_FAULT';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment and the datasets file, and opens the database.
 * @param secrets collects the values that no output may contain
 * @param answersOnly whether the process only answers: then its datasets file does not become that of the installation,
 * and changes nothing that is stored
 * @throws {BootError}
 */
export async function boot(
  env: Environment,
  secrets: SecretValues,
  answersOnly = false,
): Promise<Booted> {
  const { config, warnings, datasets, webhooks, file, datasetsFile } = readConfiguration(
    env,
    secrets,
  );
  prepareFolder(path.dirname(config.logFile), 'folder of the log', 'LOG_FILE', (folder) =>
    mkdirSync(folder, { recursive: true }),
  );
  const faults = faultPointsFrom(env[FAULT_VARIABLE]);
  const { close, installation, warning } = await openInstallation(config, faults);
  const { database } = installation;
  const { differences, ...targets } = answersOnly
    ? await changesLeft(database, datasets)
    : await applyChanges(database, datasets, {
        after: async (transaction) => {
          await registerEndpoints(transaction, webhooks);
          // The process that has started last wins: the others take in its file.
          const at = toInstant(systemClock.now());
          await storeFile(transaction, file, datasets, { at, by: null });
        },
      });
  if (differences.length > 0) throw new BootError(differenceLines(differences), CONFIG_EXIT_CODE);
  return {
    ...{ config, targets, installation, close, datasetsFile },
    warnings: warning === null ? warnings : [...warnings, warning],
    ...createCatalog({ datasets, file }, installation, config),
    webhooks: new ConfiguredEndpoints(webhooks),
  };
}

/** What the datasets file would change, for a process that leaves it to the next start. */
async function changesLeft(
  database: Database,
  datasets: readonly Dataset[],
): ReturnType<typeof applyChanges> {
  const { changes, differences } = await readChangesAhead(database, datasets);
  return { differences, statements: [], warnings: changes };
}

/** What is open, and a setting that works and should still be changed. */
type OpenedOrWarned = Opened & { readonly warning: string | null };

/**
 * Opens the database of the environment.
 * @throws {BootError}
 */
export function openInstallation(config: AppConfig, faults = NO_FAULTS): Promise<OpenedOrWarned> {
  return config.databaseUrl === null
    ? openDataDir(config, faults)
    : openDatabaseUrl(config, config.databaseUrl, faults);
}

async function openDataDir({ dataDir }: AppConfig, faults: FaultPoints): Promise<OpenedOrWarned> {
  const warning = prepareFolder(dataDir, 'data folder', 'DATA_DIR', preparePrivateFolder);
  const releaseDataDir = acquireDataDir(dataDir);
  const file = path.join(dataDir, DATABASE_FILE);
  const database = await openDatabase(file, FIX_DATA_DIR, () => SqliteDatabase.open(file, faults));
  const crashMarker = new CrashMarker(path.join(dataDir, 'running'));
  return {
    warning,
    installation: { kind: 'sqlite', database, queue: new LocalLaneQueue(systemClock), crashMarker },
    close: async () => {
      await database.close();
      releaseDataDir();
    },
  };
}

async function openDatabaseUrl(
  config: AppConfig,
  url: string,
  faults: FaultPoints,
): Promise<OpenedOrWarned> {
  const opened = await openDatabase(DATABASE_OF_URL, FIX_DATABASE_URL, () =>
    openPostgres(config, url, { faults }),
  );
  if (await hasUnfinishedMove(opened.installation.database.read)) {
    await opened.close();
    throw new BootError([UNFINISHED_MOVE], 1);
  }
  return { ...opened, warning: null };
}

export interface Configuration extends Omit<ReadDatasets, 'warnings'> {
  readonly config: AppConfig;
  readonly warnings: readonly string[];
  readonly datasetsFile: DatasetsFile;
}

/**
 * Reads the environment and the datasets file.
 * @throws {BootError} with every error of both
 */
export function readConfiguration(
  env: Environment,
  secrets: SecretValues,
  readSettings = readEnvironment,
): Configuration {
  const hide = (secret: string): void => {
    secrets.hide(secret);
  };
  const environment = readSettings(env, hide);
  const path = environment.ok
    ? environment.config.datasetsFile
    : (env['DATASETS_FILE'] ?? 'datasets.yaml');
  const datasetsFile = new DatasetsFile(path, env, hide);
  const read = datasetsFile.readAtStart();
  if (environment.ok && read.ok) {
    const { config } = environment;
    const { datasets, file, webhooks } = read;
    const warnings = [...environment.warnings, ...warningLines(path, read.warnings)];
    return { config, warnings, datasets, webhooks, file, datasetsFile };
  }
  throw new BootError(
    bootErrorLines({
      environment: environment.ok ? [] : environment.errors,
      datasetsFile: { path, errors: read.ok ? [] : read.errors },
    }),
    CONFIG_EXIT_CODE,
  );
}

/** @throws {BootError} if nothing can be written there */
function prepareFolder<T>(
  folder: string,
  what: string,
  variable: string,
  create: (folder: string) => T,
): T {
  try {
    const created = create(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return created;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const line = `Daysync can't write its ${what} ${folder} (${reason}): set ${variable} to a place that it can write.`;
    throw new BootError([line], 1);
  }
}

/**
 * Makes this process the owner of the data folder.
 * @returns releases the folder
 * @throws {BootError} if another process owns it
 */
export function acquireDataDir(dataDir: string): () => void {
  try {
    return lockDataDir(dataDir);
  } catch (error) {
    if (error instanceof DataDirInUseError) throw new BootError([error.message], 1);
    throw cannotUse(dataDir, error);
  }
}

/**
 * Opens a database.
 * @param fix what the user can do if that fails
 * @throws {BootError} if the database can't be opened or has a schema of another version
 */
export async function openDatabase<T>(
  what: string,
  fix: string,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof RetiredDatabaseError) {
      const line = `Daysync can't use ${what}, which a build from before the first release created (${error.retired.join(', ')}): move it away, or set DATA_DIR or DATABASE_URL to another one.`;
      throw new BootError([line], 1);
    }
    if (!(error instanceof NewerDatabaseError)) throw cannotUse(what, error, fix);
    const line = `Daysync can't use ${what}: a newer version has changed it (${error.unknown.join(', ')}). Run that version, or restore the backup from before the upgrade (docs/deploy.md).`;
    throw new BootError([line], 1);
  }
}

function cannotUse(what: string, error: unknown, fix = FIX_DATA_DIR): BootError {
  const line = `Daysync can't use ${what} (${reasonOf(error)}): ${fix}.`;
  return new BootError([line], 1);
}

/** An `AggregateError` has one error for each address that was tried. */
function reasonOf(error: unknown): string {
  if (error instanceof DatabaseUnavailableError) return reasonOf(error.cause);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
