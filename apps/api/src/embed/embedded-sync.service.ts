import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SyncService } from '../sync/sync.service.js';

/**
 * Batches in an app of one's own: they begin with it. They end before anything that Daysync's providers need, which
 * the app's own modules may close as soon as the stop begins.
 */
@Injectable()
export class EmbeddedSyncService extends SyncService implements OnModuleDestroy {
  override async onApplicationBootstrap(): Promise<void> {
    await super.onApplicationBootstrap();
    this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.crashMarker.clear();
    await super.beforeApplicationShutdown();
  }

  override beforeApplicationShutdown(): Promise<void> {
    // Done by then.
    return Promise.resolve();
  }
}
