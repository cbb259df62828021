import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces requests evenly, whoever makes them: none is saved up for later. */
export class HttpPace {
  private readonly spacingMs: number;
  /** When the next request may go, on the monotonic clock. */
  private nextMs = Number.NEGATIVE_INFINITY;

  /** @param requestsPerSecond null for no limit */
  constructor(
    requestsPerSecond: number | null,
    private readonly monotonic: () => number,
  ) {
    this.spacingMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
  }

  /** Waits for a turn; one who gives up waiting gives his turn back if nobody has come after him. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.spacingMs === 0) return;
    const now = this.monotonic();
    const turnMs = Math.max(now, this.nextMs);
    this.nextMs = turnMs + this.spacingMs;
    if (turnMs <= now) return;
    try {
      await sleep(turnMs - now, undefined, { signal });
    } catch (error) {
      if (this.nextMs === turnMs + this.spacingMs) this.nextMs = turnMs;
      signal.throwIfAborted();
      throw error;
    }
  }
}
