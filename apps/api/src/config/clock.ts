/** Where the program gets its time from. */
export interface Clock {
  /** Whole milliseconds since the epoch, by a clock that may be set: for times that people read. */
  now(): number;
  /** Milliseconds from a fixed origin, never set back: for durations and waits. */
  monotonic(): number;
  /**
   * Milliseconds since the epoch as they were when the process began, plus what has passed since: an instant that
   * can be stored, on a clock that is never set while the process runs.
   */
  steady(): number;
}

export const CLOCK = Symbol('CLOCK');

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  steady: () => performance.timeOrigin + performance.now(),
};

/** An instant as RFC 3339 in UTC. */
export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
