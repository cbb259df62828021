import type { Progress } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { Observable } from 'rxjs';
import type { WriteTransaction } from '../database/database.js';
import { progressOf } from './batch-progress.js';
import type { BatchState } from './transition.js';

/**
 * The live view: the progress of active batches, in the registry. It never goes back. `LocalLiveView` keeps it current in
 * one process, `ClusterLiveView` in several.
 */
export abstract class LiveView {
  constructor(protected readonly registry: ProgressRegistry) {}

  /** Shows a batch whose state this transaction changes, once it has committed. */
  batchChanged(transaction: WriteTransaction, state: BatchState): void {
    const progress = progressOf(state);
    transaction.afterCommit(() => {
      this.showNewer(progress);
    });
  }

  /** A transaction has written a lane of a batch. */
  abstract laneChanged(transaction: WriteTransaction, batchId: string): Promise<void>;
  /** The latest progress of a batch; undefined for one that has ended or does not exist. */
  abstract find(batchId: string): Promise<Progress | undefined>;
  /** The same without waiting; undefined if it is not in memory, or too old. */
  abstract peek(batchId: string): Progress | undefined;
  /** The batch as it is now, then its changes; completes with its end. Empty if it has ended. */
  abstract watch(batchId: string): Observable<Progress>;
  abstract listActive(): Promise<readonly Progress[]>;

  /** Shows a progress unless a newer one is shown: a read may be older. */
  protected showNewer(progress: Progress): void {
    const known = this.registry.get(progress.task_id);
    if (known === undefined || progress.rev > known.rev || isHidden(known, progress)) {
      this.registry.register(progress);
    }
  }
}

/** Whether `waiting_for` was overwritten while the database was away. */
function isHidden(known: Progress, { rev, waiting_for }: Progress): boolean {
  return rev === known.rev && known.waiting_for === null && waiting_for !== null;
}
