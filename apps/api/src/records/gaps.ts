import { addDays, countDays, type CalendarDay } from '@daysync/progress';

/** A day that has a record. */
export interface RecordedDay {
  readonly day: CalendarDay;
  /** Whether it was ever synced. */
  readonly synced: boolean;
  /** Whether the source was asked and had nothing for it. */
  readonly empty: boolean;
}

/** From the first day to the last, both included. */
export interface Span {
  readonly start_date: CalendarDay;
  readonly end_date: CalendarDay;
}

/** The gaps of a dataset: runs of neighbouring days that were neither synced nor found empty. */
export interface Gaps {
  /** How many runs. */
  readonly count: number;
  /** How many days they have in all. */
  readonly days: number;
  readonly first: Span | null;
  /** From the first gap's first day to the last gap's last day: what a start has to cover to fill them all. */
  readonly range: Span | null;
}

const NONE: Gaps = { count: 0, days: 0, first: null, range: null };

/**
 * The gaps inside of a span.
 * @param days those with a record, ascending, each once
 * @param span where gaps count; null where nothing was ever synced, so that nothing can be missing between
 */
export function findGaps(days: Iterable<RecordedDay>, span: Span | null): Gaps {
  if (span === null) return NONE;
  let gaps = NONE;
  let open = span.start_date;
  for (const { day, synced, empty } of days) {
    if (day < open || !(synced || empty)) continue;
    if (day > span.end_date) break;
    if (day > open) gaps = withGap(gaps, { start_date: open, end_date: addDays(day, -1) });
    // The last day that there is has none after it.
    if (day === span.end_date) return gaps;
    open = addDays(day, 1);
  }
  return open > span.end_date ? gaps : withGap(gaps, { start_date: open, end_date: span.end_date });
}

function withGap({ count, days, first, range }: Gaps, gap: Span): Gaps {
  return {
    count: count + 1,
    days: days + countDays(gap.start_date, gap.end_date),
    first: first ?? gap,
    range: { start_date: range?.start_date ?? gap.start_date, end_date: gap.end_date },
  };
}

/** The days that both spans have; null where there is none, or one of the spans is null. */
export function commonSpan(one: Span | null, other: Span | null): Span | null {
  if (one === null || other === null) return null;
  const start_date = one.start_date > other.start_date ? one.start_date : other.start_date;
  const end_date = one.end_date < other.end_date ? one.end_date : other.end_date;
  return start_date > end_date ? null : { start_date, end_date };
}
