import type { Progress } from '@daysync/progress';
import type { WriteTransaction } from '../database/database.js';
import type { NoticeEvent } from '../database/schema.js';
import { writeNotices } from '../notices/outbox.js';
import { progressOfRow } from './batch-progress.js';
import { readBatch } from './batch-row.js';

/** Has those told who asked for it that this transaction has ended a batch, or that the batch has paused itself. */
export function tellOfBatch(transaction: WriteTransaction, taskId: string): Promise<void> {
  return writeNotices(transaction, async () => {
    const batch = await readBatch(transaction, taskId);
    const progress = progressOfRow(batch);
    return { event: eventOf(progress), at: batch.updated_at, progress };
  });
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
