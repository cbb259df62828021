import { toInstant } from '../config/clock.js';
import type { DatasetFreshnessRow, FreshnessEvent } from '../database/schema.js';
import type { DueDay } from '../datasets/expected/deadlines.js';

/** What is stored of a dataset with `fresh_by`. */
export type Lateness = Pick<DatasetFreshnessRow, 'late_since' | 'notified' | 'notified_day'>;

/** What is known of a dataset that was never late. */
export const NEVER_LATE: Lateness = { late_since: null, notified: 0, notified_day: null };

/**
 * What follows for a dataset from the day that is due.
 *
 * It is late from the first deadline on that passes while its day is not synced, until the day that is due is synced: one
 * late time, however many days it lasts, is reported once, and no day is reported twice.
 * @param due null before the first deadline
 * @param isSynced whether that day is synced, or has no data
 */
export function nextLateness(
  before: Lateness,
  due: DueDay | null,
  isSynced: boolean,
): { readonly lateness: Lateness; readonly event: FreshnessEvent | null } {
  const { late_since, notified, notified_day } = before;
  if (due === null || isSynced) {
    if (late_since === null) return { lateness: before, event: null };
    const lateness: Lateness = { late_since: null, notified: 0, notified_day };
    return { lateness, event: due !== null && notified === 1 ? 'recovered' : null };
  }
  const since = late_since ?? toInstant(due.dueAt);
  if (notified === 1 || notified_day === due.day) {
    return { lateness: { late_since: since, notified, notified_day }, event: null };
  }
  return { lateness: { late_since: since, notified: 1, notified_day: due.day }, event: 'late' };
}
