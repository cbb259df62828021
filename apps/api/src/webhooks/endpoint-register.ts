import { createHash } from 'node:crypto';
import type { WriteTransaction } from '../database/database.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

/**
 * Writes the configured endpoints into the database: what ends a batch reads them there. The transaction holds the lock
 * `boot`, so that processes which start together do it one after another.
 */
export async function registerEndpoints(
  transaction: WriteTransaction,
  endpoints: readonly WebhookEndpoint[],
): Promise<void> {
  await removeOthers(transaction, endpoints);
  for (const endpoint of endpoints) await register(transaction, endpoint);
}

/** Identifies an address that may contain a secret. */
export function addressHashOf(url: string): string {
  return createHash('sha256').update(url).digest('base64');
}

async function removeOthers(
  { db }: WriteTransaction,
  endpoints: readonly WebhookEndpoint[],
): Promise<void> {
  let others = db.deleteFrom('webhook_endpoint');
  if (endpoints.length > 0) {
    const names = endpoints.map(({ name }) => name);
    others = others.where('name', 'not in', names);
  }
  await others.execute();
}

async function register(
  { db }: WriteTransaction,
  { datasets, name, on, url }: WebhookEndpoint,
): Promise<void> {
  const row = {
    events: JSON.stringify(on),
    datasets: datasets === null ? null : JSON.stringify(datasets),
    address_hash: addressHashOf(url),
  };
  await db
    .insertInto('webhook_endpoint')
    .values({ name, ...row, gone_at: null })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((update) => ({
        ...row,
        // Only the same address has answered 410.
        gone_at: update
          .case()
          .when('webhook_endpoint.address_hash', '=', row.address_hash)
          .then(update.ref('webhook_endpoint.gone_at'))
          .else(null)
          .end(),
      })),
    )
    .execute();
}
