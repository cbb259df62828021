/** The least that a delay counts for: a source that says 0 for ever must not be asked for ever. */
const LEAST_DELAY_MS = 1_000;
/** A day comes back as soon as the delay is over: where none has come for so long, none waits any more. */
const FORGOTTEN_AFTER_MS = 60_000;

/** The delay that a source asks for (`Retry-After`), whichever day it answers so, and how long that is without an answer. */
export class RequestedDelay {
  /** On the monotonic clock. */
  private untilMs = Number.NEGATIVE_INFINITY;
  /** How long a delay was asked for in all since the source last answered; side by side counts once. */
  private askedMs = 0;

  constructor(
    private readonly mostMs: number,
    private readonly monotonic: () => number,
  ) {}

  /** How long it still lasts, in milliseconds; 0 if the source may be asked. */
  leftMs(): number {
    return Math.max(0, this.untilMs - this.monotonic());
  }

  /**
   * The source asks for a delay.
   * @returns how long it has asked for in all, in milliseconds, if that is too long: then it is asked again
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

  /** The source has answered, whichever day. */
  answered(): void {
    this.askedMs = 0;
  }

  private end(): void {
    this.askedMs = 0;
    this.untilMs = Number.NEGATIVE_INFINITY;
  }
}
