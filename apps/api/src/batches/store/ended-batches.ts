import { isTerminal, type Progress } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { progressOf } from '../batch-progress.js';
import { readStates } from './batch-reading.js';
import { Database } from '../../database/database.js';

const MOST_BATCHES = 1_000;

/**
 * The progress of batches that are no longer live, from the database and through a bounded cache: a console that
 * is left open on one of them must not read the database at each of its polls.
 */
@Injectable()
export class EndedBatches {
  /** Only of batches that have ended: nothing changes them any more. */
  private readonly cache = new LRUCache<string, Progress>({ max: MOST_BATCHES });
  /** How often something was forgotten. */
  private forgets = 0;

  constructor(private readonly database: Database) {
    database.onEvent((event) => {
      if (event.kind === 'batches_forgotten') this.forget(event.batch_ids);
      // What was forgotten meanwhile was not heard.
      else if (event.kind === 'reconnected') this.forget([...this.cache.keys()]);
    });
  }

  /** The progress that is at hand without the database. */
  held(batchId: string): Progress | undefined {
    return this.cache.get(batchId);
  }

  /** The progress that the database keeps; undefined for a batch that it does not know. */
  async find(batchId: string): Promise<Progress | undefined> {
    const held = this.held(batchId);
    if (held !== undefined) return held;
    const { forgets } = this;
    const [state] = await readStates(this.database.read, { batchIds: [batchId] });
    if (state === undefined) return undefined;
    const progress = progressOf(state);
    // What was read may have been forgotten meanwhile: held now, it would be there for ever.
    if (isTerminal(progress.status) && forgets === this.forgets) this.cache.set(batchId, progress);
    return progress;
  }

  /** These have left the database. */
  forget(batchIds: readonly string[]): void {
    this.forgets += 1;
    for (const batchId of batchIds) this.cache.delete(batchId);
  }
}
