import type { Clock } from '../../config/clock.js';
import type { WriteTransaction } from '../../database/database.js';
import { keyOf, LaneQueue, type AcquiredLane, type LaneId } from '../../batches/lane-queue.js';

interface FreeLane {
  readonly lane: LaneId;
  /** On the monotonic clock. */
  readonly since: number;
}

/**
 * The free lanes in memory, for the only process on SQLite. Leases never expire: no other process could acquire the
 * lane.
 */
export class LocalLaneQueue extends LaneQueue {
  /** In the order in which they were enqueued. */
  private readonly free = new Map<string, FreeLane>();
  private readonly acquired = new Set<string>();
  private acquisitions = 0;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    super();
  }

  acquire(exceptBatches: readonly string[] = []): Promise<AcquiredLane | null> {
    const next = this.longestFree(exceptBatches);
    if (next === null) return Promise.resolve(null);
    const job = keyOf(next);
    this.free.delete(job);
    this.acquired.add(job);
    this.acquisitions += 1;
    return Promise.resolve({ ...next, job, fence: this.acquisitions });
  }

  renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]> {
    return Promise.resolve(lanes);
  }

  enqueue(transaction: WriteTransaction, lanes: readonly LaneId[], delayMs: number): Promise<void> {
    const since = this.clock.monotonic() + delayMs;
    transaction.afterCommit(() => {
      for (const lane of lanes) this.add(lane, since);
    });
    return Promise.resolve();
  }

  async release(
    transaction: WriteTransaction,
    lane: AcquiredLane,
    delayMs: number | null,
  ): Promise<boolean> {
    transaction.afterCommit(() => {
      this.acquired.delete(lane.job);
    });
    if (delayMs !== null) await this.enqueue(transaction, [lane], delayMs);
    return true;
  }

  clear(transaction: WriteTransaction, lanes: readonly LaneId[]): Promise<void> {
    transaction.afterCommit(() => {
      for (const lane of lanes) this.free.delete(keyOf(lane));
    });
    return Promise.resolve();
  }

  reapExpired(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private longestFree(exceptBatches: readonly string[]): LaneId | null {
    let longest: FreeLane | null = null;
    for (const free of this.free.values()) {
      if (exceptBatches.includes(free.lane.batchId)) continue;
      if (longest === null || free.since < longest.since) longest = free;
    }
    return longest === null || longest.since > this.clock.monotonic() ? null : longest.lane;
  }

  private add({ batchId, number }: LaneId, since: number): void {
    const key = keyOf({ batchId, number });
    if (this.acquired.has(key) || (this.free.get(key)?.since ?? Infinity) <= since) return;
    // Last in the order.
    this.free.delete(key);
    this.free.set(key, { lane: { batchId, number }, since });
  }
}
