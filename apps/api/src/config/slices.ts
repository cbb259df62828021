import { systemClock } from './clock.js';

/** Work of this length is done without a break. */
const SLICE_MS = 20;
/** Items of a slice: some hundred microseconds of work. */
const ITEMS_A_SLICE = 500;

// Shared by all that cut their work into slices: if each had a slice in the same turn of the event loop, a poll would wait
// for all of them.
let sliceBegan = Number.NEGATIVE_INFINITY;
const waiting: (() => void)[] = [];

/** Whether the current slice is long enough. Cheap enough to be called for each row. */
export function isTurnDue(): boolean {
  return systemClock.monotonic() - sliceBegan > SLICE_MS;
}

/** Waits for a turn of the event loop, so that requests are answered meanwhile. Each turn has one of those that wait. */
export function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(beginSlice);
  });
}

function beginSlice(): void {
  sliceBegan = systemClock.monotonic();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(beginSlice);
}

/** Calls `use` with a slice after another. It takes a turn between two of them once it is due. */
export async function inSlices<Item>(
  items: readonly Item[],
  use: (slice: readonly Item[]) => void,
): Promise<void> {
  for (let first = 0; first < items.length; first += ITEMS_A_SLICE) {
    if (first > 0 && isTurnDue()) await takeTurn();
    use(items.slice(first, first + ITEMS_A_SLICE));
  }
}

/** Maps a list of any length in slices. */
export async function mapInSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  await inSlices(items, (slice) => {
    for (const item of slice) results.push(map(item));
  });
  return results;
}
