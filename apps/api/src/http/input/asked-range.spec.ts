import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { problemOfRange } from './asked-range.js';

const [MONDAY, TUESDAY] = [calendarDay('2025-10-06'), calendarDay('2025-10-07')];

describe('a range that is asked for', () => {
  it('may be one day, and as many as the limit', () => {
    expect(problemOfRange(MONDAY, MONDAY, 1)).toBeNull();
    expect(problemOfRange(MONDAY, TUESDAY, 2)).toBeNull();
  });

  it('must not end before it starts', () => {
    expect(problemOfRange(TUESDAY, MONDAY, 2)).toMatchObject({
      code: 'RANGE_REVERSED',
      detail: 'expected end_date on or after 2025-10-07, got 2025-10-06',
    });
  });

  it('must not have more days than the limit, which is told', () => {
    expect(problemOfRange(MONDAY, TUESDAY, 1)).toMatchObject({
      code: 'RANGE_TOO_LARGE',
      detail: 'expected at most 1 days, got 2',
      extras: { limit: 1 },
    });
  });
});
