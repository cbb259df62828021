import {
  Module,
  type CanActivate,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { InstallationModule } from '../../../apps/api/src/app/installation.module.js';
import { SyncFeaturesModule } from '../../../apps/api/src/app/sync-features.module.js';
import { SyncRuntime } from '../../../apps/api/src/sync/sync-runtime.js';
import { DaySync } from './day-sync.js';
import { EmbeddedCaller, embeddedControllers } from './embedded-controllers.js';
import { openEmbedded } from './embedded-installation.js';
import type { SyncOptions } from './sync-options.js';

/** Options that Nest needs before it creates providers. */
export interface SyncModuleParts {
  /**
   * Whether the app serves `/api/v1/sync-status` on Express, as the program does. `guards` protect these routes, in
   * addition to the app's global guards.
   * @default false
   */
  readonly controllers?: boolean | { readonly guards: readonly Type<CanActivate>[] };
  /** The modules that provide `guards` and what `useFactory` injects. */
  readonly imports?: ModuleMetadata['imports'];
}

/** Options that a factory of the app returns. */
export interface SyncAsyncOptions extends SyncModuleParts {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<SyncOptions>['useFactory'];
}

/**
 * Daysync in a Nest app: batches over the app's datasets, in the app's database. It opens the database when the app is
 * created, continues the unfinished batches when the app is initialised, and stops with `app.close()`. For a process
 * that a signal ends, call `app.enableShutdownHooks()`.
 */
@Module({})
export class SyncModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly runtime: SyncRuntime) {}

  static forRoot({
    controllers,
    imports,
    ...options
  }: SyncOptions & SyncModuleParts): DynamicModule {
    const parts = { ...(controllers && { controllers }), ...(imports && { imports }) };
    return SyncModule.forRootAsync({ ...parts, useFactory: () => options });
  }

  static forRootAsync({
    controllers = false,
    imports = [],
    inject = [],
    useFactory,
  }: SyncAsyncOptions): DynamicModule {
    const guards = typeof controllers === 'boolean' ? [] : controllers.guards;
    const installation = InstallationModule.forRootAsync({
      imports,
      inject,
      useFactory: async (...injected: unknown[]) => openEmbedded(await useFactory(...injected)),
    });
    return {
      module: SyncModule,
      imports: [...imports, installation, SyncFeaturesModule.of(installation)],
      controllers: controllers === false ? [] : embeddedControllers(guards),
      providers: [EmbeddedCaller, DaySync],
      exports: [DaySync],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.recover();
    this.runtime.start();
  }

  /** The first hook of a stop: in a later one the app's modules may have closed what its sources use. */
  onModuleDestroy(): Promise<void> {
    return this.runtime.stop();
  }
}
