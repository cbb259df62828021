import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../config/clock.js';

/** Work of this length is done without a break. A poll waits for it, and for little else. */
const SLICE_MS = 20;

/** Cuts long work into slices, between which polls are answered. */
export class Turns {
  private since = systemClock.monotonic();

  /** Whether a slice has been worked off. Cheap enough to be asked for each row. */
  isDue(): boolean {
    return systemClock.monotonic() - this.since > SLICE_MS;
  }

  /** Lets the event loop go on, and begins the next slice. */
  async take(): Promise<void> {
    await nextTurn();
    this.since = systemClock.monotonic();
  }
}
