import { describe, expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
import {
  addDays,
  calendarDay,
  findGaps,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import fc from 'fast-check';
import { EVERY_DAY, expectedDaysOf } from '../datasets/expected/expected-days.js';
import { findGapsInSlices, sumGaps } from './gaps.js';

// Over the end of a February and of a year.
const ORIGIN = calendarDay('2011-12-20');
const dayAt = (index: number): CalendarDay => addDays(ORIGIN, index);
const rangeAt = (from: number, to: number): DayRange => ({
  start_date: dayAt(from),
  end_date: dayAt(to),
});
const daysOf = (range: DayRange | null): CalendarDay[] =>
  range === null ? [] : listDays(range.start_date, range.end_date);

describe('the sum of gaps', () => {
  it('is their number, their days, the first of them and the range of all', () => {
    expect(sumGaps([rangeAt(2, 4), rangeAt(7, 7)], 6, EVERY_DAY)).toEqual({
      count: 2,
      days: 4,
      first: { start_date: '2011-12-22', end_date: '2011-12-24' },
      range: { start_date: '2011-12-22', end_date: '2011-12-27' },
    });
  });

  it('is nothing where there is none', () => {
    expect(sumGaps([], 6, EVERY_DAY)).toEqual({ count: 0, days: 0, first: null, range: null });
  });
});

describe('gaps in slices', () => {
  it('are those of all days at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(3_000), { minLength: 0, maxLength: 2_000, size: 'max' }),
        fc.nat(3_100),
        fc.nat(3_100),
        async (indices, from, to) => {
          const covered = indices.toSorted((a, b) => a - b).map(dayAt);
          const range = rangeAt(Math.min(from, to), Math.max(from, to));
          expect(await findGapsInSlices(covered, range, EVERY_DAY)).toEqual(
            findGaps(covered, range),
          );
        },
      ),
      { numRuns: draws(20, 50) },
    );
    expect(await findGapsInSlices([dayAt(1)], null, EVERY_DAY)).toEqual([]);
  });

  it('end with the last day that there is', async () => {
    const last = calendarDay('9999-12-31');
    const range = { start_date: addDays(last, -2), end_date: last };
    expect(await findGapsInSlices([addDays(last, -2), last], range, EVERY_DAY)).toEqual([
      { start_date: addDays(last, -1), end_date: addDays(last, -1) },
    ]);
  });
});

describe('gaps of a dataset', () => {
  const none = { from: null, until: null, except: [], writtenExcept: null };
  const workdays = expectedDaysOf({
    expected: { rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', ...none },
  });

  it('have no day that is not expected, and a range that can be started, which no larger one betters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(EVERY_DAY, workdays),
        fc.uniqueArray(fc.nat(200)),
        fc.integer({ min: 1, max: 200 }),
        async (...drawn) => {
          const [ruled, indices, limit] = drawn;
          const covered = indices.sort((a, b) => a - b).map(dayAt);
          const range = rangeAt(0, 200);
          const gaps = await findGapsInSlices(covered, range, ruled);
          const missing = daysOf(range).filter(
            (day) => ruled.isExpected(day) && !covered.includes(day),
          );
          expect(gaps.flatMap(daysOf)).toEqual(missing);
          const sum = sumGaps(gaps, limit, ruled);
          expect(sum.days).toBe(missing.length);
          const [first] = missing;
          fc.pre(first !== undefined);
          const reached = missing.filter((day) => ruled.countIn(first, day) <= limit);
          expect(sum.range).toEqual({ start_date: first, end_date: reached.at(-1) });
        },
      ),
    );
  });
});
