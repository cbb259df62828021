import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items of a slice: some hundred microseconds of work. */
const ITEMS_A_SLICE = 500;

let last: Promise<void> = Promise.resolve();

/**
 * Waits for a turn of the event loop, so that requests are answered meanwhile. However many wait, each turn has one of
 * them: work that is cut into slices holds a request for one slice, even if many do such work at the same time.
 */
export function turn(): Promise<void> {
  last = last.then(() => nextTurn());
  return last;
}

/** Calls `use` with a slice after another, each in a turn of its own. */
export async function inSlices<Item>(
  items: readonly Item[],
  use: (slice: readonly Item[]) => void,
): Promise<void> {
  for (let first = 0; first < items.length; first += ITEMS_A_SLICE) {
    if (first > 0) await turn();
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
