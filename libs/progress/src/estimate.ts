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

export interface EstimateInput {
  readonly durations: DayDurations;
  /** Days that are still to be tried, those in flight included. */
  readonly remaining: number;
  /** Days that run side by side. */
  readonly concurrency: number;
  /** The least time between the starts of two days in milliseconds; 0 without a throttle. */
  readonly spacingMs: number;
  /** The instant of the estimate, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * When the remaining days will have ended: by the median of the finished days (`likely`) and by their
 * 90th percentile (`late`). Null until three days are known.
 */
export function estimateEnd(input: EstimateInput): Eta | null {
  if (input.durations.count < MIN_DAYS) return null;
  const rounds = Math.ceil(input.remaining / input.concurrency);
  const after = (q: number): string => {
    const working = rounds * input.durations.quantile(q);
    const spaced = input.remaining * input.spacingMs;
    return instant(input.at + Math.max(working, spaced));
  };
  return { likely: after(0.5), late: after(0.9) };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
