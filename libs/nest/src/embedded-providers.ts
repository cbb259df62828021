import { PROGRESS_OPTIONS, ProgressRegistry, type ProgressOptions } from '@daysync/progress/nest';
import type { FactoryProvider, Provider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CLOCK, systemClock, type Clock } from '../../../apps/api/src/config/clock.js';
import { APP_CONFIG } from '../../../apps/api/src/config/app-config.js';
import type { AppConfig } from '../../../apps/api/src/config/environment.js';
import { CrashMarker } from '../../../apps/api/src/database/sqlite/crash-marker.js';
import { Database } from '../../../apps/api/src/database/database.js';
import { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import { DatasetCatalog } from '../../../apps/api/src/datasets/dataset-catalog.js';
import { catalogOf, type Opened } from '../../../apps/api/src/app/installation.js';
import { LOGGER } from '../../../apps/api/src/logging/logger.js';
import { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import { Metrics } from '../../../apps/api/src/metrics/metrics.js';
import { LaneQueue } from '../../../apps/api/src/batches/lane-queue.js';
import { LiveView } from '../../../apps/api/src/batches/live-view.js';
import { LocalLiveView } from '../../../apps/api/src/runner/local/local-live-view.js';
import { SharedLiveView } from '../../../apps/api/src/runner/shared/shared-live-view.js';
import { LocalLaneQueue } from '../../../apps/api/src/runner/local/local-lane-queue.js';
import { ClusterProcess } from '../../../apps/api/src/runner/shared/cluster-process.js';
import { OnlyProcess } from '../../../apps/api/src/runner/local/only-process.js';
import { Process } from '../../../apps/api/src/runner/process.js';
import { shownInMemory } from '../../../apps/api/src/sync/run-providers.js';
import { SyncService } from '../../../apps/api/src/sync/sync.service.js';
import { SYNC_PROVIDERS } from '../../../apps/api/src/app/sync-parts.js';
import { appLog } from './app-log.js';
import { DaySync } from './day-sync.js';
import { EmbeddedCaller } from './embedded-controllers.js';
import { openEmbedded } from './embedded-installation.js';
import { EmbeddedSyncService } from './embedded-sync.service.js';
import { CATALOG, OPENED, READ_OPTIONS, SYNC_OPTIONS } from './embedded-tokens.js';
import { readSyncOptions, type ReadOptions } from './sync-options.js';

/**
 * All that `SYNC_OPTIONS` lead to. Which database it is comes to light only once the app's own providers have made the
 * options, so that what differs between the two ways to run is chosen then.
 */
export const EMBEDDED_PROVIDERS: readonly Provider[] = [
  SecretValues,
  from(READ_OPTIONS, [SYNC_OPTIONS, SecretValues], readSyncOptions),
  from(OPENED, [READ_OPTIONS], openEmbedded),
  from(APP_CONFIG, [READ_OPTIONS], ({ config }: ReadOptions) => config),
  from(LOGGER, [APP_CONFIG, SecretValues], ({ logLevel }: AppConfig, secrets: SecretValues) =>
    appLog(logLevel, secrets),
  ),
  from(CATALOG, [READ_OPTIONS, OPENED], ({ datasets, config }: ReadOptions, opened: Opened) =>
    catalogOf(datasets, opened.installation, config),
  ),
  from(DatasetCatalog, [CATALOG], ({ catalog }: ReturnType<typeof catalogOf>) => catalog),
  from(Metrics, [CATALOG], ({ metrics }: ReturnType<typeof catalogOf>) => metrics),
  from(PROGRESS_OPTIONS, [APP_CONFIG], (config: AppConfig): Required<ProgressOptions> => ({
    ...shownInMemory(config),
    maxFinished: 1_000,
    clock: performance,
  })),
  ProgressRegistry,
  from(Database, [OPENED], ({ installation }: Opened) => installation.database),
  from(CrashMarker, [OPENED], ({ installation }: Opened) =>
    installation.kind === 'embedded' ? installation.crashMarker : NO_MARKER,
  ),
  from(CLOCK, [OPENED], ({ installation }: Opened): Clock =>
    installation.kind === 'embedded' ? systemClock : installation.database.clock,
  ),
  from(PostgresDatabase, [OPENED], ({ installation }: Opened) =>
    installation.kind === 'scaled' ? installation.database : null,
  ),
  from(LaneQueue, [OPENED], ({ installation }: Opened): LaneQueue =>
    installation.kind === 'scaled' ? installation.queue : new LocalLaneQueue(systemClock),
  ),
  chosen(LiveView, { embedded: LocalLiveView, scaled: SharedLiveView }),
  chosen(Process, { embedded: OnlyProcess, scaled: ClusterProcess }),
  ...SYNC_PROVIDERS,
  { provide: SyncService, useClass: EmbeddedSyncService },
  EmbeddedCaller,
  DaySync,
];

/** Where a process that ends is found by its leases. */
const NO_MARKER: Pick<CrashMarker, 'clear'> = { clear: () => undefined };

function from<Made>(
  provide: FactoryProvider['provide'],
  inject: NonNullable<FactoryProvider['inject']>,
  // As Nest declares a factory: what it injects no type can say.
  useFactory: FactoryProvider<Made>['useFactory'],
): FactoryProvider<Made> {
  return { provide, inject, useFactory };
}

/** An instance of the class that the way to run asks for. */
function chosen(
  provide: FactoryProvider['provide'],
  classes: Readonly<Record<Opened['installation']['kind'], Type<object>>>,
): FactoryProvider {
  return from(provide, [OPENED, ModuleRef], ({ installation }: Opened, module: ModuleRef) =>
    module.create(classes[installation.kind]),
  );
}
