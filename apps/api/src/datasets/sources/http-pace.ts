import type { RequestPace } from './request-pace.js';

/** So much of what our own timers are late by is made up for; after a longer stall there is no burst. */
const MOST_LATE_MS = 250;

interface Waiter {
  /** It is its turn. */
  readonly go: () => void;
}

/**
 * Spaces requests evenly, whoever makes them: none is saved up for later. Who comes first goes first; who gives up
 * waiting leaves no gap.
 */
export class HttpPace implements RequestPace {
  private readonly spacingMs: number;
  /** When the next request may go, on the monotonic clock. */
  private nextMs = Number.NEGATIVE_INFINITY;
  private readonly waiters: Waiter[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param requestsPerSecond null for no limit */
  constructor(
    requestsPerSecond: number | null,
    private readonly monotonic: () => number,
  ) {
    this.spacingMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
  }

  /** How long one who came now would wait for a turn, in milliseconds. */
  waitMs(): number {
    const turnMs = this.nextMs + this.waiters.length * this.spacingMs;
    return Math.max(0, turnMs - this.monotonic());
  }

  /**
   * Waits for a turn.
   * @throws only the signal's reason, when it aborts
   */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.spacingMs === 0) return;
    if (this.waitMs() > 0) await this.wait(signal);
    else this.nextMs = this.monotonic() + this.spacingMs;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter = { go: () => resolve(undefined) };
    const leave = (): void => {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      if (this.waiters.length === 0) this.disarm();
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.waiters.push(waiter);
    this.arm();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  private arm(): void {
    if (this.timer !== undefined || this.waiters.length === 0) return;
    // Rounded up: a timer that is early by a fraction finds nobody's turn come.
    const ms = Math.max(0, Math.ceil(this.nextMs - this.monotonic()));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.callNext();
    }, ms);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Whose turn has come; the next one's counts from when it was meant, so that what is late does not add up. */
  private callNext(): void {
    const now = this.monotonic();
    while (this.waiters.length > 0 && this.nextMs <= now) {
      this.nextMs = Math.max(this.nextMs, now - MOST_LATE_MS) + this.spacingMs;
      this.waiters.shift()?.go();
    }
    this.arm();
  }
}
