import { addDays, calendarDay, type CalendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DaySet } from './day-set.js';

const numbers = fc
  .uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 40 })
  .map((some) => some.toSorted((a, b) => a - b));
const dayOf = (number: number): CalendarDay => addDays(calendarDay('1970-01-01'), number);
const daysOf = (some: readonly number[]): CalendarDay[] => some.map((one) => dayOf(one));

it('has the days that it is made of, and no others', () => {
  fc.assert(
    fc.property(numbers, (some) => {
      const set = new DaySet(daysOf(some));
      for (let number = -1; number <= 41; number += 1) {
        expect(set.has(dayOf(number))).toBe(some.includes(number));
      }
    }),
  );
});

it('has a union', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 4 }), (lists) => {
      const all = [...new Set(lists.flat())].toSorted((a, b) => a - b);
      expect(DaySet.union(lists.map((some) => new DaySet(daysOf(some))))).toEqual(daysOf(all));
    }),
  );
});
