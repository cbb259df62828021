import { compareDays, type CalendarDay } from '@daysync/progress';
import type { RecordCalendar } from '../api/wire';
import type { ChartDay } from '../charts/chart-slots';

/** The range of a list of records; an open end is that of the records. */
interface ShownRange {
  readonly start_date: CalendarDay | undefined;
  readonly end_date: CalendarDay | undefined;
}

/** The days in a chart of records: the whole range up to today, missing days included. */
export function chartDays(
  { items, today }: Pick<RecordCalendar, 'items' | 'today'>,
  { start_date, end_date }: ShownRange,
): readonly ChartDay[] {
  const recorded = items.map(({ day, rows, duration_ms, status, unusual }) => ({
    day,
    rows,
    duration_ms,
    status,
    unusual,
  }));
  if (recorded.length === 0) return [];
  // A chart covers all days from the first given to the last.
  const known = new Set(recorded.map(({ day }) => day));
  const ends = [start_date, end_date].filter(
    (day): day is CalendarDay =>
      day !== undefined && !known.has(day) && compareDays(day, today) <= 0,
  );
  return [
    ...recorded,
    ...[...new Set(ends)].map((day) => ({
      ...{ day, rows: null, duration_ms: null, status: null },
      unusual: [],
    })),
  ];
}
