import { addDays, compareDays, toEpochDay, type CalendarDay } from '@daysync/progress';

/** From the first day to the last, both included. */
export interface Span {
  readonly start_date: CalendarDay;
  readonly end_date: CalendarDay;
}

/** The gaps of a dataset: runs of neighbouring days that were never synced and not found empty. */
export interface Gaps {
  /** How many runs. */
  readonly count: number;
  /** How many days they have in all. */
  readonly days: number;
  readonly first: Span | null;
  /** From the first gap's first day to the last gap's last day: what a start has to cover to fill them all. */
  readonly range: Span | null;
}

/**
 * The gaps inside of a span.
 * @param settled the days that were ever synced or were found empty, ascending, each once
 * @param span where gaps count; null where nothing was ever synced, so that nothing can be missing in between
 */
export function findGaps(settled: Iterable<CalendarDay>, span: Span | null): Gaps {
  if (span === null) return { count: 0, days: 0, first: null, range: null };
  const { start_date } = span;
  const start = toEpochDay(start_date);
  const end = toEpochDay(span.end_date);
  let [count, days] = [0, 0];
  let first: Span | null = null;
  let last: Span | null = null;
  // The first day of which nothing is known yet.
  let open = start;
  const close = (day: number): void => {
    if (day > open) {
      last = {
        start_date: addDays(start_date, open - start),
        end_date: addDays(start_date, day - 1 - start),
      };
      first ??= last;
      count += 1;
      days += day - open;
    }
    open = Math.max(open, day + 1);
  };
  for (const day of settled) close(Math.min(toEpochDay(day), end + 1));
  close(end + 1);
  return { count, days, first, range: rangeOf(first, last) };
}

function rangeOf(first: Span | null, last: Span | null): Span | null {
  return first && last && { start_date: first.start_date, end_date: last.end_date };
}

/** The days that both spans have; null where there is none, or one of the spans is null. */
export function commonSpan(one: Span | null, other: Span | null): Span | null {
  if (one === null || other === null) return null;
  const start_date = laterDay(one.start_date, other.start_date);
  const end_date = compareDays(one.end_date, other.end_date) < 0 ? one.end_date : other.end_date;
  return compareDays(start_date, end_date) > 0 ? null : { start_date, end_date };
}

/** The later one of two days. */
export function laterDay(one: CalendarDay, other: CalendarDay): CalendarDay {
  return compareDays(one, other) > 0 ? one : other;
}
