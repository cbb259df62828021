import {
  ConfigurableModuleBuilder,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
} from '@nestjs/common';
import { PROGRESS_OPTIONS, ProgressRegistry, type ProgressOptions } from './progress-registry.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ProgressOptions>({
  optionsInjectionToken: PROGRESS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, module: ProgressModule, global: true }))
  .build();

/** Provides one `ProgressRegistry` to all modules of a Nest app. The root module imports it. */
@Module({ providers: [ProgressRegistry], exports: [ProgressRegistry] })
export class ProgressModule {
  /**
   * The module with fixed options.
   * @param options how long and how many finished batches stay in memory
   */
  static forRoot(options: ProgressOptions = {}): DynamicModule {
    return ConfigurableModuleClass.forRoot(options);
  }

  /**
   * The module with options that other providers of the app make.
   * @param options `useFactory` with `inject` and `imports`, or `useClass` or `useExisting` with a method `create`
   */
  static forRootAsync(options: ConfigurableModuleAsyncOptions<ProgressOptions>): DynamicModule {
    return ConfigurableModuleClass.forRootAsync(options);
  }
}
