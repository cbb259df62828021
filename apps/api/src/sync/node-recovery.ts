import { Injectable } from '@nestjs/common';
import { BatchStore } from './batch-store.js';
import type { BatchRecovery, Recovered } from './batch-recovery.js';
import { NodeFeed } from './node-feed.js';

/**
 * What a process finds that starts among others: batches that go on. What a lost one had in flight comes back by its
 * leases.
 */
@Injectable()
export class NodeRecovery implements Pick<BatchRecovery, 'recover'> {
  constructor(
    private readonly feed: NodeFeed,
    private readonly store: BatchStore,
  ) {}

  async recover(): Promise<Recovered> {
    // First it hears, so that it misses nothing of what it reads.
    await this.feed.start();
    return { active: await this.store.active(), suspects: [], crashed: null };
  }
}
