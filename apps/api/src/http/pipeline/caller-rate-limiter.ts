import { LRUCache } from 'lru-cache';

/** More callers than this at a time are not told apart from new ones. */
const MOST_CALLERS = 10_000;
/** Less than a microsecond is what adding fractions comes to. */
const ROUNDING_MS = 0.001;

/**
 * So many calls in a window of time for each caller, at a constant cost a call: the generic cell rate algorithm, which
 * keeps one number a caller. A caller that was away may have them all at once, one that stays has them evenly.
 */
export class CallerRateLimiter {
  /** When a caller's calls will have been paid for. */
  private readonly paidAt = new LRUCache<string, number>({ max: MOST_CALLERS });
  private readonly intervalMs: number;

  /** @param limit the most calls in `windowMs`; 0 lets all of them by */
  constructor(
    readonly limit: number,
    readonly windowMs: number,
  ) {
    this.intervalMs = limit === 0 ? 0 : windowMs / limit;
  }

  /**
   * Counts a call.
   * @param now monotonic, in milliseconds
   * @returns after how many milliseconds the caller may call again: 0 if this call may pass
   */
  take(caller: string, now: number): number {
    if (this.limit === 0) return 0;
    const paidAt = this.paidAtOf(caller, now) + this.intervalMs;
    const wait = paidAt - now - this.windowMs;
    if (wait > ROUNDING_MS) return Math.ceil(wait - ROUNDING_MS);
    this.paidAt.set(caller, paidAt);
    return 0;
  }

  /**
   * What a limit leaves a caller: how many calls at once, and after how many milliseconds it is one more.
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
