import { systemClock } from '../config/clock.js';

/** Work of this length is done without a break. */
const SLICE_MS = 20;

// Shared by all days that are read at a time: were each of them given a slice in the same turn of the event loop, a poll
// would wait for all of them.
let sliceBegan = Number.NEGATIVE_INFINITY;
const waiting: (() => void)[] = [];

/** Whether the current slice has been worked off. Cheap enough to be asked for each row. */
export function isTurnDue(): boolean {
  return systemClock.monotonic() - sliceBegan > SLICE_MS;
}

/** Lets the event loop go on, and the others who wait; then the next slice begins. */
export function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(beginSlice);
  });
}

/** One in each turn of the loop. */
function beginSlice(): void {
  sliceBegan = systemClock.monotonic();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(beginSlice);
}
