import { calendarDay, countDays, type DayRange } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { partsOf } from './verify.js';

const range = (first: string, last: string): DayRange => ({
  start_date: calendarDay(first),
  end_date: calendarDay(last),
});

describe('partsOf', () => {
  it.each<[DayRange, number, readonly DayRange[]]>([
    [range('2012-03-01', '2012-03-01'), 1, [range('2012-03-01', '2012-03-01')]],
    [range('2012-02-28', '2012-03-02'), 4, [range('2012-02-28', '2012-03-02')]],
    [
      range('2012-02-28', '2012-03-02'),
      3,
      [range('2012-02-28', '2012-03-01'), range('2012-03-02', '2012-03-02')],
    ],
    [
      range('2012-02-28', '2012-03-02'),
      2,
      [range('2012-02-28', '2012-02-29'), range('2012-03-01', '2012-03-02')],
    ],
  ])('%j in parts of at most %d days', (whole, limit, parts) => {
    expect(partsOf(whole, limit)).toEqual(parts);
  });

  it('leaves no day out, and has none twice', () => {
    const parts = partsOf(range('1980-01-01', '2026-11-30'), 3_660);
    const sum = parts.reduce((days, part) => days + countDays(part.start_date, part.end_date), 0);
    expect(parts).toHaveLength(5);
    expect(sum).toBe(countDays(calendarDay('1980-01-01'), calendarDay('2026-11-30')));
  });
});
