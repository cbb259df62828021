// A program with records as years of batches would leave them.
import { DatabaseSync } from 'node:sqlite';
import { addDays, calendarDay } from '@daysync/progress';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { weather } from '../scratch.js';

const FIRST_DAY = calendarDay('2000-01-01');
/** 2025-10-17T16:00:00Z. */
const LAST_TRIES_FROM = 1_760_716_800_000;

export function datasetName(index: number): string {
  return `weather${String(index).padStart(3, '0')}`;
}

/** Starts Daysync with datasets that have a record for every day: one in twenty failed, one in twenty is empty. */
export async function startWithRecords(
  datasets: number,
  days: number,
  env: Readonly<Record<string, string>> = {},
): Promise<DaysyncProcess> {
  const options = {
    env,
    datasets: Array.from({ length: datasets }, (_, index) =>
      weather({
        name: datasetName(index),
        target: { ...weather().target, table: `table${index}` },
      }),
    ),
  };
  // The first start creates the tables.
  const made = await startDaysync(options);
  await made.stop();
  writeRecords(made.databaseFile, datasets, days);
  return startDaysync({ ...options, folder: made.folder });
}

function writeRecords(file: string, datasets: number, days: number): void {
  const database = new DatabaseSync(file);
  database.exec('pragma synchronous = off; begin');
  const insert = database.prepare(`
    insert into sync_record (
      dataset, day, status, reason, rows, attempts, duration_ms, last_batch_id, last_tried_at, last_success_at,
      error_code, error_text, error_row, error_column, target_version
    ) values (?, ?, ?, ?, ?, 1, ?, '2000-01-01_2025-10-17_1760716800', ?, ?, ?, ?, ?, ?, ?)`);
  const versionOf = database.prepare('select max(id) as id from target_version where dataset = ?');
  const dates = Array.from({ length: days }, (_, index) => addDays(FIRST_DAY, index));
  for (let dataset = 0; dataset < datasets; dataset++) {
    const version = versionOf.get(datasetName(dataset))?.['id'] ?? null;
    for (const [index, day] of dates.entries()) {
      const scattered = index * 7_919 + dataset * 104_729;
      const [failed, empty] = [scattered % 20 === 3, scattered % 20 === 11];
      const at = new Date(LAST_TRIES_FROM + (scattered % 9_999_991) * 1_000).toISOString();
      insert.run(
        datasetName(dataset),
        day,
        failed ? 'failed' : empty ? 'skipped' : 'success',
        empty ? 'no_data' : null,
        failed ? null : empty ? 0 : scattered % 1_000,
        scattered % 5_003,
        at,
        failed || empty ? null : at,
        failed ? 'VALUE_INVALID' : null,
        failed ? 'row 12, column speed: expected an integer of 64 bits, got "fast" (text)' : null,
        failed ? 12 : null,
        failed ? 'speed' : null,
        failed || empty ? null : version,
      );
    }
  }
  database.exec('commit');
  database.close();
}
