import { randomUUID } from 'node:crypto';
import type { CalendarDay, Progress } from '@daysync/progress';
import type { WriteTransaction } from '../database/database.js';
import type { BatchEvent, DayEvent, FreshnessEvent, WebhookEvent } from '../database/schema.js';

/** The body of a message about a batch. */
export interface WebhookBody {
  readonly type: `batch.${BatchEvent}`;
  readonly timestamp: string;
  readonly data: Progress;
}

/** What a message about a dataset with `fresh_by` says. */
export interface FreshnessMessage {
  readonly event: FreshnessEvent;
  readonly dataset: string;
  /** The day that is due. */
  readonly day: CalendarDay;
  /** The deadline of that day. */
  readonly due_at: string;
  /** The first deadline that was missed. */
  readonly late_since: string;
}

/** What has happened to a day. */
export interface DayMessage {
  readonly event: DayEvent;
  readonly task_id: string;
  readonly dataset: string;
  readonly day: CalendarDay;
  /** The rows that were written; null after a failure. */
  readonly rows: number | null;
  readonly duration_ms: number;
  /** Why it failed; null if it was written. */
  readonly error: { readonly code: string; readonly text: string } | null;
  /** What it is marked for; nothing if it failed. */
  readonly marks: readonly object[];
}

/**
 * Writes the deliveries of a batch that this transaction has ended, or that pauses itself in it: one for each endpoint
 * that asks for such an event. Change and deliveries commit together; the sender sends them later.
 */
export async function writeWebhooks(
  transaction: WriteTransaction,
  progress: Progress,
): Promise<void> {
  const { dataset, task_id: batchId, updated_at: at } = progress;
  const event = eventOf(progress);
  const body: WebhookBody = { type: `batch.${event}`, timestamp: at, data: progress };
  await writeDeliveries(transaction, [{ event, dataset, batchId, at, body }]);
}

/** The same for a day that this transaction has ended. */
export async function writeDayWebhooks(
  transaction: WriteTransaction,
  dayMessages: readonly DayMessage[],
  at: string,
): Promise<void> {
  const messages = dayMessages.map(({ event, ...data }): Message => {
    const { dataset, task_id: batchId } = data;
    return { event, dataset, batchId, at, body: { type: `day.${event}`, timestamp: at, data } };
  });
  if (messages.length > 0) await writeDeliveries(transaction, messages);
}

/** The same for a dataset that is late, or no longer is. */
export async function writeFreshness(
  transaction: WriteTransaction,
  { event, ...data }: FreshnessMessage,
  at: string,
): Promise<void> {
  const { dataset } = data;
  const body = { type: `dataset.${event}`, timestamp: at, data };
  await writeDeliveries(transaction, [{ event, dataset, batchId: '', at, body }]);
}

interface Message {
  readonly event: WebhookEvent;
  readonly dataset: string;
  readonly batchId: string;
  readonly at: string;
  readonly body: object;
}

async function writeDeliveries(
  { db }: WriteTransaction,
  messages: readonly Message[],
): Promise<void> {
  const endpoints = await db
    .selectFrom('webhook_endpoint')
    .select(['name', 'events', 'datasets'])
    .execute();
  const deliveries = messages.flatMap(({ at, batchId, body, dataset, event }) =>
    endpoints
      .filter(
        ({ datasets, events }) =>
          listOf(events).includes(event) &&
          (datasets === null || listOf(datasets).includes(dataset)),
      )
      .map(({ name }) => ({
        id: `msg_${randomUUID()}`,
        endpoint: name,
        event,
        batch_id: batchId,
        dataset,
        payload: JSON.stringify(body),
        created_at: at,
        state: 'pending' as const,
        attempts: 0,
      })),
  );
  if (deliveries.length > 0) await db.insertInto('webhook_delivery').values(deliveries).execute();
}

function eventOf({ failed, status, task_id }: Progress): BatchEvent {
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
