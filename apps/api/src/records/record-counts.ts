import { compareDays, type CalendarDay } from '@daysync/progress';
import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

export interface RecordCounts {
  readonly first_synced: CalendarDay | null;
  readonly last_synced: CalendarDay | null;
  readonly synced: number;
  readonly failed: number;
  readonly empty: number;
  /** The days that are synced or empty (`isSettled`), ascending. */
  readonly settled: readonly CalendarDay[];
  /** The latest failure among the days that are still failed. */
  readonly last_failed: CalendarDay | null;
}

/** The row of the database: days joined by commas, and a time with the day behind it. */
type CountedRow = Omit<RecordCounts, 'settled' | 'last_failed'> & {
  readonly settled: string | null;
  readonly last_failed: string | null;
};

const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** Counts in one row: to read a row per day would take three times as long. */
export async function countRecords(db: Kysely<Schema>, dataset: string): Promise<RecordCounts> {
  const { rows } = await sql<CountedRow>`
    select
      min(day) filter (where last_success_at is not null) as first_synced,
      max(day) filter (where last_success_at is not null) as last_synced,
      count(last_success_at) as synced,
      count(*) filter (where status = 'failed') as failed,
      count(*) filter (where reason = 'no_data') as empty,
      string_agg(day, ',') filter (where last_success_at is not null or reason = 'no_data') as settled,
      max(last_tried_at || day) filter (where status = 'failed') as last_failed
    from sync_record where dataset = ${dataset}
  `.execute(db);
  const [counts] = rows;
  if (counts === undefined) throw new RangeError('expected one row of counts, got none');
  const { settled, last_failed, ...others } = counts;
  return {
    ...others,
    // They come in their order as a rule, but nothing promises it.
    settled: ((settled?.split(',') ?? []) as CalendarDay[]).sort(compareDays),
    last_failed: (last_failed?.slice(-DAY_LENGTH) ?? null) as CalendarDay | null,
  };
}
