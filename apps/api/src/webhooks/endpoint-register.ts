import { createHash } from 'node:crypto';
import type { Database, WriteTransaction } from '../database/database.js';
import type { NoticeEndpoint } from './webhook-endpoint.js';

/**
 * Has the database know who is told what, as this process has it configured: whatever ends a batch writes its notices
 * by that. Blocks others that begin at the same time.
 */
export async function registerEndpoints(
  database: Database,
  endpoints: readonly NoticeEndpoint[],
): Promise<void> {
  await database.write('notice', async (transaction) => {
    await transaction.alone('boot');
    await forgetOthers(transaction, endpoints);
    for (const endpoint of endpoints) await register(transaction, endpoint);
  });
}

/** What an address is known by, which may be a secret. */
export function addressHashOf(url: string): string {
  return createHash('sha256').update(url).digest('base64');
}

async function forgetOthers(
  { db }: WriteTransaction,
  endpoints: readonly NoticeEndpoint[],
): Promise<void> {
  let others = db.deleteFrom('notice_endpoint');
  if (endpoints.length > 0) {
    const names = endpoints.map(({ name }) => name);
    others = others.where('name', 'not in', names);
  }
  await others.execute();
}

async function register(
  { db }: WriteTransaction,
  { datasets, name, on, url }: NoticeEndpoint,
): Promise<void> {
  const row = {
    events: JSON.stringify(on),
    datasets: datasets === null ? null : JSON.stringify(datasets),
    address_hash: addressHashOf(url),
  };
  await db
    .insertInto('notice_endpoint')
    .values({ name, ...row, gone_at: null })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((update) => ({
        ...row,
        // Another address has not said anything yet.
        gone_at: update
          .case()
          .when('notice_endpoint.address_hash', '=', row.address_hash)
          .then(update.ref('notice_endpoint.gone_at'))
          .else(null)
          .end(),
      })),
    )
    .execute();
}
