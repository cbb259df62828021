import type { Dataset } from '../datasets/dataset.js';

/** The least time between the starts of two days of a dataset, in milliseconds; 0 for none. */
export function spacingOf({ throttle }: Pick<Dataset, 'throttle'>): number {
  return throttle === null ? 0 : 60_000 / throttle.daysPerMinute;
}

/** Spaces the starts of days evenly: no burst, and no catching up after a pause. */
export class Throttle {
  private freeAt = Number.NEGATIVE_INFINITY;

  /** @param spacingMs the least time between two starts; 0 for none */
  constructor(readonly spacingMs: number) {}

  /** How long until the next day may start, in milliseconds; 0 if it may now. */
  waitMs(monotonicMs: number): number {
    return Math.max(0, this.freeAt - monotonicMs);
  }

  /** Takes the place of a day that starts now. */
  take(monotonicMs: number): void {
    // From the planned instant, so that timers that fire late do not add up; but never into the past.
    const late = monotonicMs - this.freeAt;
    const from = late >= 0 && late < this.spacingMs ? this.freeAt : monotonicMs;
    this.freeAt = from + this.spacingMs;
  }
}
