import {
  compareDays,
  earlierDay,
  laterDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/database.js';
import { EVERY_DAY, type ExpectedDays } from '../datasets/expected/expected-days.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { Schema } from '../database/schema.js';
import { readTargetState, whereaboutsOf, type TargetState } from '../targets/target-version.js';

// A failure keeps a day's last success: such a day counts by that success, as in the calendar. A day that was skipped since
// has no data now: nothing of it is missing.

/** Days that succeeded, and whose rows are not in the present target table. */
export interface ElsewhereDays {
  /** The target table, without these days. */
  readonly table: string;
  readonly days: number;
  /** The tables that they are in; none if those were dropped, or are not known. */
  readonly tables: readonly string[];
  /** From the first of these days to the last. */
  readonly range: DayRange;
}

/** Days in the target whose rows were written without a column that it now has. */
export interface IncompleteDays {
  /** The target table. */
  readonly table: string;
  readonly days: number;
  readonly columns: readonly string[];
  /** From the first of these days to the last. */
  readonly range: DayRange;
}

/** The days that succeeded, and are not in the target as the datasets file now has it. Null for none. */
export interface TargetDays {
  readonly elsewhere: ElsewhereDays | null;
  readonly incomplete: IncompleteDays | null;
}

/** Days that succeeded with one version of the target. */
export interface SucceededDays {
  readonly version: number | null;
  readonly days: number;
  readonly first: CalendarDay;
  readonly last: CalendarDay;
}

/** Sums up the days of a dataset by where their rows are. */
export function sumTargetDays(state: TargetState, groups: readonly SucceededDays[]): TargetDays {
  const { table } = state.target;
  const found = groups.map((group) => ({ ...group, ...whereaboutsOf(state, group.version) }));
  const away = found.filter(({ inTarget }) => !inTarget);
  const tables = distinct(away.flatMap(({ otherTable }) => otherTable ?? []));
  const lacking = found.filter(({ lacks }) => lacks.length > 0);
  const columns = distinct(lacking.flatMap(({ lacks }) => lacks));
  const [elsewhere, incomplete] = [joined(away), joined(lacking)];
  return {
    elsewhere: elsewhere && { table, tables, ...elsewhere },
    incomplete: incomplete && { table, columns, ...incomplete },
  };
}

/**
 * Whether each day that succeeded is in the target with all its columns, as far as counts say so. Then the records need not
 * be read once more.
 * @param counts of the days that are in the target, and of those that succeeded
 */
export function isWhole(
  state: TargetState,
  counts: { readonly synced: number; readonly succeeded: number },
): boolean {
  const lacking = [...state.versions.keys()].some(
    (id) => whereaboutsOf(state, id).lacks.length > 0,
  );
  return !lacking && counts.synced === counts.succeeded;
}

/**
 * Reads the days of a dataset that succeeded, without changing anything. Days that are no longer expected are left out:
 * none of them is missing.
 */
export async function readTargetDays(
  { read: db, dialect }: Pick<Database, 'read' | 'dialect'>,
  dataset: Pick<Dataset, 'name' | 'target' | 'expected'>,
  known: { readonly target?: TargetState; readonly expected?: ExpectedDays } = {},
): Promise<TargetDays> {
  const target = known.target ?? (await readTargetState(db, dialect, dataset));
  const expected = known.expected ?? (await readExpectedDays(db, dataset));
  return sumTargetDays(target, await readSucceeded(db, dataset.name, expected));
}

async function readSucceeded(
  db: Kysely<Schema>,
  dataset: string,
  expected: ExpectedDays,
): Promise<readonly SucceededDays[]> {
  if (expected !== EVERY_DAY) return readExpectedSucceeded(db, dataset, expected);
  const { rows } = await sql<SucceededDays>`
    select target_version as version, count(*) as days, min(day) as first, max(day) as last
    from sync_record
    where dataset = ${dataset} and last_success_at is not null and status <> 'skipped'
    group by target_version
  `.execute(db);
  return rows;
}

async function readExpectedSucceeded(
  db: Kysely<Schema>,
  dataset: string,
  expected: ExpectedDays,
): Promise<readonly SucceededDays[]> {
  const { rows } = await sql<{ readonly version: number | null; readonly days: string }>`
    select target_version as version, string_agg(day, ',') as days
    from sync_record
    where dataset = ${dataset} and last_success_at is not null and status <> 'skipped'
    group by target_version
  `.execute(db);
  return rows.flatMap(({ version, days: joinedDays }) => {
    const days = (joinedDays.split(',') as CalendarDay[])
      .filter((day) => expected.isExpected(day))
      .sort(compareDays);
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return [];
    return { version, days: days.length, first, last };
  });
}

/** A sentence for each kind of such days, for the log and the command line. */
export function targetSentences({ elsewhere, incomplete }: TargetDays): string[] {
  const sentences: string[] = [];
  if (elsewhere !== null) {
    const { days, table, tables } = elsewhere;
    const names = tables.map((name) => `\`${name}\``).join(', ');
    const stay = tables.length === 1 ? 'stays as it is' : 'stay as they are';
    const where = tables.length === 0 ? '' : ` (their rows are in ${names}, which ${stay})`;
    const verb = days === 1 ? 'synced day is' : 'synced days are';
    sentences.push(`\`${table}\` is new: ${days} ${verb} missing from it${where}`);
  }
  if (incomplete !== null) {
    const { days, table, columns } = incomplete;
    const names = columns.map((name) => `\`${name}\``).join(', ');
    const lack = days === 1 ? 'day lacks' : 'days lack';
    sentences.push(
      `${days} ${lack} ${names} in \`${table}\`: sync them again with the mode incomplete`,
    );
  }
  return sentences;
}

/** The number of days in all groups, and their range; null without groups. */
function joined(
  groups: readonly SucceededDays[],
): { readonly days: number; readonly range: DayRange } | null {
  const [one, ...others] = groups;
  if (one === undefined) return null;
  let { days, first: start_date, last: end_date } = one;
  for (const other of others) {
    days += other.days;
    start_date = earlierDay(start_date, other.first);
    end_date = laterDay(end_date, other.last);
  }
  return { days, range: { start_date, end_date } };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
