import { addDays, countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import { joinedRange, yearOf, yearRange } from '../time/calendar-days';

/** How many years stand on a page. */
const MOST_YEARS = 10;
const LAST_YEAR = 9_999;
/** How many days the server shows at most, until it says otherwise: `MAX_RANGE_DAYS`. */
export const MOST_DAYS = 3_660;

/** From the first year to the last, both included. */
export interface Years {
  readonly first: number;
  readonly last: number;
}

/** Where a dataset has or may have days. */
export interface DatasetSpan {
  /** From the first day that has a record to the last, as far as is known. */
  readonly recorded: DayRange | undefined;
  /** The days that its source has, where it knows them. */
  readonly source: DayRange | undefined;
  readonly today: CalendarDay;
}

/**
 * Every year that has something to show. A source that knows its days has none beside them; where none does, the day
 * of today may be there.
 */
export function allYears({ recorded, source, today }: DatasetSpan): Years {
  const known = source ?? { start_date: today, end_date: today };
  const { start_date, end_date } = joinedRange(recorded, known) ?? known;
  return { first: yearOf(start_date), last: yearOf(end_date) };
}

/**
 * The years that are shown: all where they have room. Otherwise those from `from` on, or where an address asks for
 * none the ones that end with the newest recorded days.
 */
export function shownYears(
  span: DatasetSpan,
  { from, mostDays }: { readonly from: number | undefined; readonly mostDays: number },
): Years {
  const all = allYears(span);
  const most = mostYears(mostDays);
  const newest = (span.recorded ?? span.source)?.end_date ?? span.today;
  const asked = from ?? yearOf(newest) - most + 1;
  const first = Math.min(Math.max(asked, all.first), all.last);
  return { first, last: Math.min(first + most - 1, all.last) };
}

/** As many years from `first` on as stand on a page. */
export function yearsFrom(first: number, mostDays: number): Years {
  return { first, last: Math.min(first + mostYears(mostDays) - 1, LAST_YEAR) };
}

/** The years before and after those that are shown, where there are any: where to begin to show them. */
export function otherYears(
  shown: Years,
  all: Years,
): { readonly before: number | undefined; readonly after: number | undefined } {
  const count = shown.last - shown.first + 1;
  return {
    before: shown.first > all.first ? Math.max(all.first, shown.first - count) : undefined,
    after: shown.last < all.last ? shown.last + 1 : undefined,
  };
}

/** The days of years, the newest ones where they are more than the server shows. */
export function daysOfYears({ first, last }: Years, mostDays: number): DayRange {
  const range = {
    start_date: yearRange(first).start_date,
    end_date: yearRange(last).end_date,
  };
  const tooMany = countDays(range.start_date, range.end_date) - mostDays;
  return tooMany > 0 ? { ...range, start_date: addDays(range.start_date, tooMany) } : range;
}

function mostYears(mostDays: number): number {
  return Math.min(MOST_YEARS, Math.max(1, Math.floor(mostDays / 366)));
}
