// Steps of the start that the program and an embedding app share.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppConfig } from '../config/environment.js';
import { PostgresDatabase, type PostgresOptions } from '../database/postgres/postgres-database.js';
import { createDaySource, DatasetCatalog, type CatalogFile } from '../datasets/dataset-catalog.js';
import type { PostgresAddress } from '../database/postgres/postgres-connection.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { BossLaneQueue } from '../runner/cluster/boss-lane-queue.js';
import { StoredRateLimit } from '../runner/stored-rate-limit.js';
import { ClusterRateLimiter } from '../runner/cluster/cluster-rate-limiter.js';
import type { MakeSpacedLimiter } from '../sources/spaced-limiter.js';
import { Metrics } from '../metrics/metrics.js';
import type { Installation } from '../runner/installation.js';

/** In addition to one for each day in flight: requests, lane claims and polls. Long reads have two of their own. */
const OTHER_CONNECTIONS = 4;
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
  address: PostgresAddress,
  options: Pick<PostgresOptions, 'faults' | 'migrations' | 'check'>,
): Promise<Opened<Extract<Installation, { readonly kind: 'postgres' }>>> {
  const database = await PostgresDatabase.open({
    ...options,
    address,
    connections: workerConcurrency + OTHER_CONNECTIONS,
    applicationName: `daysync ${nodeName}`,
    processName: `${nodeName}/${randomUUID()}`,
  });
  const queue = await BossLaneQueue.open({
    address,
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

/** The catalog, whose sources count their requests and share one rate limit over all processes. */
export function createCatalog(
  { datasets, file }: CatalogFile,
  installation: Installation,
  { nodeName }: Pick<AppConfig, 'nodeName'>,
): { readonly catalog: DatasetCatalog; readonly metrics: Metrics } {
  const metrics = new Metrics(namesOf(datasets), installation.kind === 'sqlite' ? null : nodeName);
  const catalog = new DatasetCatalog(
    datasets,
    (config, dataset) =>
      createDaySource(config, dataset, {
        stray: (what, error) => {
          catalog.stray(dataset, what, error);
        },
        answered: (requestClass) => {
          metrics.sourceRequests.inc({ dataset: dataset.name, class: requestClass });
        },
        makeLimiter: limiterMakerOf(installation, dataset.name),
      }),
    file,
  );
  catalog.onReplaced(() => {
    metrics.begin(namesOf(catalog.list()));
  });
  return { catalog, metrics };
}

function namesOf(datasets: readonly Dataset[]): readonly string[] {
  return datasets.map(({ name }) => name);
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
