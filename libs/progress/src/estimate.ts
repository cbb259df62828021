import type { Eta } from './progress.js';

/** How many finished days an estimate needs. */
const MIN_DAYS = 3;
/** The 90th percentile of the normal distribution, in standard deviations above the mean. */
const NINE_IN_TEN = 1.28;
/** The last instant that RFC 3339 can write. */
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** The durations of finished days in milliseconds, kept sorted for quantiles. */
export class DayDurations {
  private readonly sorted: number[] = [];

  /** The number of durations. */
  get count(): number {
    return this.sorted.length;
  }

  /** Adds the duration of a finished day. */
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

/** The input of an estimate of a duration. */
export interface DurationInput {
  /** The durations of the finished days. */
  readonly durations: DayDurations;
  /** Days that have not finished, those in flight included. */
  readonly remaining: number;
  /** Days that run side by side. */
  readonly concurrency: number;
  /** The least time between the starts of two days in milliseconds; 0 without a throttle. */
  readonly spacingMs: number;
}

/** The input of an estimate of a batch's end. Instants are in milliseconds since the epoch. */
export interface EstimateInput {
  /** When the batch last changed. */
  readonly at: number;
  /** When its latest days finished, in any order. */
  readonly outcomes: readonly number[];
  /** Days that have not finished, those in flight included. */
  readonly remaining: number;
  /** No day ends before this: the batch waits until then. @default it does not wait */
  readonly waitsUntil?: number | null;
}

/** A day that has ended. */
export interface TimedOutcome {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** The rows that it has written. */
  readonly rows: number;
}

/** How fast a batch runs. */
export interface Pace {
  /** Days that end in a minute. */
  readonly days_per_minute: number;
  /** Rows that are written in a minute. */
  readonly rows_per_minute: number;
}

/** How long days will take, in milliseconds. */
export interface DurationEstimate {
  /** The expected duration. */
  readonly likely_ms: number;
  /** Nine in ten take less. */
  readonly late_ms: number;
}

/**
 * How long the remaining days will take: by the median of the finished days (`likely_ms`) and by their 90th
 * percentile (`late_ms`), and no less than a throttle allows. Until three days have finished, by the throttle alone; null
 * without one.
 */
export function estimateDuration(input: DurationInput): DurationEstimate | null {
  const isKnown = input.durations.count >= MIN_DAYS;
  if (!isKnown && input.spacingMs === 0) return null;
  const rounds = Math.ceil(input.remaining / input.concurrency);
  const spaced = input.remaining * input.spacingMs;
  const after = (q: number): number =>
    Math.round(Math.max(isKnown ? rounds * input.durations.quantile(q) : 0, spaced));
  return { likely_ms: after(0.5), late_ms: after(0.9) };
}

/**
 * When a running batch will end, by the intervals between its latest outcomes. These include waits, retries, a throttle,
 * failed days and concurrency. Null until three days have an outcome, and when no day remains.
 *
 * `likely` is the mean interval for each remaining day, after a wait that is longer than that. `late` is the upper bound
 * of a one-sided 90 % prediction interval for the sum of as many further intervals, where mean and standard deviation are
 * both estimated: that of ISO 16269-8 for the mean of a further sample, times its size, with the quantile of the normal
 * distribution.
 */
export function estimateEnd({
  at,
  outcomes,
  remaining,
  waitsUntil = null,
}: EstimateInput): Eta | null {
  if (outcomes.length < MIN_DAYS || remaining <= 0) return null;
  const sorted = [...outcomes].sort((a, b) => a - b);
  const intervals = sorted.slice(1).map((instant, index) => instant - (sorted[index] ?? instant));
  const count = intervals.length;
  const mean = sum(intervals) / count;
  const deviation = Math.sqrt(sum(intervals.map((each) => (each - mean) ** 2)) / (count - 1));
  const first = Math.max(at + mean, waitsUntil ?? 0);
  const likely = first + (remaining - 1) * mean;
  const spread = deviation * Math.sqrt(remaining + remaining ** 2 / count);
  return { likely: toInstant(likely), late: toInstant(likely + NINE_IN_TEN * spread) };
}

/**
 * How fast days end and rows are written, by the latest finished days, in any order: with three digits. Null until three
 * have finished, and where they finished at one instant.
 */
export function estimatePace(finished: readonly TimedOutcome[]): Pace | null {
  if (finished.length < MIN_DAYS) return null;
  // The first one only begins the time in which the others finished.
  const [first, ...others] = [...finished].sort((one, other) => one.at - other.at);
  const minutes = ((others.at(-1)?.at ?? 0) - (first?.at ?? 0)) / 60_000;
  if (minutes <= 0) return null;
  return {
    days_per_minute: roundPace(others.length / minutes),
    rows_per_minute: roundPace(sum(others.map(({ rows }) => rows)) / minutes),
  };
}

function roundPace(perMinute: number): number {
  return Number(perMinute.toPrecision(3));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** Bounded: an interval has any length after the clock was set. */
function toInstant(epochMs: number): string {
  return new Date(Math.min(Math.round(epochMs), LAST_INSTANT)).toISOString();
}
