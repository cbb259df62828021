import { LRUCache } from 'lru-cache';

/** With more callers than this at a time, the oldest are forgotten. */
const MOST_CALLERS = 10_000;
/** The rounding error of adding fractions. */
const ROUNDING_MS = 0.001;

/**
 * Limits the calls of each caller in a window of time, by the generic cell rate algorithm (GCRA), which keeps one number
 * per caller. An idle caller may use all its calls at once; a busy one gets them evenly spaced.
 */
export class CallerRateLimiter {
  /** When a caller's calls will have been paid for. */
  private readonly paidAt = new LRUCache<string, number>({ max: MOST_CALLERS });
  private readonly intervalMs: number;

  /** @param limit the maximum number of calls in `windowMs`; 0 for no limit */
  constructor(
    readonly limit: number,
    readonly windowMs: number,
  ) {
    this.intervalMs = limit === 0 ? 0 : windowMs / limit;
  }

  /**
   * Counts a call.
   * @param now monotonic, in milliseconds
   * @returns 0 if the call may pass, or the milliseconds until the caller may call again
   */
  take(caller: string, now: number): number {
    if (this.limit === 0) return 0;
    const waitMs = this.wait(caller, now);
    if (waitMs === 0) this.paidAt.set(caller, this.paidAtOf(caller, now) + this.intervalMs);
    return waitMs;
  }

  /**
   * Counts nothing.
   * @param now monotonic, in milliseconds
   * @returns 0 if a call may pass, or the milliseconds until the caller may call again
   */
  wait(caller: string, now: number): number {
    const waitMs = this.paidAtOf(caller, now) + this.intervalMs - now - this.windowMs;
    return waitMs > ROUNDING_MS ? Math.ceil(waitMs - ROUNDING_MS) : 0;
  }

  /**
   * The calls that a caller has left now, and the milliseconds until it has one more.
   * @param now monotonic, in milliseconds
   */
  left(caller: string, now: number): { readonly calls: number; readonly oneMoreInMs: number } {
    const unpaidMs = this.windowMs - (this.paidAtOf(caller, now) - now) + ROUNDING_MS;
    const calls = Math.floor(unpaidMs / this.intervalMs);
    return { calls, oneMoreInMs: Math.ceil((calls + 1) * this.intervalMs - unpaidMs) };
  }

  private paidAtOf(caller: string, now: number): number {
    return Math.max(now, this.paidAt.get(caller) ?? now);
  }
}
