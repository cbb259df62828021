import type { Progress } from '@daysync/progress';
import type { Observable } from 'rxjs';
import { LiveView } from '../../batches/live-view.js';
import { lockBatch } from '../../batches/store/batch-reading.js';
import type { WriteTransaction } from '../../database/database.js';

/** For the only process: each commit updates the registry. */
export class LocalLiveView extends LiveView {
  async laneChanged(transaction: WriteTransaction, batchId: string): Promise<void> {
    // Its statements stay prepared, those of `readStates` do not; this runs for each day.
    const state = await lockBatch(transaction, batchId);
    if (state !== undefined) this.batchChanged(transaction, state);
  }

  find(batchId: string): Promise<Progress | undefined> {
    return Promise.resolve(this.peek(batchId));
  }

  peek(batchId: string): Progress | undefined {
    return this.registry.get(batchId);
  }

  watch(batchId: string): Observable<Progress> {
    return this.registry.watch(batchId);
  }

  listActive(): Promise<readonly Progress[]> {
    return Promise.resolve(this.registry.listActive());
  }
}
