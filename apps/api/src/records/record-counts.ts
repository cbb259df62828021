import { compareDays, type CalendarDay, type DayRange } from '@daysync/progress';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { REPAIRED_FINDING } from '../batches/day-finding.js';
import type { Schema } from '../database/schema.js';
import { EVERY_DAY, type ExpectedDays } from '../datasets/expected/expected-days.js';
import { versionsInTarget, type TargetState } from '../targets/target-version.js';

export interface RecordCounts {
  readonly first_synced: CalendarDay | null;
  readonly last_synced: CalendarDay | null;
  readonly synced: number;
  /** The days that were ever synced, wherever their rows are. */
  readonly succeeded: number;
  /** The expected days whose last try failed. */
  readonly failed: number;
  readonly empty: number;
  /** From the first day that was ever synced to the last. */
  readonly ever_synced: DayRange | null;
  /** The days that are synced or empty (`isCovered`), ascending. */
  readonly covered: readonly CalendarDay[];
  /** Of a dataset with rule or settled days: those whose source had no rows, and that are not in the target. */
  readonly without_rows: readonly CalendarDay[];
  /** The failed days that are not in the target. */
  readonly failures_without_rows: readonly CalendarDay[];
  /** Days that are marked, and that no operator has accepted. */
  readonly unusual: readonly CalendarDay[];
  /** Days whose latest comparison has found a difference that nothing has repaired. */
  readonly drifted: readonly CalendarDay[];
  /** The latest failure among the expected days that are still failed. */
  readonly last_failed: CalendarDay | null;
  /** The day that was synced last, wherever its rows are. */
  readonly last_success: { readonly day: CalendarDay; readonly at: string } | null;
}

/** The row of the database: days joined by commas, and a time with the day behind it. */
type CountedRow = Omit<
  RecordCounts,
  | 'ever_synced'
  | 'covered'
  | 'drifted'
  | 'failures_without_rows'
  | 'last_failed'
  | 'last_success'
  | 'unusual'
  | 'without_rows'
> & {
  readonly first_ever: CalendarDay | null;
  readonly last_ever: CalendarDay | null;
  readonly covered: string | null;
  readonly drifted: string | null;
  readonly failures_without_rows: string | null;
  readonly unusual: string | null;
  readonly without_rows: string | null;
  readonly last_failed: string | null;
  /** Of a dataset with a rule: the failed days, each behind the time of its last try. */
  readonly failures: string | null;
  readonly last_success: string | null;
};

const DAY_LENGTH = 'YYYY-MM-DD'.length;

/**
 * Counts in one row: to read a row per day would take three times as long. A day is synced if its rows are in the target.
 */
export async function countRecords(
  db: Kysely<Schema>,
  dataset: string,
  target: TargetState,
  expected: ExpectedDays,
): Promise<RecordCounts> {
  const synced = isInTarget(versionsInTarget(target));
  const isRuled = expected !== EVERY_DAY;
  const { rows } = await sql<CountedRow>`
    select
      min(day) filter (where ${synced}) as first_synced,
      max(day) filter (where ${synced}) as last_synced,
      count(*) filter (where ${synced}) as synced,
      count(*) filter (where last_success_at is not null) as succeeded,
      min(day) filter (where last_success_at is not null) as first_ever,
      max(day) filter (where last_success_at is not null) as last_ever,
      count(*) filter (where status = 'failed') as failed,
      count(*) filter (where reason = 'no_data') as empty,
      string_agg(day, ',') filter (where ${synced} or reason = 'no_data') as covered,
      ${isRuled ? sql`string_agg(day, ',') filter (where reason = 'no_data' and not ${synced})` : sql.lit(null)} as without_rows,
      string_agg(day, ',') filter (where status = 'failed' and not ${synced}) as failures_without_rows,
      string_agg(day, ',') filter (where marks is not null and accepted_at is null) as unusual,
      string_agg(day, ',') filter (where finding is not null and finding not like ${REPAIRED_FINDING}) as drifted,
      max(last_tried_at || day) filter (where status = 'failed') as last_failed,
      ${isRuled ? sql`string_agg(last_tried_at || day, ',') filter (where status = 'failed')` : sql.lit(null)} as failures,
      max(last_success_at || day) as last_success
    from sync_record where dataset = ${dataset}
  `.execute(db);
  const [counts] = rows;
  if (counts === undefined) throw new RangeError('expected one row of counts, got none');
  const { covered, drifted, failures_without_rows, unusual, without_rows, ...rest } = counts;
  const { last_failed, failures, last_success, first_ever, last_ever, ...others } = rest;
  const failed = isRuled ? expectedFailures(failures, expected) : { last_failed };
  return {
    ...others,
    ...failed,
    ever_synced: first_ever && last_ever && { start_date: first_ever, end_date: last_ever },
    // They come in their order as a rule, but nothing promises it.
    covered: daysIn(covered).sort(compareDays),
    drifted: daysIn(drifted),
    failures_without_rows: daysIn(failures_without_rows),
    unusual: daysIn(unusual),
    without_rows: daysIn(without_rows),
    last_failed: failed.last_failed === null ? null : dayBehind(failed.last_failed),
    last_success:
      last_success === null
        ? null
        : { day: dayBehind(last_success), at: last_success.slice(0, -DAY_LENGTH) },
  };
}

/** Failed days that are no longer expected can't be tried again, and are not counted. */
function expectedFailures(
  failures: string | null,
  expected: ExpectedDays,
): { readonly failed: number; readonly last_failed: string | null } {
  const expectedOnes = (failures?.split(',') ?? []).filter((failure) =>
    expected.isExpected(dayBehind(failure)),
  );
  const last_failed = expectedOnes.reduce<string | null>(
    (latest, failure) => (latest === null || failure > latest ? failure : latest),
    null,
  );
  return { failed: expectedOnes.length, last_failed };
}

function daysIn(joined: string | null): CalendarDay[] {
  return (joined?.split(',') ?? []) as CalendarDay[];
}

function dayBehind(timeAndDay: string): CalendarDay {
  return timeAndDay.slice(-DAY_LENGTH) as CalendarDay;
}

function isInTarget(versions: readonly (number | null)[]): RawBuilder<boolean> {
  const ids = versions.filter((id) => id !== null);
  const known = ids.length === 0 ? sql`1 = 0` : sql`target_version in (${sql.join(ids)})`;
  const isAdopted = versions.includes(null);
  return sql`(last_success_at is not null and (${known} or (target_version is null and ${sql.lit(isAdopted ? 1 : 0)} = 1)))`;
}
