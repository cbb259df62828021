import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addDays, calendarDay, listDays, type CalendarDay } from './calendar-day.js';
import { commonRange, earlierDay, laterDay, type DayRange } from './day-range.js';

/** Over the leap day of a year. */
const ORIGIN = calendarDay('2012-02-20');
const ranges = fc.tuple(fc.nat(40), fc.nat(20)).map(([first, length]): DayRange => {
  const start_date = addDays(ORIGIN, first);
  return { start_date, end_date: addDays(start_date, length) };
});
const daysIn = (range: DayRange | undefined): readonly CalendarDay[] =>
  range === undefined ? [] : listDays(range.start_date, range.end_date);

describe('ranges of days', () => {
  it('have in common what lies in both', () => {
    fc.assert(
      fc.property(ranges, ranges, (one, other) => {
        const both = daysIn(one).filter((day) => daysIn(other).includes(day));
        expect(daysIn(commonRange(one, other))).toEqual(both);
      }),
    );
  });
});

describe('two days', () => {
  it('have an earlier and a later one', () => {
    const [first, last] = [calendarDay('2012-02-29'), calendarDay('2012-03-01')];
    expect([earlierDay(first, last), earlierDay(last, first)]).toEqual([first, first]);
    expect([laterDay(first, last), laterDay(last, first)]).toEqual([last, last]);
    expect([earlierDay(first, first), laterDay(first, first)]).toEqual([first, first]);
  });
});
