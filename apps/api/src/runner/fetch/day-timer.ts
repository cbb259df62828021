import type { Clock } from '../../config/clock.js';
import type { DayTime } from '../../sources/day-source.js';

/** The timeout of one attempt at a day: its signal aborts when the time is over. */
export class DayTimer implements DayTime {
  private readonly over = new AbortController();
  private leftMs: number;
  private startedMs = 0;
  /** How many waits have stopped the clock. */
  private waits = 0;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    ms: number,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.leftMs = ms;
    this.start();
  }

  get signal(): AbortSignal {
    return this.over.signal;
  }

  async standStill<Value>(waiting: Promise<Value>): Promise<Value> {
    if (this.waits === 0) this.stop();
    this.waits += 1;
    try {
      return await waiting;
    } finally {
      this.waits -= 1;
      if (this.waits === 0) this.start();
    }
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private start(): void {
    if (this.ended) return;
    this.startedMs = this.clock.monotonic();
    this.timer = setTimeout(() => this.over.abort(), this.leftMs);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.leftMs = Math.max(0, this.leftMs - (this.clock.monotonic() - this.startedMs));
  }
}
