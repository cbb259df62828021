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

/** Sorts a list of any length in slices. What compares as equal stays in its order. */
export async function sortInSlices<Item extends object>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Promise<Item[]> {
  let runs: Item[][] = [];
  await inSlices(items, (slice) => {
    runs.push(slice.toSorted(compare));
  });
  while (runs.length > 1) {
    const longer: Item[][] = [];
    for (let first = 0; first < runs.length; first += 2) {
      longer.push(await mergeInSlices(runs[first] ?? [], runs[first + 1] ?? [], compare));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

async function mergeInSlices<Item extends object>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Promise<Item[]> {
  const merged: Item[] = [];
  let [fromLeft, fromRight] = [0, 0];
  for (;;) {
    if (merged.length % ITEMS_A_SLICE === 0 && isTurnDue()) await takeTurn();
    const [one, other] = [left[fromLeft], right[fromRight]];
    if (other !== undefined && (one === undefined || compare(one, other) > 0)) {
      merged.push(other);
      fromRight += 1;
    } else if (one !== undefined) {
      merged.push(one);
      fromLeft += 1;
    } else {
      return merged;
    }
  }
}
