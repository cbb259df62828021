import type { Kysely } from 'kysely';
import { toInstant } from '../../config/clock.js';
import type { WriteTransaction } from '../../database/database.js';
import type { BatchRow, Schema } from '../../database/schema.js';

/** Promised are 24 hours. The hour more is for a clock that is set forward: it must not end a key early. */
const KEPT_MS = 25 * 3_600_000;

/** A request for a batch that may be sent again: its key, and a hash of what it asks. */
export interface StartKey {
  readonly identity: string;
  readonly key: string;
  readonly requestHash: string;
}

/** What a key has led to before. */
export type Earlier =
  | { readonly kind: 'replayed'; readonly batch: BatchRow }
  /** Another request had this key. */
  | { readonly kind: 'key_reused' };

/** The instant before which keys are no longer kept. */
export function keysKeptSince(at: string): string {
  return toInstant(Date.parse(at) - KEPT_MS);
}

/** What a key has led to; null if it is new, no longer kept, or its batch is not. */
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

/** Keeps a key with the batch that it led to, in the batch's own transaction. */
export async function saveKey(
  { db }: WriteTransaction,
  { identity, key, requestHash }: StartKey,
  { batch_id, created_at }: BatchRow,
): Promise<void> {
  const led = { request_hash: requestHash, batch_id, created_at };
  await db
    .insertInto('idempotency_key')
    .values({ identity, key, ...led })
    // One that is no longer kept may still be there.
    .onConflict((conflict) => conflict.columns(['identity', 'key']).doUpdateSet(led))
    .execute();
}
