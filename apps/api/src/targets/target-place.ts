import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Schema } from '../database/schema.js';
import { placeOf, type Target } from './target.js';

// What this database remembers of targets outside of it.

/** The key that a target had when it was last asked; null for one that was not there, or was never asked. */
export function keyAt(dataset: string, place: string): RawBuilder<string | null> {
  return sql`(select target_place.table_key from target_place
    where target_place.dataset = ${dataset} and target_place.place = ${place})`;
}

/**
 * Stores the key that a target has now.
 * @param before the key that was stored before the target was asked: one that was stored since then is newer, and stays
 */
export async function rememberPlace(
  db: Kysely<Schema>,
  dataset: string,
  target: Target,
  table_key: string | null,
  before?: string | null,
): Promise<void> {
  const written = writtenPlace(target);
  await db
    .insertInto('target_place')
    .values({ dataset, place: placeOf(target), table_key, token: 0, written })
    .onConflict((known) => {
      const update = known.columns(['dataset', 'place']).doUpdateSet({ table_key, written });
      if (before === undefined) return update;
      return update.where('target_place.table_key', 'is not distinct from', before);
    })
    .execute();
}

/**
 * The next fencing token of the days of a target: higher than all before.
 * @param least higher than this as well: the present time, in milliseconds since the epoch, so that no token is given twice
 * after a backup was restored; and one that the target has had from another installation
 */
export async function nextToken(
  db: Kysely<Schema>,
  dataset: string,
  target: Target,
  least: number,
): Promise<number> {
  const { token } = await db
    .insertInto('target_place')
    .values({
      ...{ dataset, place: placeOf(target), table_key: null, written: writtenPlace(target) },
      token: least + 1,
    })
    .onConflict((known) =>
      known.columns(['dataset', 'place']).doUpdateSet({
        token: sql`case when target_place.token > ${sql.lit(least)}
          then target_place.token else ${sql.lit(least)} end + 1`,
      }),
    )
    .returning('token')
    .executeTakeFirstOrThrow();
  return token;
}

function writtenPlace({ place, table }: Target): string {
  if (place === undefined) throw new TypeError("expected a target outside Daysync's own database");
  const at = 'url' in place ? { url: place.writtenUrl } : { path: place.path };
  return JSON.stringify({ kind: place.kind, ...at, table });
}
