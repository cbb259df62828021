import { describe, expect, it } from 'vitest';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import type { RecordCalendar } from '../api/wire';
import { recorded } from '../calendar/recorded-day.fixture';
import { chartDays } from './chart-days';

const [FIRST, SECOND, THIRD, FOURTH] = [1, 2, 3, 4].map((day) =>
  calendarDay(`2012-03-0${day}`),
) as [CalendarDay, CalendarDay, CalendarDay, CalendarDay];
const OPEN = { start_date: undefined, end_date: undefined };

function calendarOf(...days: readonly CalendarDay[]): Pick<RecordCalendar, 'items' | 'today'> {
  return { items: days.map((day) => recorded(day)), today: THIRD };
}

describe('chartDays', () => {
  it('draws what is recorded', () => {
    expect(chartDays(calendarOf(SECOND), OPEN)).toEqual([
      { day: SECOND, status: 'success', rows: 2, duration_ms: 4, unusual: [] },
    ]);
  });

  it('draws what is missing at the ends of the range, as far as it has come', () => {
    const days = chartDays(calendarOf(SECOND), { start_date: FIRST, end_date: THIRD });
    const missing = days.filter(({ status }) => status === null).map(({ day }) => day);
    expect(missing).toEqual([FIRST, THIRD]);
    expect(chartDays(calendarOf(SECOND), { ...OPEN, end_date: FOURTH })).toHaveLength(1);
  });

  it('has each day once', () => {
    expect(chartDays(calendarOf(SECOND), { start_date: SECOND, end_date: SECOND })).toHaveLength(1);
    expect(chartDays(calendarOf(SECOND), { start_date: FIRST, end_date: FIRST })).toHaveLength(2);
  });

  it('draws nothing where nothing is recorded', () => {
    expect(chartDays(calendarOf(), { start_date: FIRST, end_date: SECOND })).toEqual([]);
  });
});
