import { ACTIVE_STATUSES, type CalendarDay, type Outcome } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

export interface BatchRange {
  readonly dataset: string;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
}

/** What a plan depends on. */
export interface RangeState {
  readonly lastTries: ReadonlyMap<CalendarDay, Outcome>;
  /** An active batch that has days of the range. */
  readonly overlaps: string | null;
}

export async function readRange(db: Kysely<Schema>, range: BatchRange): Promise<RangeState> {
  const overlaps = await findOverlap(db, range);
  const tries = await db
    .selectFrom('sync_record')
    .select(['day', 'status'])
    .where('dataset', '=', range.dataset)
    .where('day', '>=', range.start)
    .where('day', '<=', range.end)
    .execute();
  return { lastTries: new Map(tries.map(({ day, status }) => [day, status])), overlaps };
}

/** The first active batch that has days of a range, or null. */
export async function findOverlap(
  db: Kysely<Schema>,
  { dataset, start, end }: BatchRange,
): Promise<string | null> {
  const overlapping = await db
    // Active batches are few, and are searched first; the dataset may have any number of old ones.
    .with(
      (named) => named('active').materialized(),
      (batches) => batches.selectFrom('batch').selectAll().where('status', 'in', ACTIVE_STATUSES),
    )
    .selectFrom('active')
    .select('batch_id')
    .where('dataset', '=', dataset)
    .where('start_date', '<=', end)
    .where('end_date', '>=', start)
    .orderBy('seq')
    .executeTakeFirst();
  return overlapping?.batch_id ?? null;
}
