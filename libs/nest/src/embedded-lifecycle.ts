import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SyncRuntime } from '../../../apps/api/src/sync/sync-runtime.js';

/**
 * Ties the runtime to an app. It stops before anything that Daysync needs, which the app's own modules may close as soon
 * as the stop begins.
 */
@Injectable()
export class EmbeddedLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly runtime: SyncRuntime) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.recover();
    this.runtime.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.runtime.stop();
  }
}
