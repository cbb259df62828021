import { addDays, calendarDay, compareDays, type CalendarDay } from '@daysync/progress';

const FIRST = calendarDay('0001-01-01');
const LAST = calendarDay('9999-12-31');

/** The day before, if there is one. */
export function dayBefore(day: CalendarDay): CalendarDay | undefined {
  return compareDays(day, FIRST) > 0 ? addDays(day, -1) : undefined;
}

/** The day after, if there is one. */
export function dayAfter(day: CalendarDay): CalendarDay | undefined {
  return compareDays(day, LAST) < 0 ? addDays(day, 1) : undefined;
}
