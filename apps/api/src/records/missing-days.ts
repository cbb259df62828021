import {
  addDays,
  calendarDayAt,
  commonRange,
  compareDays,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { Schema, SyncRecordRow } from '../database/schema.js';
import { expectedDaysOf } from '../datasets/expected/expected-days.js';
import type { Dataset } from '../datasets/file/dataset.js';

type Zoned = Pick<Dataset, 'timeZone'>;

/** The missing days of a range: the rule expects them, they are over, and were never synced ({@link wasNeverSynced}). */
export async function readMissingDays(
  db: Kysely<Schema>,
  dataset: Dataset,
  { start_date, end_date }: DayRange,
  now: number,
): Promise<readonly CalendarDay[]> {
  const range = commonRange(
    { start_date, end_date },
    { start_date, end_date: yesterdayOf(dataset, now) },
  );
  if (range === undefined) return [];
  const records = await db
    .selectFrom('sync_record')
    .select(['day', 'reason', 'last_success_at'])
    .where('dataset', '=', dataset.name)
    .where('day', '>=', range.start_date)
    .where('day', '<=', range.end_date)
    .execute();
  const known = new Set(
    records.filter((record) => !wasNeverSynced(record, dataset)).map(({ day }) => day),
  );
  return expectedDaysOf(dataset)
    .runsIn(range)
    .flatMap((run) => listDays(run.start_date, run.end_date))
    .filter((day) => !known.has(day));
}

/**
 * Whether a day was neither synced, to whichever table, nor found empty. A day that `expected` names is missing although
 * its source had no rows.
 */
export function wasNeverSynced(
  { last_success_at, reason }: Pick<SyncRecordRow, 'last_success_at' | 'reason'>,
  { expected }: Pick<Dataset, 'expected'>,
): boolean {
  return last_success_at === null && (reason !== 'no_data' || expected !== null);
}

/** Whether a day has ended in the zone of its dataset. */
export function isOver(day: CalendarDay, dataset: Zoned, now: number): boolean {
  return compareDays(day, yesterdayOf(dataset, now)) <= 0;
}

function yesterdayOf({ timeZone }: Zoned, now: number): CalendarDay {
  return addDays(calendarDayAt(now, timeZone), -1);
}
