import type { WriteTransaction } from '../database/database.js';

/** One of a batch's places for a day. */
export interface LaneId {
  readonly batchId: string;
  /** From 0 to the dataset's concurrency. */
  readonly number: number;
}

/** The key of a lane in a queue. */
export function keyOf({ batchId, number }: LaneId): string {
  return `${batchId}/${number}`;
}

/** A lane that this process has acquired: its own until it releases it, or has not renewed it for too long. */
export interface AcquiredLane extends LaneId {
  /** Of the queue: by it, and by `fence`, the queue knows the lane again. */
  readonly job: string;
  /** Which time it is that the job was acquired. */
  readonly fence: number;
}

/** How long an acquired lane is held without being renewed, in milliseconds. */
export const LEASE_MS = 10_000;

/**
 * The free lanes of running batches. A lane is in it once at most: free, perhaps from a moment on, or acquired by one
 * process. What is said inside a transaction holds once that is durable, and not at all where it is undone.
 */
export abstract class LaneQueue {
  /** Acquires the lane that has been free for longest, in a transaction of its own; null where none is. */
  abstract acquire(): Promise<AcquiredLane | null>;

  /** Renews the leases of acquired lanes. @returns those that are still held */
  abstract renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]>;

  /**
   * Has lanes be free in so many milliseconds. One that is free later than that is free then; one that is free earlier,
   * or acquired, stays as it is.
   */
  abstract enqueue(
    transaction: WriteTransaction,
    lanes: readonly LaneId[],
    delayMs: number,
  ): Promise<void>;

  /**
   * Gives an acquired lane back.
   * @param delayMs in how many milliseconds it is free again; null for never, until it is enqueued
   * @returns false where another process has it by now: nothing has changed
   */
  abstract release(
    transaction: WriteTransaction,
    lane: AcquiredLane,
    delayMs: number | null,
  ): Promise<boolean>;

  /** Takes those of the lanes out that are free, also by an expired lease; those that are acquired stay. */
  abstract clear(transaction: WriteTransaction, lanes: readonly LaneId[]): Promise<void>;

  /** Frees the lanes that were acquired and not renewed for longer than a lease. */
  abstract reapExpired(): Promise<void>;

  /** Lets go of its connections. */
  abstract close(): Promise<void>;
}
