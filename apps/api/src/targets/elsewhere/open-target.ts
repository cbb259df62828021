import type { DayTarget } from '../day-target.js';
import type { Target } from '../target.js';

/** Opens a target outside Daysync's own database. Nothing is read or written before its first use. */
export function openTarget({ place, table, columns }: Target): DayTarget {
  switch (place?.kind) {
    case undefined:
      throw new TypeError("expected a target outside Daysync's own database");
    default:
      throw new TypeError(`${table} ${columns.length}`);
  }
}
