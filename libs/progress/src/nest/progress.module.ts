import { Module, type DynamicModule } from '@nestjs/common';
import { PROGRESS_OPTIONS, ProgressRegistry, type ProgressOptions } from './progress-registry.js';

/** Gives a Nest app the `ProgressRegistry`: one for all of its modules. */
@Module({})
export class ProgressModule {
  /**
   * To import once, by the root module.
   * @param options how long and how many finished batches stay in memory, and whose clock counts
   */
  static forRoot(options: ProgressOptions = {}): DynamicModule {
    const complete: Required<ProgressOptions> = {
      ttlSeconds: options.ttlSeconds ?? 3_600,
      maxFinished: options.maxFinished ?? 1_000,
      clock: options.clock ?? performance,
    };
    return {
      module: ProgressModule,
      global: true,
      providers: [{ provide: PROGRESS_OPTIONS, useValue: complete }, ProgressRegistry],
      exports: [ProgressRegistry],
    };
  }
}
