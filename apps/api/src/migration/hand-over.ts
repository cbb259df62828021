import { sql } from 'kysely';
import type { PostgresDatabase } from '../database/postgres-database.js';
import type { LaneQueue } from '../runner/lane-queue.js';
import { endMove } from './move-state.js';

export interface HandOver {
  /** The highest `batch.seq` that was ever given out; 0 where none was. */
  readonly lastSeq: bigint;
}

/**
 * Makes an installation of what was copied, in one transaction: the next batch has the next number, the lanes of
 * batches that were running are free, and the move has ended.
 */
export async function handOver(
  database: PostgresDatabase,
  queue: LaneQueue,
  { lastSeq }: HandOver,
): Promise<void> {
  await database.write('move', async (transaction) => {
    const { db } = transaction;
    if (lastSeq > 0n) {
      await sql`
        select setval(pg_get_serial_sequence('batch', 'seq'), ${String(lastSeq)}::bigint)
      `.execute(db);
    }
    const open = await db
      .selectFrom('lane')
      .select(['task_id as taskId', 'number'])
      .where('open', '=', 1)
      .execute();
    await queue.enqueue(transaction, open, 0);
    await endMove(db);
  });
}
