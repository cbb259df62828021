import { isTerminal, type Progress } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { progressOf } from '../batch-progress.js';
import { readStates } from './batch-reading.js';
import { Database } from '../../database/database.js';

const MOST_BATCHES = 1_000;

/**
 * Reads the progress of ended batches, through a bounded cache: a console left open on one of them must not read the
 * database at each poll.
 */
@Injectable()
export class EndedBatches {
  /** Ended batches only: they change when another one has repaired their failed days. */
  private readonly cache = new LRUCache<string, Progress>({ max: MOST_BATCHES });
  /** How often batches were removed from the cache. */
  private forgets = 0;

  constructor(private readonly database: Database) {
    database.onEvent((event) => {
      if (event.kind === 'batches_forgotten') this.forget(event.batch_ids);
      else if (event.kind === 'batch_changed') this.forget([event.batch_id]);
      // Events of the meantime are lost.
      else if (event.kind === 'reconnected') this.forget([...this.cache.keys()]);
    });
  }

  cached(batchId: string): Progress | undefined {
    return this.cache.get(batchId);
  }

  /** The progress of a batch in whatever state. Undefined if there is no such batch. */
  async find(batchId: string): Promise<Progress | undefined> {
    const cached = this.cached(batchId);
    if (cached !== undefined) return cached;
    const { forgets } = this;
    const [state] = await readStates(this.database.read, { batchIds: [batchId] });
    if (state === undefined) return undefined;
    const progress = progressOf(state);
    // If batches were deleted or changed since the read, this one may be among them: the cache would keep it for ever.
    if (isTerminal(progress.status) && forgets === this.forgets) this.cache.set(batchId, progress);
    return progress;
  }

  /** These batches were deleted, or have changed. */
  forget(batchIds: readonly string[]): void {
    this.forgets += 1;
    for (const batchId of batchIds) this.cache.delete(batchId);
  }
}
