import type { Progress } from '@daysync/progress';
import type { WriteTransaction } from '../../database/database.js';
import type { WebhookEvent } from '../../database/schema.js';
import { writeWebhooks } from '../../webhooks/outbox.js';

/** Writes the deliveries of a batch that this transaction has ended, or that has paused by itself. */
export function writeWebhooksOf(transaction: WriteTransaction, progress: Progress): Promise<void> {
  return writeWebhooks(transaction, {
    event: eventOf(progress),
    at: progress.updated_at,
    progress,
  });
}

function eventOf({ failed, status, task_id }: Progress): WebhookEvent {
  switch (status) {
    case 'completed':
      return failed > 0 ? 'failed_days' : 'completed';
    case 'cancelled':
    case 'failed':
      return status;
    case 'paused':
      return 'paused_by_itself';
    case 'queued':
    case 'running':
    case 'cancelling':
      throw new RangeError(`expected a batch that ended or paused, got ${task_id} ${status}`);
    default: {
      const unknown: never = status;
      return unknown;
    }
  }
}
