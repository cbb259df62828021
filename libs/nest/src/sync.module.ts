import {
  Inject,
  Module,
  type CanActivate,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import {
  InstallationModule,
  OPENED_INSTALLATION,
} from '../../../apps/api/src/app/installation.module.js';
import { SyncFeaturesModule } from '../../../apps/api/src/app/sync-features.module.js';
import { DaySync } from './day-sync.js';
import { EmbeddedCaller, embeddedControllers } from './embedded-controllers.js';
import { openEmbedded, type EmbeddedInstallation } from './embedded-installation.js';
import { EmbeddedLifecycle } from './embedded-lifecycle.js';
import type { SyncOptions } from './sync-options.js';

/** What Nest has to know before it makes any provider. */
export interface SyncModuleParts {
  /**
   * Whether the app answers `/api/v1/sync-status` as the program does, on Express; `guards` let a call by, beside the
   * app's global ones.
   * @default false
   */
  readonly controllers?: boolean | { readonly guards: readonly Type<CanActivate>[] };
  /** Where `guards` and what `useFactory` injects come from. */
  readonly imports?: ModuleMetadata['imports'];
}

/** Options that the app's own providers make. */
export interface SyncAsyncOptions extends SyncModuleParts {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<SyncOptions>['useFactory'];
}

/**
 * Daysync in a Nest app of one's own: batches over the app's datasets, in the app's database. It opens the database
 * when the app is made, takes up the batches of before when it is initialised, and stops with `app.close()`: for
 * that a process that ends by a signal needs `app.enableShutdownHooks()`.
 */
@Module({})
export class SyncModule implements OnApplicationShutdown {
  constructor(@Inject(OPENED_INSTALLATION) private readonly opened: EmbeddedInstallation) {}

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
      imports: [...imports, installation, SyncFeaturesModule],
      controllers: controllers === false ? [] : embeddedControllers(guards),
      providers: [EmbeddedCaller, DaySync, EmbeddedLifecycle],
      exports: [DaySync],
    };
  }

  /** Nest calls it once all providers have had their turn. */
  async onApplicationShutdown(): Promise<void> {
    await this.opened.close();
  }
}
