import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CrashMarker } from '../../../apps/api/src/database/sqlite/crash-marker.js';
import { Schedules } from '../../../apps/api/src/schedules/schedules.js';
import { SyncService } from '../../../apps/api/src/sync/sync.service.js';

/**
 * Batches in an app of one's own, and the schedules that start them: they begin with it. They end before anything that Daysync's providers need, which
 * the app's own modules may close as soon as the stop begins.
 */
@Injectable()
export class EmbeddedSyncService extends SyncService implements OnModuleDestroy {
  @Inject(Schedules) private readonly schedules!: Schedules;
  @Inject(CrashMarker) private readonly crashMarker!: Pick<CrashMarker, 'clear'>;

  override async onApplicationBootstrap(): Promise<void> {
    await super.onApplicationBootstrap();
    this.run();
    this.schedules.begin();
  }

  async onModuleDestroy(): Promise<void> {
    // What fired from now on would stay in the queue of a process that ends.
    await this.schedules.beforeApplicationShutdown();
    this.crashMarker.clear();
    await super.beforeApplicationShutdown();
  }

  override beforeApplicationShutdown(): Promise<void> {
    // Done by then.
    return Promise.resolve();
  }
}
