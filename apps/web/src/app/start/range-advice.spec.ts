import { calendarDay, type DayRange } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { planOf } from './plan.fixture';
import { daysOutside, partsOf, replacedDays } from './range-advice';

const SOURCE = { first: calendarDay('2012-01-01'), last: calendarDay('2015-12-31') };

function rangeOf(start: string, end: string): DayRange {
  return { start_date: calendarDay(start), end_date: calendarDay(end) };
}

describe('daysOutside', () => {
  it.each<[string, string, string[]]>([
    ['2012-01-01', '2015-12-31', []],
    ['2011-12-30', '2012-01-02', ['2 before 2012-01-01, leaves 2012-01-01 2012-01-02']],
    ['2015-12-30', '2016-01-03', ['3 after 2015-12-31, leaves 2015-12-30 2015-12-31']],
    [
      '2011-12-31',
      '2016-01-02',
      [
        '1 before 2012-01-01, leaves 2012-01-01 2016-01-02',
        '2 after 2015-12-31, leaves 2011-12-31 2015-12-31',
      ],
    ],
    ['2011-01-01', '2011-01-03', ['3 before 2012-01-01']],
    ['2026-11-01', '2026-11-01', ['1 after 2015-12-31']],
  ])('%s to %s: %j', (start, end, expected) => {
    const found = daysOutside(rangeOf(start, end), SOURCE).map(({ bound, days, rest, side }) => {
      const leaves = rest === null ? '' : `, leaves ${rest.start_date} ${rest.end_date}`;
      return `${days} ${side} ${bound}${leaves}`;
    });
    expect(found).toEqual(expected);
  });

  it('says nothing of a source that does not know its days', () => {
    expect(daysOutside(rangeOf('2001-01-01', '2030-01-01'), null)).toEqual([]);
  });
});

describe('replacedDays', () => {
  it('counts the synced days that run again', () => {
    const run_reasons = [
      { reason: 'missing', count: 7 },
      { reason: 'synced', count: 20 },
      { reason: 'incomplete', count: 2 },
    ] as const;
    expect(replacedDays(planOf({ run_reasons: [...run_reasons] }))).toBe(22);
    expect(replacedDays(planOf())).toBe(0);
  });
});

describe('partsOf', () => {
  it('has every day once, in as few parts as the limit allows', () => {
    const parts = partsOf(rangeOf('2001-01-01', '2001-01-25'), 10);
    expect(parts.map(({ end_date, start_date }) => `${start_date} ${end_date}`)).toEqual([
      '2001-01-01 2001-01-10',
      '2001-01-11 2001-01-20',
      '2001-01-21 2001-01-25',
    ]);
    expect(partsOf(rangeOf('2001-01-01', '2001-01-20'), 10)).toHaveLength(2);
  });

  it('ends with the last day that there is', () => {
    expect(partsOf(rangeOf('9999-12-01', '9999-12-31'), 30).at(-1)?.end_date).toBe('9999-12-31');
  });

  it('offers nothing for a range that is short enough, or far too long', () => {
    expect(partsOf(rangeOf('2001-01-01', '2001-01-10'), 10)).toEqual([]);
    expect(partsOf(rangeOf('2001-01-01', '2001-12-31'), 10)).toEqual([]);
  });
});
