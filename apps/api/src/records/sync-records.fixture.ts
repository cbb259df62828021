import type { Insertable } from 'kysely';
import type { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { AT, D1 } from '../sync/sync.fixture.js';

export type WrittenRecord = Insertable<Schema['sync_record']>;

/** Writes records of days: that of a success with one row, which says nothing of its target, with these changes. */
export async function writeRecords(
  database: Pick<Database, 'write'>,
  changes: readonly Partial<WrittenRecord>[],
): Promise<void> {
  const record: WrittenRecord = {
    ...{ dataset: 'readings', day: D1, status: 'success', reason: null, rows: 1, attempts: 1 },
    ...{ duration_ms: 1, last_batch_id: 'batch', last_tried_at: AT, last_success_at: null },
    target_version: null,
  };
  const records = changes.map((change) => ({ ...record, ...change }));
  await database.write('targets', ({ db }) =>
    db.insertInto('sync_record').values(records).execute(),
  );
}
