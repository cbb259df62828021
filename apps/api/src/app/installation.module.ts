import { ProgressModule, ProgressRegistry, type ProgressOptions } from '@daysync/progress/nest';
import { ConfigurableModuleBuilder, Module, type FactoryProvider } from '@nestjs/common';
import type { Logger } from 'pino';
import { LaneQueue } from '../batches/lane-queue.js';
import { LiveView } from '../batches/live-view.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { CLOCK, systemClock, type Clock } from '../config/clock.js';
import { SecretValues } from '../config/secret-values.js';
import { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { INSTALLATION, type Installation } from '../runner/installation.js';
import { LocalLiveView } from '../runner/local/local-live-view.js';
import { SharedLiveView } from '../runner/shared/shared-live-view.js';
import type { WebhookEndpoint } from '../webhooks/webhook-endpoint.js';
import { WEBHOOK_ENDPOINTS } from '../webhooks/webhook-sender.js';

/** Everything that is read and opened before Nest creates the first provider. */
export interface OpenedInstallation {
  readonly config: AppConfig;
  readonly logger: Logger;
  readonly secrets: SecretValues;
  readonly catalog: DatasetCatalog;
  readonly metrics: Metrics;
  readonly webhooks: readonly WebhookEndpoint[];
  readonly installation: Installation;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<OpenedInstallation>({ moduleName: 'Installation' })
    .setClassMethodName('forRoot')
    // Every feature module needs it, and a folder imports nothing from a layer above it.
    .setExtras({}, (definition) => ({ ...definition, global: true }))
    .build();

export const OPENED_INSTALLATION = MODULE_OPTIONS_TOKEN;

const SECONDS_PER_DAY = 86_400;

const PROVIDERS: readonly FactoryProvider[] = [
  opened(INSTALLATION, ({ installation }) => installation),
  opened(APP_CONFIG, ({ config }) => config),
  opened(LOGGER, ({ logger }) => logger),
  opened(SecretValues, ({ secrets }) => secrets),
  opened(DatasetCatalog, ({ catalog }) => catalog),
  opened(Metrics, ({ metrics }) => metrics),
  opened(WEBHOOK_ENDPOINTS, ({ webhooks }) => webhooks),
  opened(Database, ({ installation }) => installation.database),
  opened(LaneQueue, ({ installation }) => installation.queue),
  opened(CLOCK, ({ installation }) =>
    installation.kind === 'sqlite' ? systemClock : installation.database.clock,
  ),
  {
    provide: LiveView,
    inject: [INSTALLATION, ProgressRegistry, CLOCK, LOGGER],
    useFactory: (
      { database, kind }: Installation,
      registry: ProgressRegistry,
      clock: Clock,
      logger: Logger,
    ): LiveView =>
      kind === 'sqlite'
        ? new LocalLiveView(registry)
        : new SharedLiveView(database, registry, clock, logger),
  },
];

/** What every module of Daysync needs. `kind` chooses between SQLite and PostgreSQL here and in `RunnerModule`. */
@Module({
  imports: [ProgressModule.forRootAsync({ inject: [APP_CONFIG], useFactory: progressOptions })],
  providers: [...PROVIDERS],
  exports: [OPENED_INSTALLATION, ...PROVIDERS.map(({ provide }) => provide), ProgressModule],
})
export class InstallationModule extends ConfigurableModuleClass {}

function opened<Made>(
  provide: FactoryProvider['provide'],
  useFactory: (opened: OpenedInstallation) => Made,
): FactoryProvider<Made> {
  return { provide, inject: [OPENED_INSTALLATION], useFactory };
}

/** A finished batch never stays in memory longer than in the history. */
function progressOptions({ historyDays, progressTtlSeconds }: AppConfig): ProgressOptions {
  return { ttlSeconds: Math.min(progressTtlSeconds, historyDays * SECONDS_PER_DAY) };
}
