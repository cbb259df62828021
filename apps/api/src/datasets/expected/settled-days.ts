import {
  addDays,
  calendarDay,
  compareDays,
  findGaps,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { Schema } from '../../database/schema.js';
import { expectedDaysOf, type Expectation, type ExpectedDays } from './expected-days.js';

/** A missing day that an operator has marked as not expected: its source will never have it. */
export interface SettledDay {
  readonly day: CalendarDay;
  readonly reason: string;
  /** The name of the token; null without tokens. */
  readonly settled_by: string | null;
  readonly settled_at: string;
}

/** A dataset by name, with its rule. */
export interface RuledDataset {
  readonly name: string;
  readonly expected: Expectation | null;
}

/**
 * The expected days of a dataset: those of its rule that are not settled.
 * @param range the only days that are asked for
 */
export async function readExpectedDays(
  db: Kysely<Schema>,
  { name, expected }: RuledDataset,
  range?: DayRange,
): Promise<ExpectedDays> {
  let query = db.selectFrom('settled_day').select('day').where('dataset', '=', name).orderBy('day');
  if (range !== undefined) {
    query = query.where('day', '>=', range.start_date).where('day', '<=', range.end_date);
  }
  const settled = await query.execute();
  return withoutSettled(expectedDaysOf({ expected }), settled);
}

/** The settled days of a dataset, ascending. */
export function readSettledDays(db: Kysely<Schema>, dataset: string): Promise<SettledDay[]> {
  return db
    .selectFrom('settled_day')
    .select(['day', 'reason', 'settled_by', 'settled_at'])
    .where('dataset', '=', dataset)
    .orderBy('day')
    .execute();
}

/** @param settled ascending; days that are not expected anyway may be among them */
export function withoutSettled(
  ruled: ExpectedDays,
  settled: readonly Pick<SettledDay, 'day'>[],
): ExpectedDays {
  const days = settled.map(({ day }) => day).filter((day) => ruled.isExpected(day));
  return days.length === 0 ? ruled : new UnsettledDays(ruled, days);
}

const FIRST_DAY = calendarDay('0001-01-01');
const LAST_DAY = calendarDay('9999-12-31');

class UnsettledDays implements ExpectedDays {
  private readonly isSettled: ReadonlySet<CalendarDay>;

  /** @param settled expected days, ascending */
  constructor(
    private readonly ruled: ExpectedDays,
    private readonly settled: readonly CalendarDay[],
  ) {
    this.isSettled = new Set(settled);
  }

  isExpected(day: CalendarDay): boolean {
    return !this.isSettled.has(day) && this.ruled.isExpected(day);
  }

  countIn(start: CalendarDay, end: CalendarDay): number {
    return (
      this.ruled.countIn(start, end) - this.settledIn({ start_date: start, end_date: end }).length
    );
  }

  runsIn(range: DayRange): readonly DayRange[] {
    return this.ruled.runsIn(range).flatMap((run) => findGaps(this.settledIn(run), run));
  }

  latestExpected(day: CalendarDay): CalendarDay | null {
    let found = this.ruled.latestExpected(day);
    while (found !== null && this.isSettled.has(found)) {
      found = found === FIRST_DAY ? null : this.ruled.latestExpected(addDays(found, -1));
    }
    return found;
  }

  nextExpected(day: CalendarDay): CalendarDay | null {
    let found = this.ruled.nextExpected(day);
    while (found !== null && this.isSettled.has(found)) {
      found = found === LAST_DAY ? null : this.ruled.nextExpected(addDays(found, 1));
    }
    return found;
  }

  private settledIn({ start_date, end_date }: DayRange): readonly CalendarDay[] {
    return this.settled.slice(
      this.firstIndex((day) => compareDays(day, start_date) >= 0),
      this.firstIndex((day) => compareDays(day, end_date) > 0),
    );
  }

  /** The index of the first settled day of which `isBehind` holds, as it does for all after it. */
  private firstIndex(isBehind: (day: CalendarDay) => boolean): number {
    let [low, high] = [0, this.settled.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const day = this.settled[middle];
      if (day !== undefined && isBehind(day)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
