/** The least that a delay counts for: a source that always requests 0 must not be asked forever. */
const LEAST_DELAY_MS = 1_000;
/** A day retries as soon as the delay is over. If none does for this long, no day is waiting any more. */
const FORGOTTEN_AFTER_MS = 60_000;

/** The delay that a source requests (`Retry-After`), for all days, and the total without an answer. */
export class RequestedDelay {
  /** On the monotonic clock. */
  private untilMs = Number.NEGATIVE_INFINITY;
  /** The total requested delay since the source's last answer; simultaneous delays count once. */
  private askedMs = 0;

  constructor(
    private readonly mostMs: number,
    private readonly monotonic: () => number,
  ) {}

  /** The rest of the delay in milliseconds; 0 if the source may be asked. */
  leftMs(): number {
    return Math.max(0, this.untilMs - this.monotonic());
  }

  /**
   * Extends the delay.
   * @returns the total in milliseconds if that is too long; the delay is reset then
   */
  extend(delayMs: number): number | null {
    const now = this.monotonic();
    if (now - this.untilMs > FORGOTTEN_AFTER_MS) this.askedMs = 0;
    const untilMs = now + Math.max(delayMs, LEAST_DELAY_MS);
    this.askedMs += Math.max(0, untilMs - Math.max(now, this.untilMs));
    if (this.askedMs > this.mostMs) {
      const { askedMs } = this;
      this.end();
      return askedMs;
    }
    this.untilMs = Math.max(this.untilMs, untilMs);
    return null;
  }

  /** The source has answered a request of any day. */
  answered(): void {
    this.askedMs = 0;
  }

  private end(): void {
    this.askedMs = 0;
    this.untilMs = Number.NEGATIVE_INFINITY;
  }
}
