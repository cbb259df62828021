import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { MOST_RANGE_DAYS } from '../config/environment.js';
import { EVERY_DAY, expectedDaysOf } from '../datasets/expected/expected-days.js';
import { refuseTooLarge } from './range-limit.js';

const workdays = expectedDaysOf({
  expected: {
    ...{ rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', from: null, until: null, except: [] },
    writtenExcept: null,
  },
});
const year = { start: calendarDay('2025-01-01'), end: calendarDay('2025-12-31') };

describe('the limit of a range', () => {
  it('counts every day where no rule is', () => {
    expect(refuseTooLarge(year, 365, EVERY_DAY)).toBeNull();
    expect(refuseTooLarge(year, 364, EVERY_DAY)).toEqual({
      ...{ kind: 'range_too_large', days: 365, limit: 364, areExpected: false },
    });
  });

  it('counts expected days alone', () => {
    expect(refuseTooLarge(year, 261, workdays)).toBeNull();
    expect(refuseTooLarge(year, 260, workdays)).toEqual({
      ...{ kind: 'range_too_large', days: 261, limit: 260, areExpected: true },
    });
  });

  it('counts every day of a range that is too large for any batch', () => {
    const ages = { start: calendarDay('0001-01-01'), end: calendarDay('9999-12-31') };
    const refused = { kind: 'range_too_large', days: 3_652_059, areExpected: false };
    expect(refuseTooLarge(ages, 10, workdays)).toEqual({ ...refused, limit: MOST_RANGE_DAYS });
    expect(refuseTooLarge(ages, 10, EVERY_DAY)).toEqual({ ...refused, limit: 10 });
  });
});
