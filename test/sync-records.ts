// Thousands of sync records, as years of batches would leave them.
import { DatabaseSync } from 'node:sqlite';
import { listDays, type CalendarDay } from '@daysync/progress';

/** Writes a record for each day of a range into the database of a running program; every 97th has failed. */
export function writeRecords(
  databaseFile: string,
  { dataset, start, end }: { dataset: string; start: CalendarDay; end: CalendarDay },
): number {
  const database = new DatabaseSync(databaseFile, { timeout: 5_000 });
  try {
    const insert = database.prepare(
      `INSERT INTO sync_record (dataset, day, status, rows, attempts, duration_ms, last_batch_id,
         last_tried_at, last_success_at, error_code, error_text, target_version)
       VALUES (?, ?, ?, ?, 1, ?, 't', '2025-10-01T00:00:00.000Z', NULL, ?, ?,
         (SELECT max(id) FROM target_version WHERE dataset = ?))`,
    );
    const days = listDays(start, end);
    database.exec('BEGIN IMMEDIATE');
    for (const [index, day] of days.entries()) {
      const failed = index % 97 === 0;
      const error = failed ? ['TIMEOUT', 'it took longer than 60 s'] : [null, null];
      const [status, rows] = failed ? ['failed', null] : ['success', index % 1_000];
      insert.run(dataset, day, status, rows, index % 5_000, ...error, dataset);
    }
    database.exec('COMMIT');
    return days.length;
  } finally {
    database.close();
  }
}
