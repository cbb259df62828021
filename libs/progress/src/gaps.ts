import { addDays, toEpochDay, type CalendarDay, type DayRange } from './calendar-day.js';

/** Whether a day with a sync record is covered: its rows are in the target, or its source has no data for it. */
export function isCovered({
  synced,
  reason,
}: {
  /** Whether the rows of its last success are in the target as it is now. */
  readonly synced: boolean;
  /** Why the last try skipped the day. */
  readonly reason: string | null;
}): boolean {
  return synced || reason === 'no_data';
}

/**
 * The gaps of a dataset: ranges of consecutive days that are not covered, ascending.
 * @param covered the covered days ({@link isCovered}), ascending, each once
 * @param range from the first to the last day that was ever synced; null where no day was
 */
export function findGaps(covered: Iterable<CalendarDay>, range: DayRange | null): DayRange[] {
  if (range === null) return [];
  const { start_date } = range;
  const start = toEpochDay(start_date);
  const end = toEpochDay(range.end_date);
  const gaps: DayRange[] = [];
  // The first day that may begin the next gap.
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
  for (const day of covered) closeBefore(Math.min(toEpochDay(day), end + 1));
  closeBefore(end + 1);
  return gaps;
}
