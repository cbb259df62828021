/** The least that a wait counts for: a source that says 0 for ever must not be asked for ever. */
const LEAST_WAIT_MS = 1_000;
/** A day comes back as soon as its wait is over: where nobody has come for so long, nobody waits any more. */
const FORGOTTEN_AFTER_MS = 60_000;

/** How long a source asks to be left alone, whichever day it tells so, and how long it has without an answer. */
export class HttpSilence {
  /** On the monotonic clock. */
  private untilMs = Number.NEGATIVE_INFINITY;
  /** How long it has been told to last in all since the source last answered; side by side counts once. */
  private toldMs = 0;

  constructor(
    private readonly mostMs: number,
    private readonly monotonic: () => number,
  ) {}

  /** How long it still lasts, in milliseconds; 0 if the source may be asked. */
  leftMs(): number {
    return Math.max(0, this.untilMs - this.monotonic());
  }

  /**
   * The source asks to be left alone.
   * @returns how long it has asked for that in all, in milliseconds, if that is too long: then it is asked again
   */
  keep(waitMs: number): number | null {
    const now = this.monotonic();
    if (now - this.untilMs > FORGOTTEN_AFTER_MS) this.toldMs = 0;
    const untilMs = now + Math.max(waitMs, LEAST_WAIT_MS);
    this.toldMs += Math.max(0, untilMs - Math.max(now, this.untilMs));
    if (this.toldMs > this.mostMs) {
      const { toldMs } = this;
      this.end();
      return toldMs;
    }
    this.untilMs = Math.max(this.untilMs, untilMs);
    return null;
  }

  /** The source has answered, whichever day. */
  answered(): void {
    this.toldMs = 0;
  }

  private end(): void {
    this.toldMs = 0;
    this.untilMs = Number.NEGATIVE_INFINITY;
  }
}
