import { randomUUID } from 'node:crypto';
import type { Progress } from '@daysync/progress';
import type { WriteTransaction } from '../database/database.js';
import type { WebhookEvent } from '../database/schema.js';

/** Something that endpoints may be told. */
export interface Told {
  readonly event: WebhookEvent;
  /** When it happened. */
  readonly at: string;
  /** The batch as it is then. */
  readonly progress: Progress;
}

/** What an endpoint is sent. */
export interface WebhookBody {
  readonly type: `batch.${WebhookEvent}`;
  readonly timestamp: string;
  readonly data: Progress;
}

/**
 * Writes a delivery for each endpoint that asks for such a thing, in the transaction that makes it so: either both are
 * there or neither. Sending them is somebody else's.
 */
export async function writeWebhooks(
  { db }: WriteTransaction,
  { at, event, progress }: Told,
): Promise<void> {
  const endpoints = await db
    .selectFrom('webhook_endpoint')
    .select(['name', 'events', 'datasets'])
    .execute();
  if (endpoints.length === 0) return;
  const body: WebhookBody = { type: `batch.${event}`, timestamp: at, data: progress };
  const payload = JSON.stringify(body);
  const deliveries = endpoints
    .filter(
      ({ datasets, events }) =>
        listOf(events).includes(event) &&
        (datasets === null || listOf(datasets).includes(progress.dataset)),
    )
    .map(({ name }) => ({
      id: `msg_${randomUUID()}`,
      endpoint: name,
      event,
      batch_id: progress.task_id,
      dataset: progress.dataset,
      payload,
      created_at: at,
      state: 'pending' as const,
      attempts: 0,
    }));
  if (deliveries.length > 0) await db.insertInto('webhook_delivery').values(deliveries).execute();
}

function listOf(json: string): readonly unknown[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list : [];
}
