// Steps of the start that the program and an embedding app share.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/environment.js';
import type { Database } from '../database/database.js';
import { PostgresDatabase, type PostgresOptions } from '../database/postgres/postgres-database.js';
import { createDaySource, DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { writeVersions } from '../datasets/dataset-versions.js';
import { differenceLines, prepareTarget, type TargetDifference } from '../targets/target-table.js';
import { readChangesAhead, storedName } from './changes-ahead.js';
import { renameDataset } from './dataset-rename.js';
import { applyRenames, pendingRenames } from '../targets/target-renames.js';
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
  /** The statements that changed target tables. */
  readonly statements: readonly string[];
  /** What the datasets file changes; see {@link readChangesAhead}. */
  readonly warnings: readonly string[];
}

/**
 * Carries out what the datasets file changes in the database: gives new names, creates the target tables that are missing,
 * adds columns, and stores the versions of the datasets.
 * @returns how existing tables differ from the configuration: then nothing has changed, and the start is refused
 */
export async function createTargets(
  database: Database,
  datasets: readonly Dataset[],
): Promise<TargetNotes & { readonly differences: readonly TargetDifference[] }> {
  const { changes: warnings, differences } = await readChangesAhead(database, datasets);
  if (differences.length > 0) return { differences, statements: [], warnings: [] };
  try {
    const statements = await database.write('targets', async (transaction) => {
      // Of several processes that start together one changes the tables.
      await transaction.lockExclusive('boot');
      const changes = [];
      for (const dataset of datasets) {
        const stored = await storedName(transaction.db, dataset);
        if (stored !== dataset.name) await renameDataset(transaction, stored, dataset.name);
        const renames = await pendingRenames(transaction.db, transaction.dialect, dataset);
        changes.push(...(await applyRenames(transaction, dataset.target, renames)));
        const prepared = await prepareTarget(transaction, dataset);
        // Only what has changed since they were compared above.
        if (prepared.version === null) throw new DifferentTargetsError(prepared.differences);
        changes.push(...prepared.changes);
      }
      await writeVersions(transaction, datasets);
      return changes;
    });
    return { differences: [], statements, warnings };
  } catch (error) {
    if (!(error instanceof DifferentTargetsError)) throw error;
    return { differences: error.differences, statements: [], warnings: [] };
  }
}

/** Undoes what the start has changed. */
class DifferentTargetsError extends Error {
  override readonly name = 'DifferentTargetsError';
  constructor(readonly differences: readonly TargetDifference[]) {
    super(differenceLines(differences).join('\n'));
  }
}

/** Logs what the datasets file has changed. */
export function logTargets(
  logger: Pick<Logger, 'info' | 'warn'>,
  { statements, warnings }: TargetNotes,
): void {
  for (const warning of warnings) logger.warn(warning);
  for (const statement of statements) logger.info({ statement }, 'a target table was changed');
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
      stray: (what, error) => {
        catalog.stray(dataset, what, error);
      },
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
