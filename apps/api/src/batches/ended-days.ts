import type { Outcome } from '@daysync/progress';

/** Days of one batch that took the same outcome in one commit. */
export interface EndedDays {
  readonly outcome: Outcome;
  /** Why they were skipped, or the code of their error; null after a success. */
  readonly reason: string | null;
  readonly count: number;
}

/** How many days that is in all. */
export function countDaysOf(ended: readonly EndedDays[]): number {
  return ended.reduce((sum, { count }) => sum + count, 0);
}

/** Days with the same outcome, counted by their reasons. */
export function countByReason(outcome: Outcome, reasons: readonly (string | null)[]): EndedDays[] {
  const groups = Map.groupBy(reasons, (reason) => reason);
  return [...groups].map(([reason, { length: count }]) => ({ outcome, reason, count }));
}
