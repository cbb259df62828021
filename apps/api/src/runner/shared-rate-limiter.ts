import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Clock } from '../config/clock.js';
import type { Schema } from '../database/schema.js';
import type { SpacedLimiter } from '../sources/spaced-limiter.js';

/** More days than that are not in flight at a time. */
const MOST_REQUESTS = 10_000;

/** What all processes together begin evenly spaced, by a row of the table `rate_limit`. */
export class StoredRateLimit {
  /**
   * @param spacingMs the least time between two beginnings; 0 for none
   * @param mostAhead how many may be reserved before their time; what is further ahead is from before a clock was set
   *   back
   */
  private constructor(
    private readonly name: string,
    readonly spacingMs: number,
    private readonly mostAhead: number,
  ) {}

  /** The days of a dataset, each reserved when it begins. */
  static ofDays(dataset: string, spacingMs: number): StoredRateLimit {
    return new StoredRateLimit(dataset, spacingMs, 1);
  }

  /** The requests to the source of a dataset, reserved in advance. */
  static ofRequests(dataset: string, spacingMs: number): StoredRateLimit {
    // No dataset has such a name.
    return new StoredRateLimit(`${dataset}/requests`, spacingMs, MOST_REQUESTS);
  }

  /**
   * How long until the next may begin, in milliseconds; nothing is reserved.
   * @param nowMs by the database's clock
   */
  async waitMs(db: Kysely<Schema>, nowMs: number): Promise<number> {
    const { mostAhead, name, spacingMs } = this;
    if (spacingMs === 0) return 0;
    const row = await db
      .selectFrom('rate_limit')
      .select('free_at')
      .where('name', '=', name)
      .executeTakeFirst();
    const waitMs = row === undefined ? 0 : row.free_at - nowMs;
    return waitMs > mostAhead * spacingMs ? 0 : Math.max(0, waitMs);
  }

  /**
   * Reserves the next beginning: no two processes get the same.
   * @param nowMs by the database's clock
   * @returns how long until then, in milliseconds
   */
  async reserve(db: Kysely<Schema>, nowMs: number): Promise<number> {
    const { mostAhead, name, spacingMs } = this;
    if (spacingMs === 0) return 0;
    // From the planned instant, so that what comes late does not add up; but never into the past.
    const [first, last] = [nowMs - spacingMs, nowMs + mostAhead * spacingMs];
    const from = sql<number>`case
      when rate_limit.free_at > cast(${first} as double precision)
        and rate_limit.free_at <= cast(${last} as double precision)
      then rate_limit.free_at else cast(${nowMs} as double precision) end`;
    const { free_at } = await db
      .insertInto('rate_limit')
      .values({ name, free_at: nowMs + spacingMs })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ free_at: sql<number>`${from} + cast(${spacingMs} as double precision)` }),
      )
      .returning('free_at')
      .executeTakeFirstOrThrow();
    return Math.max(0, free_at - spacingMs - nowMs);
  }
}

/** The limiter of a source that several processes ask. */
export class SharedRateLimiter implements SpacedLimiter {
  /** When the one after our last may begin, on the monotonic clock. */
  private freeAt = Number.NEGATIVE_INFINITY;

  /** @param clock whose steady time is the database's */
  constructor(
    private readonly spacing: StoredRateLimit,
    private readonly db: Kysely<Schema>,
    private readonly clock: Pick<Clock, 'monotonic' | 'steady'>,
  ) {}

  waitMs(): number {
    return Math.max(0, this.freeAt - this.clock.monotonic());
  }

  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = await this.spacing.reserve(this.db, this.clock.steady());
    this.freeAt = this.clock.monotonic() + waitMs + this.spacing.spacingMs;
    // Who gives up waiting leaves a gap: what comes after it is reserved already.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}
