import {
  addDays,
  calendarDay,
  countDays,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_DAY, expectedDaysOf, type ExpectedDays } from './expected-days.js';
import { withoutSettled } from './settled-days.js';

const FIRST = calendarDay('2024-01-01');
const LENGTH = 60;
const WORKDAYS = expectedDaysOf({
  expected: {
    ...{ rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', from: null, until: null },
    ...{ except: [calendarDay('2024-01-10')], writtenExcept: null },
  },
});

const dayAt = (index: number): CalendarDay => addDays(FIRST, index);
const rules = fc.constantFrom(EVERY_DAY, WORKDAYS);
const settledDays = fc
  .uniqueArray(fc.nat(LENGTH - 1))
  .map((indices) => indices.toSorted((one, other) => one - other).map(dayAt));
const ranges = fc
  .tuple(fc.nat(LENGTH - 1), fc.nat(LENGTH - 1))
  .map((ends) => ends.toSorted((one, other) => one - other))
  .map(([start = 0, end = 0]): DayRange => ({ start_date: dayAt(start), end_date: dayAt(end) }));

function daysOf(ruled: ExpectedDays, settled: readonly CalendarDay[]): ExpectedDays {
  return withoutSettled(
    ruled,
    settled.map((day) => ({ day })),
  );
}

describe('the expected days of a dataset with settled days', () => {
  it('are those of its rule without the settled ones', () => {
    fc.assert(
      fc.property(rules, settledDays, ranges, (ruled, settled, range) => {
        const expected = daysOf(ruled, settled);
        const inRange = listDays(range.start_date, range.end_date);
        const left = inRange.filter((day) => ruled.isExpected(day) && !settled.includes(day));
        expect(inRange.filter((day) => expected.isExpected(day))).toEqual(left);
        expect(expected.countIn(range.start_date, range.end_date)).toBe(left.length);
        const runs = expected.runsIn(range);
        expect(runs.flatMap((run) => listDays(run.start_date, run.end_date))).toEqual(left);
        // Two runs have a day between them.
        runs.slice(1).forEach((run, index) => {
          const before = runs[index]?.end_date ?? run.start_date;
          expect(countDays(before, run.start_date)).toBeGreaterThan(2);
        });
      }),
    );
  });

  it('are found forwards and backwards', () => {
    fc.assert(
      fc.property(rules, settledDays, fc.nat(LENGTH - 1), (ruled, settled, index) => {
        const expected = daysOf(ruled, settled);
        const isLeft = (day: CalendarDay): boolean =>
          ruled.isExpected(day) && !settled.includes(day);
        const around = listDays(addDays(FIRST, -40), addDays(FIRST, LENGTH + 40));
        const day = dayAt(index);
        expect(expected.nextExpected(day)).toBe(around.find((one) => one >= day && isLeft(one)));
        expect(expected.latestExpected(day)).toBe(
          around.findLast((one) => one <= day && isLeft(one)),
        );
      }),
    );
  });

  it('end with the calendar', () => {
    const [first, last] = [calendarDay('0001-01-01'), calendarDay('9999-12-31')];
    const expected = daysOf(EVERY_DAY, [first, last]);
    expect(expected.latestExpected(first)).toBeNull();
    expect(expected.nextExpected(last)).toBeNull();
    expect(expected.latestExpected(last)).toBe('9999-12-30');
    expect(expected.nextExpected(first)).toBe('0001-01-02');
  });

  it('are those of the rule where only other days are settled', () => {
    expect(daysOf(WORKDAYS, [])).toBe(WORKDAYS);
    // A Saturday.
    expect(daysOf(WORKDAYS, [calendarDay('2024-01-06')])).toBe(WORKDAYS);
  });
});
