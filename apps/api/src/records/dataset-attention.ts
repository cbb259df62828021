import { compareDays, countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import type { ExpectedDays } from '../datasets/expected/expected-days.js';
import type { AttentionDto } from './coverage.dto.js';
import type { RecordCounts } from './record-counts.js';

/** What is known of a dataset. */
export interface KnownOfDataset {
  readonly counts: Pick<
    RecordCounts,
    'drifted' | 'ever_synced' | 'failures_without_rows' | 'unusual'
  >;
  /** Of expected days alone. */
  readonly gaps: readonly DayRange[];
  readonly expected: ExpectedDays;
  readonly quarantinedRows: number;
  readonly isLate: boolean;
}

/**
 * What of a dataset needs a person. Days after the last one that was ever synced count only once they have failed: when they
 * are due, `fresh_by` says.
 */
export function attentionOf({
  counts: { drifted, ever_synced, failures_without_rows, unusual },
  gaps,
  expected,
  quarantinedRows,
  isLate,
}: KnownOfDataset): AttentionDto {
  const inGaps = gaps.reduce((sum, gap) => sum + countDays(gap.start_date, gap.end_date), 0);
  const others = failures_without_rows.filter(
    (day) => expected.isExpected(day) && !isWithin(day, ever_synced),
  );
  const counts = {
    uncovered_days: inGaps + others.length,
    unusual_days: unusual,
    quarantined_rows: quarantinedRows,
    drifted_days: drifted,
  };
  const needed = isLate || Object.values(counts).some((count) => count > 0);
  return { needed, late: isLate, ...counts };
}

function isWithin(day: CalendarDay, range: DayRange | null): boolean {
  if (range === null) return false;
  return compareDays(day, range.start_date) >= 0 && compareDays(day, range.end_date) <= 0;
}
