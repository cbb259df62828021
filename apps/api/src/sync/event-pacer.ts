import type { Clock } from '../config/clock.js';

/** The average number of writes per second to all watchers together. */
const WRITES_A_SECOND = 2_000;
/** The maximum per tick: other work waits meanwhile. */
const WRITES_A_TICK = 200;
/** The minimum time between two writes to one watcher. */
const BETWEEN_MS = 100;
const TICK_MS = 10;

/**
 * Spaces the writes to watchers: first come, first served, with a maximum per second in total, and at most ten per second
 * to one watcher. Unused writes of a quiet second are available for the next change, so that thousands of watchers get
 * it at once. They are sent in parts, so that polls and days in between are not delayed.
 */
export class EventPacer<Watcher extends object> {
  private readonly queue = new Set<Watcher>();
  private readonly lastWrites = new WeakMap<Watcher, number>();
  private timer: NodeJS.Timeout | undefined;
  /** How many writes are allowed, as of `countedAt`. */
  private allowance = WRITES_A_SECOND;
  private countedAt = 0;

  constructor(
    private readonly write: (watcher: Watcher) => void,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Queues a write; a watcher that is queued already keeps its place. */
  add(watcher: Watcher): void {
    this.queue.add(watcher);
    this.timer ??= setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  /** Writes to as many due watchers as allowed. */
  tick(): void {
    const now = this.clock.monotonic();
    const earned = ((now - this.countedAt) * WRITES_A_SECOND) / 1_000;
    this.allowance = Math.min(this.allowance + earned, WRITES_A_SECOND);
    this.countedAt = now;
    let writes = Math.min(Math.floor(this.allowance), WRITES_A_TICK);
    for (const watcher of this.queue) {
      if (writes === 0) break;
      if (now - (this.lastWrites.get(watcher) ?? -Infinity) < BETWEEN_MS) continue;
      writes -= 1;
      this.allowance -= 1;
      this.queue.delete(watcher);
      this.lastWrites.set(watcher, now);
      this.write(watcher);
    }
    if (this.queue.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }
}
