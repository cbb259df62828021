import type { WriteTransaction } from '../../database/database.js';
import type { LaneRow } from '../../database/schema.js';
import type { LaneQueue } from '../lane-queue.js';
import type { BatchState } from '../transition.js';

/**
 * Opens so many lanes of a batch, closes the others, and enqueues the open ones that have no day in flight. Existing lanes
 * keep their counters.
 */
export async function openLanes(
  transaction: WriteTransaction,
  queue: LaneQueue,
  { batch: { batch_id: batchId }, lanes }: BatchState,
  { count, at }: { readonly count: number; readonly at: string },
): Promise<void> {
  const { db } = transaction;
  for (const [open, numbers] of [
    [1, '<'],
    [0, '>='],
  ] as const) {
    await db
      .updateTable('lane')
      .set({ open })
      .where('batch_id', '=', batchId)
      .where('number', numbers, count)
      .execute();
  }
  const kept = lanes.filter(({ number }) => number < count);
  const added = Array.from({ length: count - kept.length }, (_, index) =>
    newLane(batchId, kept.length + index, at),
  );
  if (added.length > 0) await db.insertInto('lane').values(added).execute();
  const free = [...kept, ...added].filter(({ day }) => day === null);
  const ids = free.map(({ number }) => ({ batchId, number }));
  await queue.enqueue(transaction, ids, 0);
}

function newLane(batch_id: string, number: number, at: string): LaneRow {
  return {
    ...{ batch_id, number, open: 1, token: 0, holder: null, stopping: 0, day: null },
    ...{ success: 0, failed: 0, skipped: 0, planned: 0, quarantined_rows: 0 },
    ...{ skip_reasons: '{}', rows: 0, outcomes: '[]', outcome_rows: '[]' },
    ...{ wait_kind: null, wait_until: null, wait_detail: null },
    ...{ current_day: null, current_at: null, answered_at: null },
    ...{ rev: 0, updated_at: at },
  };
}
