import type { UnreadableRows } from './unreadable-rows.js';

/** The unreadable rows of a file: by default none. */
export function unreadableRows(changes: Partial<UnreadableRows> = {}): UnreadableRows {
  return {
    ...{ file: 'w.csv', count: 0, rows: [], bytes: 0, allRows: 0, unclearTimes: 0 },
    ...changes,
  };
}
