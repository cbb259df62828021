import type { JudgedFigure } from './day-marks.js';

/** The latest days of the same weekday that a day is compared with. */
export const BASELINE_DAYS = 8;
/** With fewer of them, nothing is unusual. */
export const ENOUGH_DAYS = 4;
/** So many days in a row that all were unusual are the new level. */
const NEW_LEVEL_DAYS = 3;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_SCALE = 1.4826;
/** A figure is usual within so many deviations of the median. */
const DEVIATIONS = 4;
/**
 * A number of rows is usual down to 54.5 % of the median, and up to the median divided by that: about half or double is
 * unusual, and most holidays are not. `docs/quality.md` has what was measured.
 */
const LEAST_SHARE = 0.545;
/** In days of few rows, chance alone makes such a difference. */
const LEAST_ROWS = 10;
/** Only slow days are unusual: so many times the median, and so many milliseconds more. */
const SLOW_TIMES = 3;
const SLOW_MS = 10_000;

/** A figure of an earlier day of the same weekday. */
export interface PastFigure {
  readonly value: number;
  /** Whether it was unusual itself, and no operator has accepted it. */
  readonly unusual: boolean;
}

/** What is usual for a figure. */
export interface Usual {
  readonly median: number;
  /** The bounds, both still usual; null if any number is. */
  readonly low: number | null;
  readonly high: number;
  /** How many days it is known from. */
  readonly days: number;
}

/**
 * What is usual for a figure of a day, after the earlier days of its weekday: the median of the latest eight, and so far
 * from it as these deviate, robustly (MAD), but at least as far as the floors above say. Unusual days don't count, until
 * three in a row make a new level: then what was before counts no more.
 * @param past the latest day first
 * @returns null with too few days
 */
export function usualOf(figure: JudgedFigure, past: readonly PastFigure[]): Usual | null {
  const values = baselineOf(past);
  if (values === null) return null;
  const middle = median(values);
  const spread = DEVIATIONS * MAD_SCALE * median(values.map((value) => Math.abs(value - middle)));
  const of = { median: middle, days: values.length };
  switch (figure) {
    case 'rows': {
      const low = middle - Math.max(spread, middle * (1 - LEAST_SHARE), LEAST_ROWS);
      const high = middle + Math.max(spread, middle / LEAST_SHARE - middle, LEAST_ROWS);
      return { ...of, low: low <= 0 ? null : Math.ceil(low), high: Math.floor(high) };
    }
    case 'duration': {
      const high = middle + Math.max(spread, middle * (SLOW_TIMES - 1), SLOW_MS);
      return { ...of, low: null, high: Math.floor(high) };
    }
  }
}

export function isUnusual(value: number, { low, high }: Usual): boolean {
  return value > high || (low !== null && value < low);
}

/** The values of the baseline; null for too few. */
function baselineOf(past: readonly PastFigure[]): readonly number[] | null {
  const values: number[] = [];
  let inARow: number[] = [];
  for (const { value, unusual } of past) {
    if (unusual) {
      inARow.push(value);
      if (inARow.length === NEW_LEVEL_DAYS) return [...values, ...inARow];
      continue;
    }
    inARow = [];
    values.push(value);
    if (values.length === BASELINE_DAYS) break;
  }
  return values.length < ENOUGH_DAYS ? null : values;
}

/** `NaN` for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}
