/** Where the program gets its time from. */
export interface Clock {
  /** Milliseconds since the epoch, by the system's clock: for times that people read. */
  now(): number;
  /** Milliseconds from a fixed origin, never set back: for durations and waits. */
  monotonic(): number;
}

export const CLOCK = Symbol('CLOCK');

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** An instant as RFC 3339 in UTC. */
export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
