import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SyncRuntime } from '../sync/sync-runtime.js';

/** Ties the runtime to the program: `main` starts it once the program listens. */
@Injectable()
export class ProgramLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly runtime: SyncRuntime) {}

  onApplicationBootstrap(): Promise<void> {
    return this.runtime.recover();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runtime.stop();
  }
}
