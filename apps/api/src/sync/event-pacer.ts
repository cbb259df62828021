import type { Clock } from '../config/clock.js';

/** Writes a second, to all watchers together, in the long run. */
const WRITES_A_SECOND = 2_000;
/** The most at a time: everybody else waits meanwhile. */
const WRITES_A_TICK = 200;
/** The least time between two writes to one watcher. */
const BETWEEN_MS = 100;
const TICK_MS = 10;

/**
 * Gives watchers their turns to be written to: first come first served, so many a second in all, and one watcher at
 * most ten times a second. What a quiet second leaves is there for the next change, so that thousands see it at once;
 * it goes out in parts, and does not hold up the polls and the days behind it.
 */
export class EventPacer<Watcher extends object> {
  /** In the order in which they asked. */
  private readonly queue = new Set<Watcher>();
  private readonly lastTurns = new WeakMap<Watcher, number>();
  private timer: NodeJS.Timeout | undefined;
  /** How many writes may happen by now, and when that was counted. */
  private allowance = WRITES_A_SECOND;
  private countedAt = 0;

  constructor(
    private readonly turn: (watcher: Watcher) => void,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Asks for one turn; who has asked already keeps its place. */
  add(watcher: Watcher): void {
    this.queue.add(watcher);
    this.timer ??= setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  /** Gives turns to those whose time has come, as many as may be. */
  tick(): void {
    const now = this.clock.monotonic();
    const earned = ((now - this.countedAt) * WRITES_A_SECOND) / 1_000;
    this.allowance = Math.min(this.allowance + earned, WRITES_A_SECOND);
    this.countedAt = now;
    let turns = Math.min(Math.floor(this.allowance), WRITES_A_TICK);
    for (const watcher of this.queue) {
      if (turns === 0) break;
      if (now - (this.lastTurns.get(watcher) ?? -Infinity) < BETWEEN_MS) continue;
      turns -= 1;
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
