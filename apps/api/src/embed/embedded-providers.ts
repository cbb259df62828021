import { PROGRESS_OPTIONS, ProgressRegistry, type ProgressOptions } from '@daysync/progress/nest';
import type { FactoryProvider, Provider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Sessions } from '../auth/sessions.js';
import { Tokens } from '../auth/tokens.js';
import { CLOCK, systemClock, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import { CrashMarker } from '../database/crash-marker.js';
import { Database } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { SlotQueue } from '../dispatch/slot-queue.js';
import { catalogOf, type Opened } from '../installation.js';
import { LOGGER } from '../logging/logger.js';
import { SecretValues } from '../logging/secret-values.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchAdmission } from '../sync/batch-admission.js';
import { BatchQueue } from '../sync/batch-queue.js';
import { BatchRecovery } from '../sync/batch-recovery.js';
import { FollowedProgress } from '../sync/followed-progress.js';
import { LiveProgress, OwnProgress } from '../sync/live-progress.js';
import { LostSlots } from '../sync/lost-slots.js';
import { NodeFeed } from '../sync/node-feed.js';
import { NodeRecovery } from '../sync/node-recovery.js';
import { NO_MARKER, shownInMemory } from '../sync/run-providers.js';
import { ScaledQueue } from '../sync/scaled-queue.js';
import { SyncService } from '../sync/sync.service.js';
import { SYNC_PROVIDERS } from '../sync-parts.js';
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
  from(SlotQueue, [OPENED], ({ installation }: Opened) =>
    installation.kind === 'scaled' ? installation.queue : null,
  ),
  chosen(BatchRecovery, { embedded: BatchRecovery, scaled: NodeRecovery }),
  chosen(BatchQueue, { embedded: BatchQueue, scaled: ScaledQueue }),
  ...[FollowedProgress, BatchAdmission, LostSlots, NodeFeed, Sessions, Tokens].map((scaled) =>
    chosen(scaled, { embedded: null, scaled }),
  ),
  from(
    LiveProgress,
    [FollowedProgress, ProgressRegistry],
    (followed: FollowedProgress | null, registry: ProgressRegistry) =>
      followed ?? new OwnProgress(registry),
  ),
  ...SYNC_PROVIDERS,
  { provide: SyncService, useClass: EmbeddedSyncService },
  EmbeddedCaller,
  DaySync,
];

function from<Made>(
  provide: FactoryProvider['provide'],
  inject: NonNullable<FactoryProvider['inject']>,
  // As Nest declares a factory: what it injects no type can say.
  useFactory: FactoryProvider<Made>['useFactory'],
): FactoryProvider<Made> {
  return { provide, inject, useFactory };
}

/** An instance of the class that the way to run asks for; null where it asks for none. */
function chosen(
  provide: FactoryProvider['provide'],
  classes: Readonly<Record<Opened['installation']['kind'], Type<object> | null>>,
): FactoryProvider {
  return from(
    provide,
    [OPENED, ModuleRef],
    async ({ installation }: Opened, module: ModuleRef): Promise<object | null> => {
      const Class = classes[installation.kind];
      return Class === null ? null : module.create(Class);
    },
  );
}
