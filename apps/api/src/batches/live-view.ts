import type { Progress } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { Observable } from 'rxjs';
import type { WriteTransaction } from '../database/database.js';
import { progressOf } from './batch-progress.js';
import type { BatchState } from './transition.js';

/**
 * The progress of the batches that have not ended, as it is shown: in the registry, which never goes back. Two
 * installations keep it current in two ways.
 */
export abstract class LiveView {
  constructor(protected readonly registry: ProgressRegistry) {}

  /** A transaction has brought a batch to another state: it is shown from its commit on. */
  changed(transaction: WriteTransaction, state: BatchState): void {
    const progress = progressOf(state);
    transaction.afterCommit(() => {
      this.showNewer(progress);
    });
  }

  /** A transaction has moved a lane of a batch. */
  abstract stepped(transaction: WriteTransaction, batchId: string): Promise<void>;
  /** The newest progress of a batch; undefined for one that has ended or is not known. */
  abstract find(batchId: string): Promise<Progress | undefined>;
  /** The same, where it is at hand and new enough. */
  abstract peek(batchId: string): Progress | undefined;
  /** The batch as it is now, then each change that is seen; completes with its end. Empty if it has ended. */
  abstract watch(batchId: string): Observable<Progress>;
  /** All batches that have not ended. */
  abstract listActive(): Promise<readonly Progress[]>;

  /** Never back: what was read may be older than what is shown. */
  protected showNewer(progress: Progress): void {
    const known = this.registry.get(progress.task_id);
    if (known === undefined || progress.rev > known.rev || isHidden(known, progress)) {
      this.registry.register(progress);
    }
  }
}

/** What a batch waits for was hidden by what all waited for, while the database was away. */
function isHidden(known: Progress, { rev, waiting_for }: Progress): boolean {
  return rev === known.rev && known.waiting_for === null && waiting_for !== null;
}
