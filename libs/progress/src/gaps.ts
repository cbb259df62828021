import { addDays, toEpochDay, type CalendarDay } from './calendar-day.js';
import type { DayRange } from './day-range.js';

/** Whether nothing is missing of a day that has a sync record: it was synced once, or the source has nothing for it. */
export function isSettled({
  synced,
  reason,
}: {
  /** Whether it was ever synced. */
  readonly synced: boolean;
  /** Why its last try skipped it. */
  readonly reason: string | null;
}): boolean {
  return synced || reason === 'no_data';
}

/**
 * The gaps of a dataset: the runs of neighbouring days inside of a range of which nothing is settled, ascending.
 * @param settled the days of which nothing is missing ({@link isSettled}), ascending, each once
 * @param range where gaps count: between the first and the last day that were ever synced; null where nothing was, so
 * that nothing can be missing in between
 */
export function findGaps(settled: Iterable<CalendarDay>, range: DayRange | null): DayRange[] {
  if (range === null) return [];
  const { start_date } = range;
  const start = toEpochDay(start_date);
  const end = toEpochDay(range.end_date);
  const gaps: DayRange[] = [];
  // The first day of which nothing is known yet.
  let open = start;
  const closeBefore = (day: number): void => {
    if (day > open) {
      gaps.push({
        start_date: addDays(start_date, open - start),
        end_date: addDays(start_date, day - 1 - start),
      });
    }
    open = Math.max(open, day + 1);
  };
  for (const day of settled) closeBefore(Math.min(toEpochDay(day), end + 1));
  closeBefore(end + 1);
  return gaps;
}
