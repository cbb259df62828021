import { ACTIVE_STATUSES, type CalendarDay } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { Dialect } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { Expectation } from '../datasets/expected/expected-days.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import type { WithTarget } from '../targets/target.js';
import { readTargetState, whereaboutsOf } from '../targets/target-version.js';
import type { RecordedDays } from './plan.js';
import { sumTargetDays, type SucceededDays, type TargetDays } from './target-days.js';

export interface BatchRange {
  readonly dataset: string;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
}

/** A range of a dataset, the table that its days belong to, and its rule of expected days. */
export type TargetRange = BatchRange & WithTarget & { readonly expected: Expectation | null };

/** What a plan depends on. */
export interface RangeState {
  readonly recorded: RecordedDays;
  /** The expected days of the range that are not in the target as it is now. */
  readonly targetDays: TargetDays;
  /** An active batch that has days of the range. */
  readonly overlaps: string | null;
}

export async function readRange(
  { db, dialect }: { readonly db: Kysely<Schema>; readonly dialect: Dialect },
  { dataset: name, start, end, target, expected: rule }: TargetRange,
): Promise<RangeState> {
  const overlaps = await findOverlap(db, { dataset: name, start, end });
  const expected = await readExpectedDays(
    db,
    { name, expected: rule },
    { start_date: start, end_date: end },
  );
  const state = await readTargetState(db, dialect, { name, target });
  const tries = await db
    .selectFrom('sync_record')
    .select(['day', 'status', 'last_success_at', 'target_version as version', 'fingerprint'])
    .where('dataset', '=', name)
    .where('day', '>=', start)
    .where('day', '<=', end)
    .orderBy('day')
    .execute();
  const lastTries = new Map(tries.map(({ day, status }) => [day, status]));
  const elsewhere = new Set<CalendarDay>();
  const incomplete = new Set<CalendarDay>();
  const kept = new Set<CalendarDay>();
  const groups = new Map<number | null, SucceededDays>();
  for (const { day, fingerprint, status, last_success_at, version } of tries) {
    if (last_success_at === null && status === 'failed' && fingerprint !== null) kept.add(day);
    if (last_success_at === null || status === 'skipped') continue;
    const { inTarget, lacks } = whereaboutsOf(state, version);
    if (!inTarget) elsewhere.add(day);
    else if (lacks.length > 0) incomplete.add(day);
    if (inTarget && status === 'failed') kept.add(day);
    if (!expected.isExpected(day)) continue;
    const { days = 0, first = day } = groups.get(version) ?? {};
    groups.set(version, { version, days: days + 1, first, last: day });
  }
  const targetDays = sumTargetDays(state, [...groups.values()]);
  return { recorded: { expected, lastTries, elsewhere, incomplete, kept }, targetDays, overlaps };
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
