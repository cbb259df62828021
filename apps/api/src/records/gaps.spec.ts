import { describe, expect, it } from '@jest/globals';
import { addDays, calendarDay, listDays, type CalendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { commonSpan, findGaps, type Gaps, type Span } from './gaps.js';

// Over the end of a February and of a year.
const ORIGIN = calendarDay('2011-12-20');
const dayAt = (index: number): CalendarDay => addDays(ORIGIN, index);
const spanAt = (from: number, to: number): Span => ({
  start_date: dayAt(from),
  end_date: dayAt(to),
});

const NONE: Gaps = { count: 0, days: 0, first: null, range: null };

/** Every day of the span looked at by itself. */
function gapsDayByDay(settled: readonly CalendarDay[], span: Span | null): Gaps {
  const runs: CalendarDay[][] = [];
  let before = true;
  for (const day of span === null ? [] : listDays(span.start_date, span.end_date)) {
    const isSettled = settled.includes(day);
    if (!isSettled && before) runs.push([]);
    if (!isSettled) runs.at(-1)?.push(day);
    before = isSettled;
  }
  const spans = runs.map((run) => ({
    start_date: run[0] ?? ORIGIN,
    end_date: run.at(-1) ?? ORIGIN,
  }));
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return NONE;
  const range = { start_date: first.start_date, end_date: last.end_date };
  return { count: runs.length, days: runs.flat().length, first, range };
}

const arbitrarySpan = fc
  .tuple(fc.nat(90), fc.nat(90))
  .map(([one, other]) => spanAt(Math.min(one, other), Math.max(one, other)));

describe('the gaps of a span', () => {
  it('are those that a look at each day finds', () => {
    const settled = fc.uniqueArray(fc.nat(90)).map((days) => days.sort((a, b) => a - b).map(dayAt));
    fc.assert(
      fc.property(settled, fc.option(arbitrarySpan), (days, span) => {
        expect(findGaps(days, span)).toEqual(gapsDayByDay(days, span));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are told by their number, their days, the first of them and the range of all', () => {
    const settled = [0, 1, 5, 6, 8].map(dayAt);
    expect(findGaps(settled, spanAt(0, 8))).toEqual({
      count: 2,
      days: 4,
      first: { start_date: '2011-12-22', end_date: '2011-12-24' },
      range: { start_date: '2011-12-22', end_date: '2011-12-27' },
    });
  });

  it('may be all of it', () => {
    const span = spanAt(3, 5);
    expect(findGaps([], span)).toEqual({ count: 1, days: 3, first: span, range: span });
  });

  it('end with the last day that can be written', () => {
    const last = calendarDay('9999-12-31');
    const span = { start_date: calendarDay('9999-12-30'), end_date: last };
    expect(findGaps([last], span)).toMatchObject({ count: 1, days: 1 });
    expect(findGaps([], span)).toMatchObject({ count: 1, days: 2, range: span });
  });
});

describe('the common days of two spans', () => {
  it('are those that are in both', () => {
    const daysOf = (span: Span | null): CalendarDay[] =>
      span === null ? [] : listDays(span.start_date, span.end_date);
    fc.assert(
      fc.property(fc.option(arbitrarySpan), fc.option(arbitrarySpan), (one, other) => {
        const inBoth = daysOf(one).filter((day) => daysOf(other).includes(day));
        expect(daysOf(commonSpan(one, other))).toEqual(inBoth);
      }),
    );
  });
});
