import { toEpochDay, type CalendarDay } from '@daysync/progress';

/** One day and its measured value. */
export interface DayValue {
  readonly day: CalendarDay;
  readonly value: number;
}

/** A value is unusual if it is more than this many spreads off. */
const FAR = 5;
/** A spread is at least this share of the expected value, so an unusual value is at least 50 % off. */
const LEAST_SPREAD = 0.1;
/** A day is compared with its own weekday this many weeks back and ahead, if those are enough. */
const WEEKS = 6;
/** Otherwise with all days this many back and ahead. The same days give the usual deviation. */
const DAYS = 14;
/** With fewer neighbours than this, a day is never unusual. */
const ENOUGH = 6;

/**
 * The days whose value is far from their neighbours'. Each day is compared with its own weekday, so a weekly rhythm is
 * not unusual; a day is unusual where the days around it deviate much less. The scale does not matter. A short series
 * has no unusual days.
 * @param values at most one a day, in any order
 * @param least a smaller deviation is never unusual, however steady the neighbours are
 */
export function unusualDays(values: readonly DayValue[], least = 0): ReadonlySet<CalendarDay> {
  const series = values
    .map(({ day, value }) => ({ day, at: toEpochDay(day), value }))
    .sort((one, other) => one.at - other.at);
  const expected = expectedValues(series);
  const usual = series.map(({ at, value }, index) => ({
    at,
    value: Math.abs(value - (expected[index] ?? value)),
  }));
  const unusual = series.filter((_, index) => {
    const off = usual[index]?.value ?? 0;
    const leastSpread = LEAST_SPREAD * Math.abs(expected[index] ?? 0);
    // Most days end here, and only the others need their neighbours.
    if (off <= Math.max(least, FAR * leastSpread)) return false;
    const spread = spreadAround(usual, index);
    return spread !== undefined && off > FAR * spread;
  });
  return new Set(unusual.map(({ day }) => day));
}

/** The value of a day, which is counted from 1970. */
interface Point {
  readonly at: number;
  readonly value: number;
}

/** The expected value of each day; `undefined` with too few neighbours. */
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
 * The usual deviation around a day; `undefined` with too few neighbours. It is the spread of the modified z-score of
 * Iglewicz and Hoaglin, "How to Detect and Handle Outliers": the median of the deviations, or their mean if that is
 * larger. So among days that jump now and then, one more jump is not unusual.
 */
function spreadAround(usual: readonly Point[], index: number): number | undefined {
  const near = around(usual, index, DAYS);
  if (near.length < ENOUGH) return undefined;
  return Math.max(1.4826 * median(near), 1.2533 * mean(near));
}

/** The values up to `reach` days before and after the point at `index`, without its own. */
function around(series: readonly Point[], index: number, reach: number): readonly number[] {
  const own = series[index]?.at ?? NaN;
  const found: number[] = [];
  // Plain loops: it is called several times for each day of many years.
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

/** `NaN` for an empty list. */
export function median(values: readonly number[]): number {
  // Typed arrays sort numerically, and several times faster.
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** `NaN` for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
