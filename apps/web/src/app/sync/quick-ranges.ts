import { addDays, calendarDay, type CalendarDay } from '@daysync/progress';
import type { DayRange } from '../api/wire';

export const QUICK_RANGES = ['yesterday', 'last_7', 'last_30', 'last_month', 'recent'] as const;
export type QuickRange = (typeof QUICK_RANGES)[number];

/** The days that a quick range means, or `undefined` where the dataset has no such range. */
export function quickRange(
  range: QuickRange,
  today: CalendarDay,
  recent: DayRange | undefined,
): DayRange | undefined {
  switch (range) {
    case 'yesterday':
      return { start_date: addDays(today, -1), end_date: addDays(today, -1) };
    case 'last_7':
      return { start_date: addDays(today, -6), end_date: today };
    case 'last_30':
      return { start_date: addDays(today, -29), end_date: today };
    case 'last_month': {
      const end = addDays(firstOfMonth(today), -1);
      return { start_date: firstOfMonth(end), end_date: end };
    }
    case 'recent':
      return recent;
  }
}

function firstOfMonth(day: CalendarDay): CalendarDay {
  return calendarDay(`${day.slice(0, 7)}-01`);
}
