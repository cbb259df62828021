import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.js';
import type { Schema } from '../database/schema.js';
import type { RequestPace } from '../datasets/sources/request-pace.js';
import { takePlace, type Paced } from './pace.js';

/** More days than that are not in flight at a time. */
const MOST_AHEAD = 10_000;

/** The pace of a source that several processes ask: each turn is a place that none of the others has. */
export class SharedPace implements RequestPace {
  private readonly paced: Paced;
  /** When the place after our last one comes, on the monotonic clock. */
  private nextMs = Number.NEGATIVE_INFINITY;

  /** @param clock whose steady time is the database's */
  constructor(
    private readonly db: Kysely<Schema>,
    private readonly clock: Pick<Clock, 'monotonic' | 'steady'>,
    {
      dataset,
      requestsPerSecond,
    }: { readonly dataset: string; readonly requestsPerSecond: number },
  ) {
    // No dataset is called so.
    this.paced = {
      name: `${dataset}/requests`,
      spacingMs: 1_000 / requestsPerSecond,
      mostAhead: MOST_AHEAD,
    };
  }

  waitMs(): number {
    return Math.max(0, this.nextMs - this.clock.monotonic());
  }

  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = await takePlace(this.db, this.paced, this.clock.steady());
    this.nextMs = this.clock.monotonic() + waitMs + this.paced.spacingMs;
    // Whoever gives up waiting leaves a gap: others have their places already.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    signal.throwIfAborted();
  }
}
