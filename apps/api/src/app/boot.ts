import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { bootErrorLines, CONFIG_EXIT_CODE } from '../config/boot-error.js';
import { readEnvironment, type AppConfig } from '../config/environment.js';
import { CrashMarker, DataDirInUseError, lockDataDir } from '../database/sqlite/data-dir.js';
import {
  hasUnfinishedMove,
  NewerDatabaseError,
  RetiredDatabaseError,
} from '../database/schema-version.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { systemClock } from '../config/clock.js';
import { LocalLaneQueue } from '../runner/local/local-lane-queue.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import type { Installation } from '../runner/installation.js';
import { faultPointsFrom, type FaultPoints } from '../database/fault-points.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { readDatasetsFile } from '../datasets/dataset-file.js';
import type { Dataset } from '../datasets/dataset.js';
import type { WebhookEndpoint } from '../webhooks/webhook-endpoint.js';
import { registerEndpoints } from '../webhooks/endpoint-register.js';
import { differenceLines } from '../targets/target-table.js';
import { catalogOf, openOnPostgres, prepareTargets, type Opened } from './installation.js';
import type { SecretValues } from '../config/secret-values.js';
import type { Metrics } from '../metrics/metrics.js';

/** The program can't start, and this says why and how to mend it. */
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
  /** What of it can be used, and should not stay as it is. */
  readonly warnings: readonly string[];
  readonly catalog: DatasetCatalog;
  /** Who is told of batches. */
  readonly webhooks: readonly WebhookEndpoint[];
  readonly metrics: Metrics;
  readonly installation: Installation;
  /** Closes what it was opened with, last of all. */
  readonly close: () => Promise<void>;
}

export const SET_DATA_DIR = 'mend it, or set DATA_DIR to another folder';
export const SET_DATABASE_URL =
  'see that it is there and may be used, or set DATABASE_URL to another one';
export const DATABASE_OF_URL = 'the database of DATABASE_URL';
const UNFINISHED_MOVE = `Daysync can't use ${DATABASE_OF_URL}: a move from SQLite into it has not ended. Run npm run migrate:to-postgres again, which goes on where it stopped; or give it up, and set DATABASE_URL to an empty database.`;

/** Set by the crash tests alone: where the program is to break, and how. */
const FAULT_VARIABLE = 'DAYSYNC_FAULT';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment and the datasets file, takes the data folder and opens the database.
 * @param secrets takes in what it reads that nobody may be shown
 * @throws {BootError}
 */
export async function boot(env: Environment, secrets: SecretValues): Promise<Booted> {
  const { config, warnings, datasets, webhooks } = readConfiguration(env, secrets);
  prepareFolder(path.dirname(config.logFile), 'folder of the log', 'LOG_FILE');
  const faults = faultPointsFrom(env[FAULT_VARIABLE]);
  const { close, installation } = await (config.databaseUrl === null
    ? openSqlite(config, faults)
    : openPostgres(config, config.databaseUrl, faults));
  const differences = await prepareTargets(installation.database, datasets);
  if (differences.length > 0) throw new BootError(differenceLines(differences), CONFIG_EXIT_CODE);
  await registerEndpoints(installation.database, webhooks);
  const { catalog, metrics } = catalogOf(datasets, installation, config);
  return { config, warnings, catalog, webhooks, metrics, installation, close };
}

async function openSqlite({ dataDir }: AppConfig, faults: FaultPoints): Promise<Opened> {
  prepareFolder(dataDir, 'data folder', 'DATA_DIR');
  const releaseDataDir = takeDataDir(dataDir);
  const file = path.join(dataDir, 'daysync.db');
  const database = await openDatabase(file, SET_DATA_DIR, () => SqliteDatabase.open(file, faults));
  const crashMarker = new CrashMarker(path.join(dataDir, 'running'));
  return {
    installation: { kind: 'sqlite', database, queue: new LocalLaneQueue(systemClock), crashMarker },
    close: async () => {
      await database.close();
      releaseDataDir();
    },
  };
}

async function openPostgres(config: AppConfig, url: string, faults: FaultPoints): Promise<Opened> {
  const opened = await openDatabase(DATABASE_OF_URL, SET_DATABASE_URL, () =>
    openOnPostgres(config, url, { faults }),
  );
  if (await hasUnfinishedMove(opened.installation.database.read)) {
    await opened.close();
    throw new BootError([UNFINISHED_MOVE], 1);
  }
  return opened;
}

export interface Configuration {
  readonly config: AppConfig;
  readonly warnings: readonly string[];
  readonly datasets: readonly Dataset[];
  readonly webhooks: readonly WebhookEndpoint[];
}

/**
 * Reads the environment and the datasets file, and tells all that is wrong at once.
 * @param read reads the environment; by default as the server does
 * @throws {BootError}
 */
export function readConfiguration(
  env: Environment,
  secrets: SecretValues,
  read = readEnvironment,
): Configuration {
  const hide = (secret: string): void => {
    secrets.hide(secret);
  };
  const environment = read(env, hide);
  const file = environment.ok
    ? environment.config.datasetsFile
    : (env['DATASETS_FILE'] ?? 'datasets.yaml');
  const datasets = readDatasetsFile(file, env, hide);
  if (environment.ok && datasets.ok) {
    const { config, warnings } = environment;
    return { config, warnings, datasets: datasets.datasets, webhooks: datasets.webhooks };
  }
  throw new BootError(
    bootErrorLines({
      environment: environment.ok ? [] : environment.errors,
      datasetsFile: { path: file, errors: datasets.ok ? [] : datasets.errors },
    }),
    CONFIG_EXIT_CODE,
  );
}

function prepareFolder(folder: string, what: string, variable: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const line = `Daysync can't write its ${what} ${folder} (${reason}): set ${variable} to a place it can write.`;
    throw new BootError([line], 1);
  }
}

/**
 * Makes this process the one that works on the data folder.
 * @returns gives it back
 * @throws {BootError} if another process does
 */
export function takeDataDir(dataDir: string): () => void {
  try {
    return lockDataDir(dataDir);
  } catch (error) {
    if (error instanceof DataDirInUseError) throw new BootError([error.message], 1);
    throw cannotUse(dataDir, error);
  }
}

/** @throws {BootError} if what `open` opens can't be used */
export async function openDatabase<T>(
  what: string,
  toMend: string,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof RetiredDatabaseError) {
      const line = `Daysync can't use ${what}, which a build from before the first release made (${error.retired.join(', ')}): move it away, or set DATA_DIR or DATABASE_URL to another one.`;
      throw new BootError([line], 1);
    }
    if (!(error instanceof NewerDatabaseError)) throw cannotUse(what, error, toMend);
    const line = `Daysync can't use ${what}: a newer version has changed it (${error.unknown.join(', ')}). Run that version, or put back the copy of before (docs/deploy.md).`;
    throw new BootError([line], 1);
  }
}

function cannotUse(what: string, error: unknown, toMend = SET_DATA_DIR): BootError {
  const line = `Daysync can't use ${what} (${reasonOf(error)}): ${toMend}.`;
  return new BootError([line], 1);
}

/** Where several addresses were tried, each failed by itself. */
export function reasonOf(error: unknown): string {
  if (error instanceof DatabaseUnavailableError) return reasonOf(error.cause);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
