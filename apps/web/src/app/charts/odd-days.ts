import { toEpochDay, type CalendarDay } from '@daysync/progress';

/** One day and what was measured of it. */
export interface DayValue {
  readonly day: CalendarDay;
  readonly value: number;
}

/** How many spreads from the median a value has to lie to be odd. */
const FAR = 5;
/** What is called a spread is never less than this share of the median: half off at the least. */
const LEAST_SPREAD = 0.1;
/** A day is held against its own weekday so many weeks back and ahead, where that gives enough to compare. */
const WEEKS = 6;
/** Otherwise against all days so many back and ahead. */
const DAYS = 14;
/** Below this many neighbours nothing is said of a day. */
const ENOUGH = 6;

/**
 * The days whose value is far from what the days around them have. A weekly rhythm is not odd: a day is held against
 * its own weekday. The scale does not matter, and a short series has no odd day.
 * @param values at most one a day, in any order
 */
export function oddDays(values: readonly DayValue[]): ReadonlySet<CalendarDay> {
  const byEpochDay = new Map(values.map(({ day, value }) => [toEpochDay(day), value]));
  const odd = values.filter(({ day, value }) => isOdd(byEpochDay, toEpochDay(day), value));
  return new Set(odd.map(({ day }) => day));
}

function isOdd(values: ReadonlyMap<number, number>, epochDay: number, value: number): boolean {
  const sameWeekday = around(values, epochDay, { steps: WEEKS, step: 7 });
  if (sameWeekday.length >= ENOUGH) return isFar(value, sameWeekday);
  const near = around(values, epochDay, { steps: DAYS, step: 1 });
  // Two of the same weekday are too few to accuse a day, and enough to excuse it.
  const isExcused = sameWeekday.length >= 2 && !isFar(value, sameWeekday);
  return near.length >= ENOUGH && isFar(value, near) && !isExcused;
}

/** The values so many steps back and ahead, the day itself left out. */
function around(
  values: ReadonlyMap<number, number>,
  epochDay: number,
  { steps, step }: { readonly steps: number; readonly step: number },
): readonly number[] {
  const found: number[] = [];
  for (let distance = step; distance <= steps * step; distance += step) {
    for (const neighbour of [values.get(epochDay - distance), values.get(epochDay + distance)]) {
      if (neighbour !== undefined) found.push(neighbour);
    }
  }
  return found;
}

/**
 * Whether a value is far from its neighbours: the modified z-score of Iglewicz and Hoaglin, "How to Detect and Handle
 * Outliers", with the mean deviation where more than half of the neighbours are the same.
 */
function isFar(value: number, neighbours: readonly number[]): boolean {
  const middle = median(neighbours);
  const deviations = neighbours.map((neighbour) => Math.abs(neighbour - middle));
  const medianDeviation = median(deviations);
  const spread = medianDeviation > 0 ? 1.4826 * medianDeviation : 1.2533 * mean(deviations);
  return Math.abs(value - middle) > FAR * Math.max(spread, LEAST_SPREAD * Math.abs(middle));
}

/** The value in the middle, or the mean of the two there. `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** The sum by the count. `NaN` of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
