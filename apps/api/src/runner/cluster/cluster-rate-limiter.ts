import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Clock } from '../../config/clock.js';
import type { Schema } from '../../database/schema.js';
import type { SpacedLimiter } from '../../sources/spaced-limiter.js';
import type { StoredRateLimit } from '../stored-rate-limit.js';

/** Limits the requests to a source over all processes. */
export class ClusterRateLimiter implements SpacedLimiter {
  /** When the next request may begin, as far as this process knows, on the monotonic clock. */
  private freeAt = Number.NEGATIVE_INFINITY;

  /** @param clock whose steady time is the database's */
  constructor(
    private readonly limit: StoredRateLimit,
    private readonly db: Kysely<Schema>,
    private readonly clock: Pick<Clock, 'monotonic' | 'steady'>,
  ) {}

  waitMs(): number {
    return Math.max(0, this.freeAt - this.clock.monotonic());
  }

  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = await this.limit.reserve(this.db, this.clock.steady());
    this.freeAt = this.clock.monotonic() + waitMs + this.limit.spacingMs;
    // An aborted wait leaves a gap: later requests are reserved already.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}
