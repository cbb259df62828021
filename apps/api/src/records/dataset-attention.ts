import { compareDays, countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import type { ExpectedDays } from '../datasets/expected/expected-days.js';
import type { AttentionDto } from './coverage.dto.js';
import type { RecordCounts } from './record-counts.js';

/** How many rows of a day are in quarantine; the day is empty for rows that belong to none. */
export interface QuarantinedCount {
  readonly day: CalendarDay | '';
  readonly rows: number;
}

/** What is known of a dataset. */
export interface KnownOfDataset {
  readonly counts: Pick<
    RecordCounts,
    'drifted' | 'ever_synced' | 'failures_without_rows' | 'unusual'
  >;
  /** Of expected days alone. */
  readonly gaps: readonly DayRange[];
  readonly expected: ExpectedDays;
  /** Days that `expected` names, that are over, and whose source had no rows. */
  readonly unfilled: readonly CalendarDay[];
  readonly quarantined: readonly QuarantinedCount[];
  readonly isLate: boolean;
}

/**
 * What of a dataset needs a person. Days that are not expected, such as settled ones, do not: batches skip them. Days after the last one that was ever synced count only once they have failed: when they
 * are due, `fresh_by` says.
 */
export function attentionOf({
  counts: { drifted, ever_synced, failures_without_rows, unusual },
  gaps,
  expected,
  unfilled,
  quarantined,
  isLate,
}: KnownOfDataset): AttentionDto {
  const inGaps = gaps.reduce((sum, gap) => sum + countDays(gap.start_date, gap.end_date), 0);
  const expectedOf = (days: readonly CalendarDay[]): readonly CalendarDay[] =>
    days.filter((day) => expected.isExpected(day));
  const others = expectedOf(failures_without_rows).filter((day) => !isWithin(day, ever_synced));
  const rows = quarantined.filter(({ day }) => day === '' || expected.isExpected(day));
  const found = {
    late: isLate,
    uncovered_days: inGaps + others.length + expectedOf(unfilled).length,
    unusual_days: expectedOf(unusual).length,
    quarantined_rows: rows.reduce((sum, day) => sum + day.rows, 0),
    drifted_days: expectedOf(drifted).length,
  };
  const rank = Object.values(found).findIndex((amount) => Number(amount) > 0);
  return { needed: rank !== -1, rank: rank === -1 ? null : rank, ...found };
}

function isWithin(day: CalendarDay, range: DayRange | null): boolean {
  if (range === null) return false;
  return compareDays(day, range.start_date) >= 0 && compareDays(day, range.end_date) <= 0;
}
