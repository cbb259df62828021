import { LRUCache } from 'lru-cache';

/** More callers than this at a time are not told apart from new ones. */
const MOST_CALLERS = 10_000;

/**
 * So many calls in a window of time for each caller, at a constant cost a call: the generic cell rate algorithm, which
 * keeps one number a caller. A caller that was away may have them all at once, one that stays has them evenly.
 */
export class RateLimit {
  /** When a caller's calls will have been paid for. */
  private readonly paid = new LRUCache<string, number>({ max: MOST_CALLERS });
  private readonly intervalMs: number;

  /** @param limit the most calls in `windowMs`; 0 lets all of them by */
  constructor(
    readonly limit: number,
    private readonly windowMs: number,
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
    const paid = Math.max(now, this.paid.get(caller) ?? now) + this.intervalMs;
    const wait = paid - now - this.windowMs;
    if (wait > 0) return Math.ceil(wait);
    this.paid.set(caller, paid);
    return 0;
  }
}
