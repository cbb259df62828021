import { describe, expect, it } from 'vitest';
import { computed, signal } from '@angular/core';
import { calendarDay } from '@daysync/progress';
import type { RecordedDay } from '../api/wire';
import { knownDays, type KnownDays } from './day-states';
import { YearDays } from './year-days';

function recorded(on: string): RecordedDay {
  return {
    day: calendarDay(on),
    status: 'success',
    reason: null,
    rows: 2,
    duration_ms: 4,
    error_code: null,
    synced: true,
  };
}
const knownOf = (...days: readonly string[]): KnownDays =>
  knownDays({ items: days.map(recorded), today: calendarDay('2013-12-31') });
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
