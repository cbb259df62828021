import { randomUUID } from 'node:crypto';
import type { Progress } from '@daysync/progress';
import type { WriteTransaction } from '../database/database.js';
import type { WebhookEvent } from '../database/schema.js';

export interface WebhookBody {
  readonly type: `batch.${WebhookEvent}`;
  readonly timestamp: string;
  readonly data: Progress;
}

/**
 * Writes the deliveries of a batch that this transaction has ended, or that pauses itself in it: one for each endpoint
 * that asks for such an event. Change and deliveries commit together; the sender sends them later.
 */
export async function writeWebhooks({ db }: WriteTransaction, progress: Progress): Promise<void> {
  const endpoints = await db
    .selectFrom('webhook_endpoint')
    .select(['name', 'events', 'datasets'])
    .execute();
  if (endpoints.length === 0) return;
  const event = eventOf(progress);
  const { dataset, task_id, updated_at: at } = progress;
  const body: WebhookBody = { type: `batch.${event}`, timestamp: at, data: progress };
  const payload = JSON.stringify(body);
  const deliveries = endpoints
    .filter(
      ({ datasets, events }) =>
        listOf(events).includes(event) && (datasets === null || listOf(datasets).includes(dataset)),
    )
    .map(({ name }) => ({
      id: `msg_${randomUUID()}`,
      endpoint: name,
      event,
      batch_id: task_id,
      dataset,
      payload,
      created_at: at,
      state: 'pending' as const,
      attempts: 0,
    }));
  if (deliveries.length > 0) await db.insertInto('webhook_delivery').values(deliveries).execute();
}

function eventOf({ failed, status, task_id }: Progress): WebhookEvent {
  switch (status) {
    case 'completed':
      return failed > 0 ? 'failed_days' : 'completed';
    case 'cancelled':
    case 'failed':
      return status;
    case 'paused':
      // `publish` of BatchStates calls this for a pause with an error alone, not for one that a person asked for.
      return 'paused_by_itself';
    case 'queued':
    case 'running':
    case 'cancelling':
      throw new RangeError(`expected a batch that ended or paused, got ${task_id} ${status}`);
  }
}

function listOf(json: string): readonly unknown[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list : [];
}
