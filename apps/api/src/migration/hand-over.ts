import { sql } from 'kysely';
import type { PostgresDatabase } from '../database/postgres-database.js';
import type { SlotQueue } from '../dispatch/slot-queue.js';
import { endMove } from './move-state.js';

export interface HandOver {
  /** The highest `batch.seq` that was ever given out; 0 where none was. */
  readonly lastSeq: bigint;
  /** Now. */
  readonly at: string;
}

/**
 * Makes an installation of what was copied, in one transaction: the next batch has the next number, batches that were
 * running wait for their turn, since nobody holds a slot of theirs, and the move has ended.
 */
export async function handOver(
  database: PostgresDatabase,
  queue: SlotQueue,
  { lastSeq, at }: HandOver,
): Promise<void> {
  await database.write('move', async ({ db }) => {
    if (lastSeq > 0n) {
      await sql`
        select setval(pg_get_serial_sequence('batch', 'seq'), ${String(lastSeq)}::bigint)
      `.execute(db);
    }
    await db
      .updateTable('batch')
      .set((set) => ({
        status: 'queued',
        message_code: 'BATCH_QUEUED',
        rev: set('rev', '+', 1),
        updated_at: sql<string>`greatest(${set.ref('updated_at')}, ${at})`,
      }))
      .where('status', '=', 'running')
      .execute();
    await queue.askAdmission(db);
    await endMove(db);
  });
}
