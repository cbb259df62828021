// What the program and an app that Daysync is part of open alike.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppConfig } from '../config/environment.js';
import type { Database } from '../database/database.js';
import { PostgresDatabase, type PostgresOptions } from '../database/postgres/postgres-database.js';
import { createDaySource, DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { prepareTarget, type TargetDifference } from '../targets/target-table.js';
import { BossLaneQueue } from '../runner/shared/boss-lane-queue.js';
import { SharedRateLimiter, StoredRateLimit } from '../runner/shared-rate-limiter.js';
import type { MakeSpacedLimiter } from '../sources/spaced-limiter.js';
import { Metrics } from '../metrics/metrics.js';
import type { Installation } from '../runner/installation.js';

/** Beside one for each day in flight: requests, turns and looks. */
const OTHER_CONNECTIONS = 6;
const MOST_CLOSE_MS = 3_000;

/** What batches are kept in and run by, and how to give it back, last of all. */
export interface Opened<Kept extends Installation = Installation> {
  readonly installation: Kept;
  readonly close: () => Promise<void>;
}

/**
 * Connects to a PostgreSQL, and to the queue in it.
 * @throws {NewerDatabaseError | RetiredDatabaseError}, and what the server says
 */
export async function openOnPostgres(
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
    // Each call meets the same, and what it meets is logged.
    onError: () => undefined,
  }).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    const closing = queue.close().then(() => database.close());
    // A network that has fallen silent does not hold up the stop.
    await Promise.race([closing, sleep(MOST_CLOSE_MS, undefined, { ref: false })]);
  };
  return { installation: { kind: 'postgres', database, queue }, close };
}

/**
 * Makes the target tables that are missing.
 * @returns what else differs from what is configured; such a table can't be written
 */
export function prepareTargets(
  database: Database,
  datasets: readonly Dataset[],
): Promise<TargetDifference[]> {
  return database.write('targets', async (transaction) => {
    // Of several processes that start together one makes the tables.
    await transaction.lockExclusive('boot');
    const all = [];
    for (const dataset of datasets) all.push(...(await prepareTarget(transaction, dataset)));
    return all;
  });
}

/** The datasets with their sources, whose requests are counted, and limited over all processes. */
export function catalogOf(
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
    new SharedRateLimiter(StoredRateLimit.ofRequests(dataset, spacingMs), read, clock);
}
