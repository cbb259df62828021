import type { Progress } from '@daysync/progress';
import type { WriteTransaction } from '../../database/database.js';
import type { NoticeEvent } from '../../database/schema.js';
import { writeNotices } from '../../webhooks/outbox.js';

/** Writes the notices of a batch that this transaction has ended, or that has paused by itself. */
export function writeNoticesOf(transaction: WriteTransaction, progress: Progress): Promise<void> {
  return writeNotices(transaction, { event: eventOf(progress), at: progress.updated_at, progress });
}

function eventOf({ failed, status, task_id }: Progress): NoticeEvent {
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
