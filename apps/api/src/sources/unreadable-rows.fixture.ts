import type { UnreadableLists, UnreadableRows } from './unreadable-rows.js';

/** The unreadable rows of a file: by default none. */
export function unreadableRows(changes: Partial<UnreadableRows> = {}): UnreadableRows {
  return { ...{ file: 'w.csv', count: 0, rows: [], allRows: 0, unclearTimes: 0 }, ...changes };
}

/** What a day was read from: files with these lists, as the source has them still. */
export function unreadableLists(...lists: readonly UnreadableRows[]): UnreadableLists {
  return { source: 'w.csv', lists, isLatest: () => true };
}
