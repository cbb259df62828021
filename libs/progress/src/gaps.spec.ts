import { describe, expect, it } from 'vitest';
import { draws } from '../../../test/draws.js';
import fc from 'fast-check';
import { addDays, calendarDay, listDays, type CalendarDay, type DayRange } from './calendar-day.js';
import { findGaps, isCovered } from './gaps.js';

// Over the end of a February and of a year.
const ORIGIN = calendarDay('2011-12-20');
const dayAt = (index: number): CalendarDay => addDays(ORIGIN, index);
const rangeAt = (from: number, to: number): DayRange => ({
  start_date: dayAt(from),
  end_date: dayAt(to),
});

/** A slow reference: checks each day of the range. */
function gapsDayByDay(covered: readonly CalendarDay[], range: DayRange | null): DayRange[] {
  const runs: CalendarDay[][] = [];
  let before = true;
  for (const day of range === null ? [] : listDays(range.start_date, range.end_date)) {
    const isOver = covered.includes(day);
    if (!isOver && before) runs.push([]);
    if (!isOver) runs.at(-1)?.push(day);
    before = isOver;
  }
  return runs.map((run) => ({ start_date: run[0] ?? ORIGIN, end_date: run.at(-1) ?? ORIGIN }));
}

describe('the gaps of a range', () => {
  it('equal those of a check of each day', () => {
    const covered = fc.uniqueArray(fc.nat(90)).map((days) => days.sort((a, b) => a - b).map(dayAt));
    const range = fc
      .tuple(fc.nat(90), fc.nat(90))
      .map(([one, other]) => rangeAt(Math.min(one, other), Math.max(one, other)));
    fc.assert(
      fc.property(covered, fc.option(range), (days, within) => {
        expect(findGaps(days, within)).toEqual(gapsDayByDay(days, within));
      }),
      { numRuns: draws(200, 1_000) },
    );
  });

  it('end with the last representable day', () => {
    const last = calendarDay('9999-12-31');
    const before = calendarDay('9999-12-30');
    const range = { start_date: before, end_date: last };
    expect(findGaps([last], range)).toEqual([{ start_date: before, end_date: before }]);
    expect(findGaps([], range)).toEqual([range]);
  });
});

it.each([
  [true, null, true],
  // A later failure or empty answer keeps the rows of the last success.
  [true, 'no_data', true],
  [false, 'no_data', true],
  [false, null, false],
  [false, 'cancelled', false],
])('a day with synced %s and reason %s is covered: %s', (synced, reason, covered) => {
  expect(isCovered({ synced, reason })).toBe(covered);
});
