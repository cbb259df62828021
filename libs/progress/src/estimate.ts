import type { Eta } from './progress.js';

/** How many finished days an estimate needs before it says anything. */
const MIN_DAYS = 3;
/** Nine in ten of what is normally distributed lie below its mean and so many standard deviations. */
const NINE_IN_TEN = 1.28;
/** The last instant that RFC 3339 can name. */
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** The durations of finished days in milliseconds, kept sorted so that a quantile costs nothing. */
export class DayDurations {
  private readonly sorted: number[] = [];

  /** How many days are known. */
  get count(): number {
    return this.sorted.length;
  }

  /** Takes in one finished day that lasted `durationMs`. */
  add(durationMs: number): void {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle] ?? 0) <= durationMs) low = middle + 1;
      else high = middle;
    }
    this.sorted.splice(low, 0, durationMs);
  }

  /** The duration that the share `q` (0 to 1) of the days did not exceed (nearest rank); 0 without days. */
  quantile(q: number): number {
    const rank = Math.min(this.sorted.length, Math.max(1, Math.ceil(q * this.sorted.length)));
    return this.sorted[rank - 1] ?? 0;
  }
}

/** What an estimate of a duration goes by. */
export interface DurationInput {
  /** Those of the days that have finished. */
  readonly durations: DayDurations;
  /** Days that are still to be tried, those in flight included. */
  readonly remaining: number;
  /** Days that run side by side. */
  readonly concurrency: number;
  /** The least time between the starts of two days in milliseconds; 0 without a throttle. */
  readonly spacingMs: number;
}

/** What an estimate of a batch's end goes by; instants are in milliseconds since the epoch. */
export interface EstimateInput {
  /** When the batch changed last. */
  readonly at: number;
  /** When its latest days ended, in any order. */
  readonly outcomes: readonly number[];
  /** Days that are still to be tried, those in flight included. */
  readonly remaining: number;
}

/** How long days will take in milliseconds: what to expect, and what is late for nine days in ten. */
export interface DurationEstimate {
  /** What to expect. */
  readonly likely_ms: number;
  /** What nine in ten stay below. */
  readonly late_ms: number;
}

/**
 * How long the remaining days will take: by the median of the known days (`likely_ms`) and by their 90th percentile
 * (`late_ms`). Null until three days are known.
 */
export function estimateDuration(input: DurationInput): DurationEstimate | null {
  if (input.durations.count < MIN_DAYS) return null;
  const rounds = Math.ceil(input.remaining / input.concurrency);
  const spaced = input.remaining * input.spacingMs;
  const after = (q: number): number =>
    Math.round(Math.max(rounds * input.durations.quantile(q), spaced));
  return { likely_ms: after(0.5), late_ms: after(0.9) };
}

/**
 * When a running batch will have ended, by the intervals between its latest outcomes. Waits, retries, a throttle, failing
 * days and days side by side are all in them, because they took time or saved it. Null until three days have an outcome,
 * and where none is left.
 *
 * `likely` is the mean interval for each remaining day. `late` is the upper bound of a one-sided 90 % prediction interval
 * for the sum of as many further intervals, where mean and standard deviation are both estimated: that of ISO 16269-8 for
 * the mean of a further sample, times its size, with the quantile of the normal distribution.
 */
export function estimateEnd({ at, outcomes, remaining }: EstimateInput): Eta | null {
  if (outcomes.length < MIN_DAYS || remaining <= 0) return null;
  const sorted = [...outcomes].sort((a, b) => a - b);
  const intervals = sorted.slice(1).map((instant, index) => instant - (sorted[index] ?? instant));
  const count = intervals.length;
  const mean = sum(intervals) / count;
  const deviation = Math.sqrt(sum(intervals.map((each) => (each - mean) ** 2)) / (count - 1));
  const likely = at + remaining * mean;
  const spread = deviation * Math.sqrt(remaining + remaining ** 2 / count);
  return { likely: toInstant(likely), late: toInstant(likely + NINE_IN_TEN * spread) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** A clock that was set makes an interval as long as it likes. */
function toInstant(epochMs: number): string {
  return new Date(Math.min(Math.round(epochMs), LAST_INSTANT)).toISOString();
}
