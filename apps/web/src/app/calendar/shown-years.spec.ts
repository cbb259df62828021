import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { calendarDay, countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import {
  allYears,
  daysOfYears,
  MOST_DAYS,
  otherYears,
  shownYears,
  yearsFrom,
  type DatasetSpan,
} from './shown-years';

const years = (first: number, last: number): DayRange => ({
  start_date: calendarDay(`${first}-06-01`),
  end_date: calendarDay(`${last}-06-01`),
});
const TODAY: CalendarDay = calendarDay('2026-11-25');
const opened = { from: undefined, mostDays: MOST_DAYS };

function span(changes: Partial<DatasetSpan> = {}): DatasetSpan {
  return { recorded: undefined, source: undefined, today: TODAY, ...changes };
}

describe('the years of a dataset', () => {
  it('go from its first day to today, or to the last day of its source where that knows them', () => {
    expect(allYears(span({ recorded: years(2020, 2022) }))).toEqual({ first: 2020, last: 2026 });
    const wide = span({ recorded: years(2020, 2022), source: years(2018, 2030) });
    expect(allYears(wide)).toEqual({ first: 2018, last: 2030 });
    const past = span({ recorded: years(2012, 2013), source: years(2012, 2015) });
    expect(allYears(past)).toEqual({ first: 2012, last: 2015 });
    expect(allYears(span())).toEqual({ first: 2026, last: 2026 });
  });
});

describe('the shown years', () => {
  it('are all of them where they have room', () => {
    const dataset = span({ recorded: years(2017, 2019) });
    expect(shownYears(dataset, opened)).toEqual({ first: 2017, last: 2026 });
  });

  it('are otherwise those with the newest records', () => {
    const live = span({ recorded: years(2001, 2026) });
    expect(shownYears(live, opened)).toEqual({ first: 2017, last: 2026 });
    const old = span({ recorded: years(2012, 2014), source: years(2012, 2015) });
    expect(shownYears(old, opened)).toEqual({ first: 2012, last: 2015 });
    expect(shownYears(span({ source: years(1990, 2002) }), opened)).toEqual({
      first: 1993,
      last: 2002,
    });
  });

  it('begin where the address asks, within what there is', () => {
    const dataset = span({ recorded: years(2000, 2026) });
    expect(shownYears(dataset, { ...opened, from: 2003 })).toEqual({ first: 2003, last: 2012 });
    expect(shownYears(dataset, { ...opened, from: 1 })).toEqual({ first: 2000, last: 2009 });
    expect(shownYears(dataset, { ...opened, from: 9_999 })).toEqual({ first: 2026, last: 2026 });
  });

  it('are as few as the server shows, and never none', () => {
    const dataset = span({ recorded: years(2000, 2026) });
    expect(shownYears(dataset, { ...opened, mostDays: 800 })).toEqual({ first: 2025, last: 2026 });
    expect(shownYears(dataset, { ...opened, mostDays: 31 })).toEqual({ first: 2026, last: 2026 });
  });

  it('lead to the others and back, until all have been shown', () => {
    const all = { first: 2001, last: 2026 };
    expect(otherYears({ first: 2011, last: 2020 }, all)).toEqual({ before: 2001, after: 2021 });
    expect(otherYears({ first: 2005, last: 2014 }, all)).toMatchObject({ before: 2001 });
    expect(otherYears(all, all)).toEqual({ before: undefined, after: undefined });
  });
});

describe('the days of years', () => {
  it('are never more than the server shows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 1, max: 4_000 }),
        (first, mostDays) => {
          const shown = yearsFrom(first, mostDays);
          const { start_date, end_date } = daysOfYears(shown, mostDays);
          expect(countDays(start_date, end_date)).toBeLessThanOrEqual(mostDays);
          expect(end_date.slice(4)).toBe('-12-31');
          expect(shown.last).toBeLessThanOrEqual(Math.min(9_999, first + 9));
        },
      ),
    );
    const ten = daysOfYears(yearsFrom(2012, MOST_DAYS), MOST_DAYS);
    expect(ten).toEqual({ start_date: '2012-01-01', end_date: '2021-12-31' });
  });
});
