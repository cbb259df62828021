import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { quickRange } from './quick-ranges';

const day = calendarDay;

describe('quickRange', () => {
  it.each([
    ['yesterday', '2025-03-01', '2025-02-28', '2025-02-28'],
    ['last_7', '2025-03-01', '2025-02-23', '2025-03-01'],
    ['last_30', '2025-03-01', '2025-01-31', '2025-03-01'],
    ['last_month', '2025-03-31', '2025-02-01', '2025-02-28'],
    ['last_month', '2024-03-01', '2024-02-01', '2024-02-29'],
    ['last_month', '2025-01-15', '2024-12-01', '2024-12-31'],
  ] as const)('%s on %s is %s to %s', (range, today, start_date, end_date) => {
    expect(quickRange(range, day(today), undefined)).toEqual({ start_date, end_date });
  });

  it('knows the latest days of a source only where the source knows them', () => {
    const recent = { start_date: day('2015-12-22'), end_date: day('2015-12-31') };
    expect(quickRange('recent', day('2025-03-01'), recent)).toEqual(recent);
    expect(quickRange('recent', day('2025-03-01'), undefined)).toBeUndefined();
  });
});
