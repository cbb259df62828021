import { toEpochDay, type CalendarDay } from '@daysync/progress';

/** One day and what was measured of it. */
export interface DayValue {
  readonly day: CalendarDay;
  readonly value: number;
}

/** How many spreads off a value has to be to be odd. */
const FAR = 5;
/** What counts as a spread is never less than this share of what was expected: half off at the least. */
const LEAST_SPREAD = 0.1;
/** A day is expected to be like its own weekday so many weeks back and ahead, where that gives enough to compare. */
const WEEKS = 6;
/** Otherwise like all days so many back and ahead. The same days say how far off is usual. */
const DAYS = 14;
/** Below this many neighbours nothing is said of a day. */
const ENOUGH = 6;

/**
 * The days whose value is far from what the days around them have. A weekly rhythm is not odd: a day is held against
 * its own weekday, and it is far off where the days around it are not. The scale does not matter, and a short series
 * has no odd day.
 * @param values at most one a day, in any order
 * @param least what nobody minds: a value that is off by no more is not odd, however calm its neighbours are
 */
export function oddDays(values: readonly DayValue[], least = 0): ReadonlySet<CalendarDay> {
  const series = values
    .map(({ day, value }) => ({ day, at: toEpochDay(day), value }))
    .sort((one, other) => one.at - other.at);
  const expected = expectedValues(series);
  const usual = series.map(({ at, value }, index) => ({
    at,
    value: Math.abs(value - (expected[index] ?? value)),
  }));
  const odd = series.filter((_, index) => {
    const off = usual[index]?.value ?? 0;
    const spread = spreadAround(usual, index, expected[index] ?? 0);
    return spread !== undefined && off > Math.max(least, FAR * spread);
  });
  return new Set(odd.map(({ day }) => day));
}

/** A number of a day, which is counted from 1970 on. */
interface Point {
  readonly at: number;
  readonly value: number;
}

/** What each day would be like its neighbours; `undefined` where they are too few. */
function expectedValues(series: readonly Point[]): readonly (number | undefined)[] {
  const weekdays = Array.from({ length: 7 }, (): Point[] => []);
  return series
    .map((point) => {
      // Epoch days before 1970 are negative.
      const weekday = weekdays[((point.at % 7) + 7) % 7] ?? [];
      return { weekday, index: weekday.push(point) - 1 };
    })
    .map(({ weekday, index }, place) => {
      const same = around(weekday, index, WEEKS * 7);
      if (same.length >= ENOUGH) return median(same);
      const near = around(series, place, DAYS);
      return near.length >= ENOUGH ? median(near) : undefined;
    });
}

/**
 * How far off the days around a day usually are; `undefined` where they are too few. It is the spread of the modified
 * z-score of Iglewicz and Hoaglin, "How to Detect and Handle Outliers": the median of the deviations, or their mean
 * where that is larger. Among days that jump up now and then, one more is not odd.
 */
function spreadAround(
  usual: readonly Point[],
  index: number,
  expected: number,
): number | undefined {
  const near = around(usual, index, DAYS);
  if (near.length < ENOUGH) return undefined;
  return Math.max(1.4826 * median(near), 1.2533 * mean(near), LEAST_SPREAD * Math.abs(expected));
}

/** The values up to so many days before and after the point at `index`, its own left out. */
function around(series: readonly Point[], index: number, reach: number): readonly number[] {
  const own = series[index]?.at ?? NaN;
  const found: number[] = [];
  // Plain loops: this is asked for each day of many years, several times.
  for (let place = index - 1; place >= 0; place -= 1) {
    const point = series[place];
    if (point === undefined || own - point.at > reach) break;
    found.push(point.value);
  }
  for (let place = index + 1; place < series.length; place += 1) {
    const point = series[place];
    if (point === undefined || point.at - own > reach) break;
    found.push(point.value);
  }
  return found;
}

/** The value in the middle, or the mean of the two there. `NaN` of nothing. */
export function median(values: readonly number[]): number {
  // Typed arrays sort numbers as numbers, and several times as fast.
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** The sum by the count. `NaN` of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
