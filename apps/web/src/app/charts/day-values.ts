import type { CalendarDay } from '@daysync/progress';

/** One day and its measured value. */
export interface DayValue {
  readonly day: CalendarDay;
  readonly value: number;
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
