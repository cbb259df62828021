import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { dayAfter, dayBefore } from './neighbours';

describe('the neighbours of a day', () => {
  it('are the days before and after it', () => {
    expect(dayBefore(calendarDay('2012-03-01'))).toBe('2012-02-29');
    expect(dayAfter(calendarDay('2011-12-31'))).toBe('2012-01-01');
  });

  it('end where the days do', () => {
    expect(dayBefore(calendarDay('0001-01-01'))).toBeUndefined();
    expect(dayAfter(calendarDay('9999-12-31'))).toBeUndefined();
  });
});
