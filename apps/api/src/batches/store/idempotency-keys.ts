import type { Kysely } from 'kysely';
import { toInstant } from '../../config/clock.js';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, Schema } from '../../database/schema.js';

/** The API promises 24 hours. One more keeps a key from expiring early when a clock is set forward. */
const KEPT_MS = 25 * 3_600_000;

/** The idempotency key of a request, and a hash of its content. */
export interface StartKey {
  readonly identity: string;
  readonly key: string;
  readonly requestHash: string;
}

/** What a known key leads to. */
export type Earlier =
  | { readonly kind: 'replayed'; readonly batch: BatchRow }
  /** Another request had this key. */
  | { readonly kind: 'key_reused' };

/** Keys that are older than this have expired. */
export function keysKeptSince(at: string): string {
  return toInstant(Date.parse(at) - KEPT_MS);
}

/** What a key leads to; null if it is new or has expired, or its batch was deleted. */
export async function findEarlier(
  db: Kysely<Schema>,
  { identity, key, requestHash }: StartKey,
  at: string,
): Promise<Earlier | null> {
  const known = await db
    .selectFrom('idempotency_key')
    .innerJoin('batch', 'batch.batch_id', 'idempotency_key.batch_id')
    .selectAll('batch')
    .select('idempotency_key.request_hash')
    .where('idempotency_key.identity', '=', identity)
    .where('idempotency_key.key', '=', key)
    .where('idempotency_key.created_at', '>', keysKeptSince(at))
    .executeTakeFirst();
  if (known === undefined) return null;
  const { request_hash, ...batch } = known;
  return request_hash === requestHash ? { kind: 'replayed', batch } : { kind: 'key_reused' };
}

/** Saves the key of a batch, in the transaction that creates the batch. */
export async function saveKey(
  { db }: WriteTransaction,
  { identity, key, requestHash }: StartKey,
  { batch_id, created_at }: BatchRow,
): Promise<void> {
  const led = { request_hash: requestHash, batch_id, created_at };
  await db
    .insertInto('idempotency_key')
    .values({ identity, key, ...led })
    // An expired key may still be there.
    .onConflict((conflict) => conflict.columns(['identity', 'key']).doUpdateSet(led))
    .execute();
}
