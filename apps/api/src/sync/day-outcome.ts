import type { OnEmpty } from '../datasets/dataset.js';
import type { DayError, FetchedDay } from '../dispatch/day-dispatcher.js';

/** How a day that was tried ended, and what becomes of its rows in the target. */
export type DayOutcome =
  | { readonly state: 'success'; readonly rows: number }
  | { readonly state: 'skipped'; readonly reason: 'no_data' }
  | { readonly state: 'failed'; readonly error: DayError };

/**
 * The outcome of a fetched day.
 * @param hadRows whether the target has rows of this day from an earlier success
 */
export function decideOutcome(fetched: FetchedDay, onEmpty: OnEmpty, hadRows: boolean): DayOutcome {
  if (fetched.kind === 'error') return { state: 'failed', error: fetched.error };
  const rows = fetched.rows.length;
  if (rows > 0 || onEmpty === 'success') return { state: 'success', rows };
  if (onEmpty === 'fail') {
    return fail('EMPTY_DAY', 'expected at least one row (on_empty: fail), and the source has none');
  }
  if (hadRows) {
    return fail(
      'EMPTY_DAY_HAD_ROWS',
      'expected rows, as the day had some before, and the source has none now; the rows of before are kept',
    );
  }
  return { state: 'skipped', reason: 'no_data' };
}

function fail(code: string, text: string): DayOutcome {
  return { state: 'failed', error: { code, text, row: null, column: null } };
}
