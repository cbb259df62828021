import type { Eta } from './progress.js';

/** How many finished days an estimate needs before it says anything. */
const MIN_DAYS = 3;

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

/** What an estimate of an end goes by. */
export interface EstimateInput extends DurationInput {
  /** The instant of the estimate, in milliseconds since the epoch. */
  readonly at: number;
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

/** When the remaining days will have ended, by {@link estimateDuration}. Null until three days are known. */
export function estimateEnd(input: EstimateInput): Eta | null {
  const duration = estimateDuration(input);
  if (duration === null) return null;
  return {
    likely: instant(input.at + duration.likely_ms),
    late: instant(input.at + duration.late_ms),
  };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
