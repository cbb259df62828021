import {
  addDays,
  countDays,
  earlierDay,
  findGaps,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { MOST_RANGE_DAYS } from '../config/environment.js';
import { inSlices } from '../config/slices.js';
import type { ExpectedDays } from '../datasets/expected/expected-days.js';
import type { GapsDto } from './calendar.dto.js';

/** The gaps of any number of days, as `findGaps` finds them, without the days that are not expected. */
export async function findGapsInSlices(
  covered: readonly CalendarDay[],
  range: DayRange | null,
  expected: ExpectedDays,
): Promise<readonly DayRange[]> {
  if (range === null) return [];
  const gaps: DayRange[] = [];
  let { start_date } = range;
  let open = start_date <= range.end_date;
  await inSlices(covered, (slice) => {
    const last = slice.at(-1);
    if (!open || last === undefined || last < start_date) return;
    // No gap goes on behind a covered day.
    const end_date = earlierDay(last, range.end_date);
    gaps.push(...findGaps(slice, { start_date, end_date }));
    open = end_date < range.end_date;
    // There may be no day after the last of the range.
    if (open) start_date = addDays(end_date, 1);
  });
  if (open) gaps.push(...findGaps([], { ...range, start_date }));
  return gaps.flatMap((gap) => expected.runsIn(gap));
}

/**
 * Sums up gaps.
 * @param gaps ascending, of expected days alone
 * @param limit the maximum number of expected days of a batch
 */
export function sumGaps(gaps: readonly DayRange[], limit: number, expected: ExpectedDays): GapsDto {
  const [first] = gaps;
  if (first === undefined) return { count: 0, days: 0, first: null, range: null };
  return {
    count: gaps.length,
    days: gaps.reduce((sum, gap) => sum + countDays(gap.start_date, gap.end_date), 0),
    first,
    range: rangeOf(first, gaps, { limit, expected }),
  };
}

function rangeOf(
  { start_date }: DayRange,
  gaps: readonly DayRange[],
  { limit, expected }: { readonly limit: number; readonly expected: ExpectedDays },
): DayRange {
  /** How many days a batch from the first missing day may have behind a day. */
  const roomBehind = (day: CalendarDay): number =>
    Math.min(
      limit - expected.countIn(start_date, day),
      MOST_RANGE_DAYS - countDays(start_date, day),
    );
  const reached = gaps.findLast((gap) => roomBehind(gap.start_date) >= 0);
  if (reached === undefined) return { start_date, end_date: start_date };
  const room = roomBehind(reached.start_date);
  const isWhole = countDays(reached.start_date, reached.end_date) - 1 <= room;
  return { start_date, end_date: isWhole ? reached.end_date : addDays(reached.start_date, room) };
}
