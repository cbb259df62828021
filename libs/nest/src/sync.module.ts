import {
  ConfigurableModuleBuilder,
  Injectable,
  Module,
  type ConfigurableModuleOptionsFactory,
  type DynamicModule,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { InstallationModule } from '../../../apps/api/src/app/installation.module.js';
import {
  SYNC_CONTROLLERS,
  SyncFeaturesModule,
} from '../../../apps/api/src/app/sync-features.module.js';
import { HealthController } from '../../../apps/api/src/health/health.controller.js';
import { MetricsController } from '../../../apps/api/src/health/metrics.controller.js';
import { ProgramReadiness } from '../../../apps/api/src/health/readiness.js';
import { SyncRuntime } from '../../../apps/api/src/sync/sync-runtime.js';
import { WebhookSender } from '../../../apps/api/src/webhooks/webhook-sender.js';
import { WebhooksController } from '../../../apps/api/src/webhooks/webhooks.controller.js';
import { WebhooksModule } from '../../../apps/api/src/webhooks/webhooks.module.js';
import { DaySync } from './day-sync.js';
import {
  EmbeddedCaller,
  EmbeddedRoutes,
  type GuardedRoutes,
  type PlacedRoutes,
} from './embedded-controllers.js';
import { ElementController } from './element.controller.js';
import { openEmbedded } from './embedded-installation.js';
import type { SyncOptions } from './sync-options.js';

/** Options that Nest needs before it creates providers. */
export interface SyncModuleParts {
  /**
   * Whether the app serves `/api/v1/sync-status` on Express, as the program does. Its guards protect these routes, in
   * addition to the app's global guards.
   * @default false
   */
  readonly controllers?: boolean | GuardedRoutes;
  /**
   * Whether the app answers `health/live` and `health/ready`, which says whether batches can run. With `path`, under
   * another path than `health`.
   * @default false
   */
  readonly health?: boolean | PlacedRoutes;
  /**
   * Whether the app answers `metrics` with Daysync's metrics for Prometheus. With `path`, under another path.
   * @default false
   */
  readonly metrics?: boolean | PlacedRoutes;
  /**
   * Whether the app answers `element.js` with the script that defines `<daysync-progress>`, for pages of the app. The
   * element calls the API, so it needs `controllers`. With `path`, under another path.
   * @default false
   */
  readonly element?: boolean | PlacedRoutes;
  /** The modules that provide the guards and what `useFactory` injects. */
  readonly imports?: ModuleMetadata['imports'];
}

/** A class of the app that makes the options, for `useClass` and `useExisting`. */
export type SyncOptionsFactory = ConfigurableModuleOptionsFactory<SyncOptions, 'createSyncOptions'>;

/** The builder takes these keys as parts; every other key is one of the options. */
const NO_PARTS: Required<SyncModuleParts> = {
  controllers: false,
  health: false,
  metrics: false,
  element: false,
  imports: [],
};

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SyncOptions>({ moduleName: 'Sync' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSyncOptions')
    .setExtras<SyncModuleParts>(NO_PARTS, moduleOf)
    .build();

/** The options of `SyncModule.forRootAsync`. */
export type SyncAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** The runtime begins and stops with the app. */
@Injectable()
class SyncLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly runtime: SyncRuntime,
    private readonly webhooks: WebhookSender,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.recover();
    this.runtime.start();
    this.webhooks.begin();
  }

  /** The first hook of a stop: in a later one the app's modules may have closed what its sources use. */
  onModuleDestroy(): Promise<void> {
    return this.runtime.stop();
  }
}

/**
 * Daysync in a Nest app: batches over the app's datasets, in the app's database. It opens the database when the app is
 * created, continues the unfinished batches when the app is initialised, and stops with `app.close()`. For a process
 * that a signal ends, call `app.enableShutdownHooks()`.
 */
@Module({})
export class SyncModule extends ConfigurableModuleClass {}

/** The module with the providers of its options: the installation needs these, and gets them with all that they inject. */
function moduleOf(
  { imports: ofAsync = [], providers = [], ...module }: DynamicModule,
  { controllers, health, metrics, element, imports: ofFixed = [] }: SyncModuleParts,
): DynamicModule {
  // The builder gives them to forRootAsync in the module, and to forRoot in the parts.
  const imports = [...ofAsync, ...ofFixed];
  const opened = InstallationModule.forRootAsync({
    imports,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: openEmbedded,
  });
  const installation = { ...opened, providers: [...(opened.providers ?? []), ...providers] };
  const routes = new EmbeddedRoutes();
  return {
    ...module,
    imports: [
      ...imports,
      installation,
      SyncFeaturesModule.of(installation),
      { module: WebhooksModule, imports: [installation] },
    ],
    controllers: [
      ...routes.of([...SYNC_CONTROLLERS, WebhooksController], controllers),
      ...routes.placed(HealthController, health),
      ...routes.placed(MetricsController, metrics),
      ...routes.placed(ElementController, element),
    ],
    providers: [EmbeddedCaller, ProgramReadiness, DaySync, SyncLifecycle],
    exports: [DaySync],
  };
}
