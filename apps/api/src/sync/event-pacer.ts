import type { Clock } from '../clock.js';

/** Writes a second, to all watchers together. */
const WRITES_A_SECOND = 2_000;
/** The least time between two writes to one watcher. */
const BETWEEN_MS = 100;
const TICK_MS = 10;

/**
 * Gives watchers their turns to be written to: first come first served, so many a second in all, and one watcher at
 * most ten times a second. A change that thousands watch does not hold up the polls and the days behind it.
 */
export class EventPacer<Watcher extends object> {
  /** In the order in which they asked. */
  private readonly queue = new Set<Watcher>();
  private readonly lastTurns = new WeakMap<Watcher, number>();
  private timer: NodeJS.Timeout | undefined;
  /** How many writes may happen by now, and when that was counted. */
  private allowance = 0;
  private countedAt = 0;

  constructor(
    private readonly turn: (watcher: Watcher) => void,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Asks for one turn; who has asked already keeps its place. */
  add(watcher: Watcher): void {
    this.queue.add(watcher);
    if (this.timer !== undefined) return;
    this.allowance = 0;
    this.countedAt = this.clock.monotonic() - TICK_MS;
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  /** Gives turns to those whose time has come, as many as may be. */
  tick(): void {
    const now = this.clock.monotonic();
    const earned = ((now - this.countedAt) * WRITES_A_SECOND) / 1_000;
    // What was not used in a quiet moment is no reason for a burst.
    this.allowance = Math.min(this.allowance + earned, (2 * TICK_MS * WRITES_A_SECOND) / 1_000);
    this.countedAt = now;
    for (const watcher of this.queue) {
      if (this.allowance < 1) break;
      if (now - (this.lastTurns.get(watcher) ?? -Infinity) < BETWEEN_MS) continue;
      this.allowance -= 1;
      this.queue.delete(watcher);
      this.lastTurns.set(watcher, now);
      this.turn(watcher);
    }
    if (this.queue.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }
}
