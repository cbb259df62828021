import { PROGRESS_OPTIONS, ProgressRegistry, type ProgressOptions } from '@daysync/progress/nest';
import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type FactoryProvider,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { LaneQueue } from '../batches/lane-queue.js';
import { LiveView } from '../batches/live-view.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { CLOCK, systemClock, type Clock } from '../config/clock.js';
import { SecretValues } from '../config/secret-values.js';
import { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { DATASETS_FILE, type DatasetsFile } from '../datasets/file/datasets-file.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { TRACING, type Tracing } from '../tracing/tracing.js';
import { INSTALLATION, type Installation } from '../runner/installation.js';
import { LocalLiveView } from '../runner/local/local-live-view.js';
import { ClusterLiveView } from '../runner/cluster/cluster-live-view.js';
import { TargetHealth } from '../datasets/target-health.js';
import { openTarget } from '../targets/elsewhere/open-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { ConfiguredEndpoints } from '../webhooks/configured-endpoints.js';

/** Everything that is read and opened before Nest creates the first provider. */
export interface OpenedInstallation {
  readonly config: AppConfig;
  readonly logger: Logger;
  readonly secrets: SecretValues;
  readonly catalog: DatasetCatalog;
  readonly metrics: Metrics;
  /** Null for datasets that stand in code. */
  readonly datasetsFile: DatasetsFile | null;
  readonly webhooks: ConfiguredEndpoints;
  readonly installation: Installation;
  /** @default no traces */
  readonly tracing?: Tracing | null;
  /** Called after the last hook of a stop. @default nothing */
  readonly release?: () => Promise<void>;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<OpenedInstallation>({ moduleName: 'Installation' })
    .setClassMethodName('forRoot')
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
  opened(TRACING, ({ tracing = null }) => tracing),
  opened(DATASETS_FILE, ({ datasetsFile }) => datasetsFile),
  opened(ConfiguredEndpoints, ({ webhooks }) => webhooks),
  opened(Database, ({ installation }) => installation.database),
  opened(LaneQueue, ({ installation }) => installation.queue),
  opened(CLOCK, ({ installation }) =>
    installation.kind === 'sqlite' ? systemClock : installation.database.clock,
  ),
  {
    provide: PROGRESS_OPTIONS,
    inject: [APP_CONFIG],
    useFactory: progressOptions,
  },
  {
    provide: OpenTargets,
    inject: [DatasetCatalog],
    useFactory: (catalog: DatasetCatalog): OpenTargets => {
      const open = new OpenTargets(openTarget);
      catalog.onReplaced(() => {
        void open.retain(catalog.list().map(({ target }) => target));
      });
      return open;
    },
  },
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
        : new ClusterLiveView(database, registry, clock, logger),
  },
];

const SHARED = [ProgressRegistry, TargetHealth];

/**
 * What every module of Daysync needs. Each imports this very instance, so that an app may have other ones, and nothing of
 * it is global there. `kind` chooses between SQLite and PostgreSQL here and in `RunnerModule`.
 */
@Module({
  providers: [...PROVIDERS, ...SHARED],
  exports: [OPENED_INSTALLATION, ...PROVIDERS.map(({ provide }) => provide), ...SHARED],
})
export class InstallationModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(
    @Inject(OPENED_INSTALLATION) private readonly opened: OpenedInstallation,
    private readonly targets: OpenTargets,
  ) {
    super();
  }

  /** Nest stops the modules that are imported by others last. */
  async onApplicationShutdown(): Promise<void> {
    await this.targets.close();
    await this.opened.release?.();
  }
}

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
