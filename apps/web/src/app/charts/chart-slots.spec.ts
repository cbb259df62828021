import { describe, expect, it } from 'vitest';
import { addDays, calendarDay, countDays, listDays } from '@daysync/progress';
import fc from 'fast-check';
import { daySeries, unitFor, type ChartDay } from './chart-slots';

function dayOf(day: string, changes: Partial<ChartDay> = {}): ChartDay {
  return {
    day: calendarDay(day),
    rows: 5,
    duration_ms: 40,
    status: 'success',
    unusual: [],
    ...changes,
  };
}

/** A few days of some decades, sparse enough for every unit. */
const someDays = fc
  .record({
    first: fc.integer({ min: 0, max: 3_600_000 }),
    offsets: fc.uniqueArray(fc.nat({ max: 15_000 }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ first, offsets }) =>
    offsets.map((offset) => addDays(calendarDay('0001-01-01'), first + offset)),
  );

describe('daySeries', () => {
  it('has a place for every day, also for those that are not in the list', () => {
    const { unit, slots } = daySeries(
      [
        dayOf('2024-02-28'),
        dayOf('2024-03-02', { status: 'failed', rows: 5 }),
        dayOf('2024-03-01', { status: null, rows: null }),
        dayOf('2024-03-03', { status: 'skipped', rows: 0 }),
      ],
      'rows',
    );
    expect(unit).toBe('day');
    expect(slots.map(({ first }) => first)).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
      '2024-03-02',
      '2024-03-03',
    ]);
    expect(slots.map(({ value }) => value)).toEqual([5, ...Array<undefined>(4)]);
    expect(slots.map(({ missing }) => missing)).toEqual([0, 1, 1, 0, 0]);
    expect(slots.map(({ failed }) => failed)).toEqual([0, 0, 0, 1, 0]);
  });

  it('shows the mean of a month, and marks it for each kind of day in it', () => {
    const days = listDays(calendarDay('2012-01-15'), calendarDay('2021-12-31')).map((day) => ({
      ...dayOf(day),
      rows: day === '2012-02-10' ? 3_000 : 100,
      unusual: day === '2012-02-10' ? (['rows'] as const) : [],
      status: day === '2012-02-11' ? ('failed' as const) : ('success' as const),
    }));
    const { unit, slots } = daySeries(
      days.filter(({ day }) => day !== '2012-02-12'),
      'rows',
    );
    expect(unit).toBe('month');
    expect(slots).toHaveLength(120);
    expect(slots[0]).toMatchObject({ first: '2012-01-15', last: '2012-01-31', value: 100 });
    expect(slots[1]).toEqual({
      first: '2012-02-01',
      last: '2012-02-29',
      value: (3_000 + 26 * 100) / 27,
      days: 29,
      failed: 1,
      missing: 1,
      unusual: 1,
    });
  });

  it('marks a day only for what is measured, and only if it was written', () => {
    const days = [
      dayOf('2024-03-01', { unusual: ['rows', 'unique'] }),
      dayOf('2024-03-02', { unusual: ['rows.min'] }),
      dayOf('2024-03-03', { unusual: ['duration'] }),
      dayOf('2024-03-04', { unusual: ['rows'], status: 'failed' }),
    ];
    const unusual = (measure: 'rows' | 'duration') =>
      daySeries(days, measure).slots.map((slot) => slot.unusual);
    expect(unusual('rows')).toEqual([1, 1, 0, 0]);
    expect(unusual('duration')).toEqual([0, 0, 1, 0]);
  });

  it('covers the range without an overlap, whatever the days', () => {
    fc.assert(
      fc.property(someDays, (days) => {
        const { slots } = daySeries(
          days.map((day) => dayOf(day)),
          'rows',
        );
        const sorted = days.toSorted();
        expect(slots[0]?.first).toBe(sorted[0]);
        expect(slots.at(-1)?.last).toBe(sorted.at(-1));
        expect(slots.slice(1).map(({ first }) => first)).toEqual(
          slots.slice(0, -1).map(({ last }) => addDays(last, 1)),
        );
        expect(slots.map(({ days }) => days)).toEqual(
          slots.map(({ first, last }) => countDays(first, last)),
        );
        const missing = slots.reduce((sum, slot) => sum + slot.missing, 0);
        const all = slots.reduce((sum, slot) => sum + slot.days, 0);
        expect(all - missing).toBe(days.length);
        expect(slots.length).toBeLessThanOrEqual(402);
      }),
    );
  });

  it('begins weeks on Monday', () => {
    const { unit, slots } = daySeries([dayOf('2024-01-03'), dayOf('2025-12-31')], 'rows');
    expect(unit).toBe('week');
    expect(slots[0]).toMatchObject({ first: '2024-01-03', last: '2024-01-07' });
    expect(slots[1]).toMatchObject({ first: '2024-01-08', last: '2024-01-14' });
  });
});

describe('unitFor', () => {
  it.each([
    [1, 'day'],
    [400, 'day'],
    [401, 'week'],
    [3_660, 'month'],
    [20_000, 'year'],
  ] as const)('%d days are drawn by %s', (days, unit) => {
    expect(unitFor(days)).toBe(unit);
  });
});
