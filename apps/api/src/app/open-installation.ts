// Steps of the start that the program and an embedding app share.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { readTargetDays, targetSentences } from '../batches/target-days.js';
import type { AppConfig } from '../config/environment.js';
import type { Database } from '../database/database.js';
import { PostgresDatabase, type PostgresOptions } from '../database/postgres/postgres-database.js';
import { createDaySource, DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { prepareTarget, type TargetDifference } from '../targets/target-table.js';
import { BossLaneQueue } from '../runner/cluster/boss-lane-queue.js';
import { StoredRateLimit } from '../runner/stored-rate-limit.js';
import { ClusterRateLimiter } from '../runner/cluster/cluster-rate-limiter.js';
import type { MakeSpacedLimiter } from '../sources/spaced-limiter.js';
import { Metrics } from '../metrics/metrics.js';
import type { Installation } from '../runner/installation.js';

/** In addition to one for each day in flight: requests, lane claims and polls. */
const OTHER_CONNECTIONS = 6;
const CLOSE_TIMEOUT_MS = 3_000;

/** An installation and what closes it. */
export interface Opened<Kind extends Installation = Installation> {
  readonly installation: Kind;
  readonly close: () => Promise<void>;
}

/**
 * Connects to a PostgreSQL database and the queue in it.
 * @throws {NewerDatabaseError | RetiredDatabaseError} and errors of the server
 */
export async function openPostgres(
  { nodeName, workerConcurrency }: Pick<AppConfig, 'nodeName' | 'workerConcurrency'>,
  url: string,
  options: Pick<PostgresOptions, 'faults' | 'migrations' | 'check'>,
): Promise<Opened<Extract<Installation, { readonly kind: 'postgres' }>>> {
  const database = await PostgresDatabase.open({
    ...options,
    url,
    connections: workerConcurrency + OTHER_CONNECTIONS,
    applicationName: `daysync ${nodeName}`,
    processName: `${nodeName}/${randomUUID()}`,
  });
  const queue = await BossLaneQueue.open({
    url,
    nodeName,
    // Every call fails with the same error, and its caller logs it.
    onError: () => undefined,
  }).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    const closing = queue.close().then(() => database.close());
    // A dead network must not delay the stop.
    await Promise.race([closing, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  };
  return { installation: { kind: 'postgres', database, queue }, close };
}

/** What the start found in the targets, for the log. */
export interface TargetNotes {
  readonly infos: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Creates the target tables that are missing.
 * @returns how existing tables differ from the configuration; such a table can't be written
 */
export async function createTargets(
  database: Database,
  datasets: readonly Dataset[],
): Promise<TargetNotes & { readonly differences: readonly TargetDifference[] }> {
  const prepared = await database.write('targets', async (transaction) => {
    // Of several processes that start together one creates the tables.
    await transaction.lockExclusive('boot');
    const all = [];
    for (const dataset of datasets) all.push(await prepareTarget(transaction, dataset));
    return all;
  });
  const warnings: string[] = [];
  for (const dataset of datasets) {
    const days = await readTargetDays(database, dataset);
    for (const sentence of targetSentences(days)) {
      warnings.push(`dataset ${dataset.name}: ${sentence}`);
    }
  }
  return {
    differences: prepared.flatMap(({ differences }) => differences),
    infos: prepared.flatMap(({ changes }) => changes),
    warnings,
  };
}

/** Logs what changed in the targets, and which synced days are not in them. */
export function logTargets(
  logger: Pick<Logger, 'info' | 'warn'>,
  { infos, warnings }: TargetNotes,
): void {
  for (const statement of infos) logger.info({ statement }, 'a target table was changed');
  for (const warning of warnings) logger.warn(warning);
}

/** The catalog, whose sources count their requests and share one rate limit over all processes. */
export function createCatalog(
  datasets: readonly Dataset[],
  installation: Installation,
  { databaseUrl, nodeName }: Pick<AppConfig, 'databaseUrl' | 'nodeName'>,
): { readonly catalog: DatasetCatalog; readonly metrics: Metrics } {
  const names = datasets.map(({ name }) => name);
  const metrics = new Metrics(names, databaseUrl === null ? null : nodeName);
  const catalog = new DatasetCatalog(datasets, (config, dataset) =>
    createDaySource(config, dataset, {
      answered: (requestClass) => {
        metrics.sourceRequests.inc({ dataset: dataset.name, class: requestClass });
      },
      makeLimiter: limiterMakerOf(installation, dataset.name),
    }),
  );
  return { catalog, metrics };
}

function limiterMakerOf(
  installation: Installation,
  dataset: string,
): MakeSpacedLimiter | undefined {
  if (installation.kind === 'sqlite') return undefined;
  const { clock, read } = installation.database;
  return (spacingMs) =>
    new ClusterRateLimiter(StoredRateLimit.ofRequests(dataset, spacingMs), read, clock);
}
