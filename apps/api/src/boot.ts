import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { bootErrorLines, CONFIG_EXIT_CODE } from './config/boot-error.js';
import { readEnvironment, type AppConfig } from './config/environment.js';
import { CrashMarker } from './database/crash-marker.js';
import { DataDirInUseError, lockDataDir } from './database/data-dir-lock.js';
import type { Database } from './database/database.js';
import { SqliteDatabase } from './database/sqlite-database.js';
import { faultPointsFrom, type FaultPoints } from './database/fault-points.js';
import { NewerDatabaseError } from './database/schema-version.js';
import { createDaySource, DatasetCatalog } from './datasets/dataset-catalog.js';
import { readDatasetsFile } from './datasets/dataset-file.js';
import type { Dataset, SourceConfig } from './datasets/dataset.js';
import type { DaySource } from './datasets/day-source.js';
import { prepareTarget } from './datasets/target-table.js';
import type { SecretValues } from './logging/secret-values.js';
import { Metrics } from './metrics/metrics.js';

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
  readonly metrics: Metrics;
  readonly database: Database;
  readonly crashMarker: CrashMarker;
  /** Gives the data folder back; whoever holds this holds the folder. */
  readonly releaseDataDir: () => void;
}

/** Set by the crash tests alone: where the program is to break, and how. */
const FAULT_VARIABLE = 'DAYSYNC_FAULT';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment and the datasets file, takes the data folder and opens the database.
 * @param secrets takes in what it reads that nobody may be shown
 * @throws {BootError}
 */
export async function boot(env: Environment, secrets: SecretValues): Promise<Booted> {
  const { config, warnings, datasets } = readConfiguration(env, secrets);
  prepareFolder(config.dataDir, 'data folder', 'DATA_DIR');
  prepareFolder(path.dirname(config.logFile), 'folder of the log', 'LOG_FILE');
  const releaseDataDir = takeDataDir(config.dataDir);
  const database = await openDatabase(
    path.join(config.dataDir, 'daysync.db'),
    faultPointsFrom(env[FAULT_VARIABLE]),
  );
  await prepareTargets(database, datasets);
  const crashMarker = new CrashMarker(config.dataDir);
  const metrics = new Metrics(datasets.map(({ name }) => name));
  const catalog = new DatasetCatalog(datasets, sourcesCountedBy(metrics.sourceRequests));
  return { config, warnings, catalog, metrics, database, crashMarker, releaseDataDir };
}

function readConfiguration(
  env: Environment,
  secrets: SecretValues,
): Pick<Booted, 'config' | 'warnings'> & { readonly datasets: readonly Dataset[] } {
  const hide = (secret: string): void => {
    secrets.hide(secret);
  };
  const environment = readEnvironment(env, hide);
  const file = environment.ok
    ? environment.config.datasetsFile
    : (env['DATASETS_FILE'] ?? 'datasets.yaml');
  const datasets = readDatasetsFile(file, env, hide);
  if (environment.ok && datasets.ok) {
    const { config, warnings } = environment;
    return { config, warnings, datasets: datasets.datasets };
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

function takeDataDir(dataDir: string): () => void {
  try {
    return lockDataDir(dataDir);
  } catch (error) {
    if (error instanceof DataDirInUseError) throw new BootError([error.message], 1);
    throw cannotUse(dataDir, error);
  }
}

async function openDatabase(file: string, faults: FaultPoints): Promise<Database> {
  try {
    return await SqliteDatabase.open(file, faults);
  } catch (error) {
    if (!(error instanceof NewerDatabaseError)) throw cannotUse(file, error);
    const line = `Daysync can't use ${file}: a newer version has changed it (${error.unknown.join(', ')}). Run that version, or put back the copy of before (docs/deploy.md).`;
    throw new BootError([line], 1);
  }
}

/** Makes sources whose requests are counted. */
function sourcesCountedBy(
  requests: Metrics['sourceRequests'],
): (config: SourceConfig, dataset: Dataset) => DaySource {
  return (config, dataset) =>
    createDaySource(config, dataset, (requestClass) => {
      requests.inc({ dataset: dataset.name, class: requestClass });
    });
}

function cannotUse(file: string, error: unknown): BootError {
  const reason = error instanceof Error ? error.message : String(error);
  const line = `Daysync can't use ${file} (${reason}): mend it, or set DATA_DIR to another folder.`;
  return new BootError([line], 1);
}

async function prepareTargets(database: Database, datasets: readonly Dataset[]): Promise<void> {
  const differences = await database.write('targets', async (transaction) => {
    const all = [];
    for (const dataset of datasets) all.push(...(await prepareTarget(transaction, dataset)));
    return all;
  });
  if (differences.length === 0) return;
  const lines = differences.map(
    ({ table, column, expected, received, mend }) =>
      `target ${table}, column ${column}: expected ${expected}, got ${received}; to mend it: ${mend}`,
  );
  throw new BootError(lines, CONFIG_EXIT_CODE);
}
