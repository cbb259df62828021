import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

/** More requests than that are never in flight at a time. */
const MOST_REQUESTS = 10_000;

/** A rate limit over all processes, kept in a row of the table `rate_limit`: beginnings are evenly spaced. */
export class StoredRateLimit {
  /**
   * @param spacingMs the least time between two beginnings; 0 for no limit
   * @param mostAhead how many can be reserved in advance; a time further ahead means that a clock was set back
   */
  private constructor(
    private readonly name: string,
    readonly spacingMs: number,
    private readonly mostAhead: number,
  ) {}

  /** For the days of a dataset, each reserved when it begins. */
  static ofDays(dataset: string, spacingMs: number): StoredRateLimit {
    return new StoredRateLimit(dataset, spacingMs, 1);
  }

  /** For the requests to a dataset's source, reserved in advance. */
  static ofRequests(dataset: string, spacingMs: number): StoredRateLimit {
    // No dataset can have such a name.
    return new StoredRateLimit(`${dataset}/requests`, spacingMs, MOST_REQUESTS);
  }

  /**
   * How long until the next one may begin, in milliseconds. It reserves nothing.
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
   * Reserves the next beginning: each is reserved once, over all processes.
   * @param nowMs by the database's clock
   * @returns how long until then, in milliseconds
   */
  async reserve(db: Kysely<Schema>, nowMs: number): Promise<number> {
    const { mostAhead, name, spacingMs } = this;
    if (spacingMs === 0) return 0;
    // From the reserved time on, so that delays do not add up; but never from the past.
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
