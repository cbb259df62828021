/** So much of what our own timers are late by is made up for; after a longer stall there is no burst. */
const MOST_LATE_MS = 250;

/** Spaces the requests to a source evenly. Unused time is not saved up for later. */
export interface SpacedLimiter {
  /** How long a request that came now would wait, as far as is known, in milliseconds. */
  waitMs(): number;
  /**
   * Waits until the next request may go.
   * @throws only the signal's reason, when it aborts
   */
  acquire(signal: AbortSignal): Promise<void>;
}

/** Makes the limiter of a source, from the least time between two requests in milliseconds. */
export type MakeSpacedLimiter = (spacingMs: number) => SpacedLimiter;

/**
 * Spaces what one process begins: requests to a source, which wait here, or days of a dataset, whose loop waits by
 * itself. Who comes first goes first; who gives up waiting leaves no gap.
 */
export class LocalSpacedLimiter implements SpacedLimiter {
  /** When the next may begin, on the monotonic clock. */
  private freeAt = Number.NEGATIVE_INFINITY;
  /** What begins each of those that wait. */
  private readonly waiters: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param spacingMs the least time between two beginnings; 0 for none */
  constructor(
    readonly spacingMs: number,
    private readonly monotonic: () => number,
  ) {}

  waitMs(now = this.monotonic()): number {
    return Math.max(0, this.freeAt + this.waiters.length * this.spacingMs - now);
  }

  /** Counts a request that begins now, after a wait of its caller's own. */
  take(now = this.monotonic()): void {
    // From the planned instant, so that timers that fire late do not add up; but never into the past.
    const late = now - this.freeAt;
    const from = late >= 0 && late < this.spacingMs ? this.freeAt : now;
    this.freeAt = from + this.spacingMs;
  }

  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.spacingMs === 0) return;
    if (this.waitMs() > 0) await this.wait(signal);
    // Nothing has waited: there is no timer whose lateness it would make up for.
    else this.freeAt = this.monotonic() + this.spacingMs;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const begin = (): void => resolve(undefined);
    const leave = (): void => {
      this.waiters.splice(this.waiters.indexOf(begin), 1);
      if (this.waiters.length === 0) this.disarm();
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.waiters.push(begin);
    this.arm();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  private arm(): void {
    if (this.timer !== undefined || this.waiters.length === 0) return;
    // Rounded up: a timer that is early by a fraction would find that nothing may begin.
    const ms = Math.max(0, Math.ceil(this.freeAt - this.monotonic()));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.beginNext();
    }, ms);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Begins what may; the next counts from when this was planned, so that lateness does not add up. */
  private beginNext(): void {
    const now = this.monotonic();
    while (this.waiters.length > 0 && this.freeAt <= now) {
      this.freeAt = Math.max(this.freeAt, now - MOST_LATE_MS) + this.spacingMs;
      this.waiters.shift()?.();
    }
    this.arm();
  }
}
