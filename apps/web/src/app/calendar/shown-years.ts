import { addDays, countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import { joinedRange, yearOf, yearRange } from '../time/calendar-days';

/** The most years on a page. */
export const MOST_YEARS = 10;
const LAST_YEAR = 9_999;
/** The default of the server's `MAX_RANGE_DAYS`. */
export const MOST_DAYS = 3_660;

export interface Years {
  readonly first: number;
  readonly last: number;
}

/** The ranges in which a dataset has or may have days. */
export interface DatasetSpan {
  /** From the first known day with a record to the last. */
  readonly recorded: DayRange | undefined;
  /** The days of its source, if the source knows them. */
  readonly source: DayRange | undefined;
  readonly today: CalendarDay;
}

/**
 * All years with something to show. A source that knows its days has no others; for any other source, today may have
 * data.
 */
export function allYears({ recorded, source, today }: DatasetSpan): Years {
  const known = source ?? { start_date: today, end_date: today };
  const { start_date, end_date } = joinedRange(recorded, known) ?? known;
  return { first: yearOf(start_date), last: yearOf(end_date) };
}

/**
 * The shown years: all if they fit. Otherwise those from `from`, or without `from` those that end with the newest
 * recorded days.
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

/** The years from `first` that fit on a page. */
export function yearsFrom(first: number, mostDays: number): Years {
  return { first, last: Math.min(first + mostYears(mostDays) - 1, LAST_YEAR) };
}

/** The first years of the pages before and after the shown one, if there are any. */
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

/** The days of years, or the newest of them if they are too many for one answer. */
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
