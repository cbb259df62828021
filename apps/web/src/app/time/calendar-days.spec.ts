import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addDays, calendarDay, listDays, type DayRange } from '@daysync/progress';
import { isSameRange, isWithin, joinedRange, nearestIn } from './calendar-days';

const START = calendarDay('2012-02-20');
const ranges = fc.tuple(fc.nat(40), fc.nat(20)).map(([first, length]): DayRange => {
  const start_date = addDays(START, first);
  return { start_date, end_date: addDays(start_date, length) };
});
const daysIn = (range: DayRange | undefined): readonly string[] =>
  range === undefined ? [] : listDays(range.start_date, range.end_date);

describe('ranges of days', () => {
  it('are joined into the shortest that has both', () => {
    fc.assert(
      fc.property(ranges, ranges, (one, other) => {
        const all = [...daysIn(one), ...daysIn(other)].sort();
        expect(joinedRange(one, other)).toEqual({ start_date: all[0], end_date: all.at(-1) });
        expect(joinedRange(undefined, other)).toBe(other);
        expect(joinedRange(one, undefined)).toBe(one);
      }),
    );
  });

  it('know their days, and which of them is nearest', () => {
    fc.assert(
      fc.property(ranges, fc.nat(70), (range, at) => {
        const day = addDays(START, at);
        expect(isWithin(day, range)).toBe(daysIn(range).includes(day));
        const nearest = nearestIn(day, range);
        expect(daysIn(range)).toContain(nearest);
        if (isWithin(day, range)) expect(nearest).toBe(day);
      }),
    );
  });

  it('are the same by their days', () => {
    const range = { start_date: START, end_date: START };
    expect(isSameRange(range, { ...range })).toBe(true);
    expect(isSameRange(undefined, undefined)).toBe(true);
    expect(isSameRange(range, undefined)).toBe(false);
  });
});
