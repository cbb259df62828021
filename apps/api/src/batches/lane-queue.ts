import type { WriteTransaction } from '../database/database.js';

/** A lane of a batch: days run in it one after another. */
export interface LaneId {
  readonly batchId: string;
  /** From 0 to the dataset's concurrency. */
  readonly number: number;
}

/** The key of a lane in a queue. */
export function keyOf({ batchId, number }: LaneId): string {
  return `${batchId}/${number}`;
}

/** A lane that this process has acquired. It keeps the lane until it releases it, or its lease expires. */
export interface AcquiredLane extends LaneId {
  /** Identifies the acquisition to the queue, together with `fence`. */
  readonly job: string;
  /** How often the job has been acquired. */
  readonly fence: number;
}

/** A lease expires so long after its last renewal, in milliseconds. */
export const LEASE_MS = 10_000;

/**
 * The lanes of running batches. A lane is in it at most once: free, or free from some time on, or acquired by one process.
 * Changes inside a transaction take effect with its commit.
 */
export abstract class LaneQueue {
  /**
   * Acquires the lane that has been free for longest, in a transaction of its own. Null if none is free.
   * @param exceptBatches the ids of batches whose lanes stay free for other processes
   */
  abstract acquire(exceptBatches?: readonly string[]): Promise<AcquiredLane | null>;

  /** Renews the leases of acquired lanes. @returns the renewed ones; the leases of the others have expired */
  abstract renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]>;

  /**
   * Makes lanes free after a delay. A lane that would be free later than that becomes free then; a lane that is free
   * earlier, or acquired, stays as it is.
   */
  abstract enqueue(
    transaction: WriteTransaction,
    lanes: readonly LaneId[],
    delayMs: number,
  ): Promise<void>;

  /**
   * Releases an acquired lane.
   * @param delayMs after which it is free again; null for not before it is enqueued
   * @returns false if another process has acquired it since: nothing has changed then
   */
  abstract release(
    transaction: WriteTransaction,
    lane: AcquiredLane,
    delayMs: number | null,
  ): Promise<boolean>;

  /** Removes the free lanes among these, also those with an expired lease. Acquired lanes stay. */
  abstract clear(transaction: WriteTransaction, lanes: readonly LaneId[]): Promise<void>;

  /** The reaper: frees the lanes whose leases have expired. */
  abstract reapExpired(): Promise<void>;

  /** Lets go of its connections. */
  abstract close(): Promise<void>;
}
