import type { AcquiredLane } from '../batches/lane-queue.js';
import type { Claim } from './day-commit.js';

/** Another process has acquired the lane: the day of this claim is dropped. */
export class StaleClaimError extends Error {
  override readonly name = 'StaleClaimError';
  constructor({ number, batchId }: AcquiredLane, { day, token }: Pick<Claim, 'day' | 'token'>) {
    super(`expected token ${token} in lane ${number} of batch ${batchId} for ${day}, got another`);
  }
}
