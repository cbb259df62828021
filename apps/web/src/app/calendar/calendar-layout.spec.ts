import { describe, expect, it } from 'vitest';
import { computed, signal } from '@angular/core';
import { addDays, calendarDay, listDays } from '@daysync/progress';
import fc from 'fast-check';
import {
  dateOf,
  dayAfter,
  dayBefore,
  dayIn,
  monthOf,
  monthRange,
  weekdayOf,
  yearOf,
  yearRange,
} from '../time/calendar-days';
import { layoutYear, YearDays } from './calendar-layout';
import { knownDays, type KnownDays } from './day-states';
import { recorded } from './recorded-day.fixture';

const years = fc.integer({ min: 1, max: 9_999 });

describe('the layout of a year', () => {
  it('has every day of the year once, in order, each under its weekday', () => {
    fc.assert(
      fc.property(years, (year) => {
        const { weeks } = layoutYear(year);
        const { start_date, end_date } = yearRange(year);
        expect(weeks.flatMap(({ days }) => days.filter((day) => day !== undefined))).toEqual(
          listDays(start_date, end_date),
        );
        for (const { days } of weeks) {
          expect(days).toHaveLength(7);
          for (const [weekday, day] of days.entries()) {
            if (day !== undefined) expect(weekdayOf(day)).toBe(weekday);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('begins weeks on Monday, and has 54 of them where a leap year begins on Sunday', () => {
    const { weeks } = layoutYear(2012);
    expect(weeks).toHaveLength(54);
    expect(weeks[0]?.days).toEqual([...Array<undefined>(6), '2012-01-01']);
    expect(weeks[1]?.days[0]).toBe('2012-01-02');
    expect(weeks.at(-1)?.days.slice(0, 2)).toEqual(['2012-12-31', undefined]);
    expect(layoutYear(2013).weeks).toHaveLength(53);
  });

  it('names each month once, in the week that has its first day', () => {
    fc.assert(
      fc.property(years, (year) => {
        const heads = layoutYear(year).weeks.filter(({ isHead }) => isHead);
        expect(heads.map(({ month }) => month)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        for (const { days, month } of heads) expect(days).toContain(dayIn(year, month, 1));
      }),
      { numRuns: 20 },
    );
  });

  it('counts a week without a head to the month of its first day', () => {
    const week = layoutYear(2012).weeks.find(({ days }) =>
      days.includes(calendarDay('2012-03-09')),
    );
    expect(week).toMatchObject({ month: 3, isHead: false });
  });
});

describe('the range of a month', () => {
  it('goes from its first day to the one before the next month', () => {
    fc.assert(
      fc.property(years, fc.integer({ min: 1, max: 11 }), (year, month) => {
        const { start_date, end_date } = monthRange(year, month);
        const parts = [yearOf(start_date), monthOf(start_date), dateOf(start_date)];
        expect(parts).toEqual([year, month, 1]);
        expect(addDays(end_date, 1)).toBe(dayIn(year, month + 1, 1));
      }),
    );
    expect(monthRange(2012, 2).end_date).toBe('2012-02-29');
    expect(monthRange(9_999, 12)).toEqual({ start_date: '9999-12-01', end_date: '9999-12-31' });
  });
});

describe('the neighbours of a day', () => {
  it('are the days before and after it, and end where the days do', () => {
    expect(dayBefore(calendarDay('2012-03-01'))).toBe('2012-02-29');
    expect(dayAfter(calendarDay('2011-12-31'))).toBe('2012-01-01');
    expect(dayBefore(calendarDay('0001-01-01'))).toBeUndefined();
    expect(dayAfter(calendarDay('9999-12-31'))).toBeUndefined();
  });
});

const knownOf = (...days: readonly string[]): KnownDays =>
  knownDays({
    items: days.map((day) => recorded(day)),
    today: calendarDay('2013-12-31'),
    ...{ not_expected: [], settled: [] },
  });
const SHOWN = { start_date: calendarDay('2012-03-01'), end_date: calendarDay('2013-12-31') };

describe('the days of a year', () => {
  it('are not computed before they are asked for', () => {
    let times = 0;
    const known = computed(() => {
      times += 1;
      return knownOf('2012-03-05');
    });
    const year = new YearDays(2012, known, signal(SHOWN));
    expect([year.weekCount, times]).toEqual([54, 0]);
    expect(year.cells()).toHaveLength(366);
    expect(times).toBe(1);
  });

  it('are the very same while what changes is in another year', () => {
    const known = signal(knownOf('2012-03-05'));
    const year = new YearDays(2012, known, signal(SHOWN));
    const before = year.cells();
    known.set(knownOf('2012-03-05', '2013-01-08'));
    // What was missing after the last synced day is a gap now.
    expect(year.cells()).not.toBe(before);
    const between = year.cells();
    known.set(knownOf('2012-03-05', '2013-01-08', '2013-01-09'));
    expect(year.cells()).toBe(between);
  });

  it('count where they are shown', () => {
    const year = new YearDays(2012, signal(knownOf('2012-01-05', '2012-03-05')), signal(SHOWN));
    expect(year.counts()).toMatchObject({ synced: 1, gap: 4, missing: 301 });
  });
});
