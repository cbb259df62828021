import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

/** What is begun evenly spaced, over all processes. */
export interface Paced {
  /** A dataset's days, or the requests to its source. */
  readonly name: string;
  /** The least time between two beginnings, in milliseconds. */
  readonly spacingMs: number;
}

/**
 * How long nothing of it is to begin, in milliseconds.
 * @param nowMs by the database's clock
 */
export async function paceWaitMs(
  db: Kysely<Schema>,
  { name, spacingMs }: Paced,
  nowMs: number,
): Promise<number> {
  if (spacingMs === 0) return 0;
  const row = await db
    .selectFrom('pace')
    .select('free_at')
    .where('name', '=', name)
    .executeTakeFirst();
  // Never longer than between two beginnings, whatever was done to the clock.
  return row === undefined ? 0 : Math.min(spacingMs, Math.max(0, row.free_at - nowMs));
}

/**
 * Takes the next place: no two processes take the same.
 * @param nowMs by the database's clock
 * @returns how long it is until that place, in milliseconds
 */
export async function takePlace(
  db: Kysely<Schema>,
  { name, spacingMs }: Paced,
  nowMs: number,
): Promise<number> {
  if (spacingMs === 0) return 0;
  // From the planned instant, so that what comes late does not add up; but never into the past.
  const from = sql<number>`case when pace.free_at > ${nowMs}::float8 - ${spacingMs}::float8
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
