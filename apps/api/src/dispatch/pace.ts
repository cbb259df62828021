import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

/** What is begun evenly spaced, over all processes. */
export interface Paced {
  /** A dataset's days, or the requests to its source. */
  readonly name: string;
  /** The least time between two beginnings, in milliseconds. */
  readonly spacingMs: number;
  /** How many places may be taken before their time; what is further ahead is from before a clock was set back. */
  readonly mostAhead: number;
}

/**
 * How long nothing of it is to begin, in milliseconds.
 * @param nowMs by the database's clock
 */
export async function paceWaitMs(
  db: Kysely<Schema>,
  { mostAhead, name, spacingMs }: Paced,
  nowMs: number,
): Promise<number> {
  if (spacingMs === 0) return 0;
  const row = await db
    .selectFrom('pace')
    .select('free_at')
    .where('name', '=', name)
    .executeTakeFirst();
  const waitMs = row === undefined ? 0 : row.free_at - nowMs;
  return waitMs > mostAhead * spacingMs ? 0 : Math.max(0, waitMs);
}

/**
 * Takes the next place: no two processes take the same.
 * @param nowMs by the database's clock
 * @returns how long it is until that place, in milliseconds
 */
export async function takePlace(
  db: Kysely<Schema>,
  { mostAhead, name, spacingMs }: Paced,
  nowMs: number,
): Promise<number> {
  if (spacingMs === 0) return 0;
  // From the planned instant, so that what comes late does not add up; but never into the past.
  const [first, last] = [nowMs - spacingMs, nowMs + mostAhead * spacingMs];
  const from = sql<number>`case when pace.free_at > ${first}::float8 and pace.free_at <= ${last}::float8
    then pace.free_at else ${nowMs}::float8 end`;
  const { free_at } = await db
    .insertInto('pace')
    .values({ name, free_at: nowMs + spacingMs })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ free_at: sql<number>`${from} + ${spacingMs}::float8` }),
    )
    .returning('free_at')
    .executeTakeFirstOrThrow();
  return Math.max(0, free_at - spacingMs - nowMs);
}
