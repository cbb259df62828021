import { describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { median, unusualDays, type DayValue } from './unusual-days';

/** A Monday. */
const FIRST = calendarDay('2024-01-01');
const series = (values: readonly number[]): DayValue[] =>
  values.map((value, index) => ({ day: addDays(FIRST, index), value }));
const repeat = (count: number, at: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => at(index));
const anyValues = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 120 });

describe('unusualDays', () => {
  it('finds nothing in a constant series', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 200 }), (value, count) => {
        expect(unusualDays(series(repeat(count, () => value))).size).toBe(0);
      }),
    );
  });

  it('finds a single spike, up or down, wherever it stands, and it alone', () => {
    const cases = fc.record({
      count: fc.integer({ min: 15, max: 200 }),
      where: fc.nat(),
      spike: fc.constantFrom(0, 30, 1_000, 100_000),
    });
    fc.assert(
      fc.property(cases, ({ count, where, spike }) => {
        const at = where % count;
        const values = repeat(count, (index) => (index === at ? spike : 100 + (index % 3)));
        expect([...unusualDays(series(values))]).toEqual([addDays(FIRST, at)]);
      }),
    );
  });

  it('finds the same days at every scale', () => {
    // Powers of two: nothing is rounded, so that a value on the very edge stays there.
    const scale = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(anyValues, scale, (values, factor) => {
        const scaled = values.map((value) => value * factor);
        expect(unusualDays(series(scaled))).toEqual(unusualDays(series(values)));
      }),
    );
  });

  it('finds the same days in any order', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const days = series(values);
        expect([...unusualDays(days.toReversed())].sort()).toEqual([...unusualDays(days)].sort());
      }),
    );
  });

  it('says nothing of a short series', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), (values) => {
        expect(unusualDays(series(values)).size).toBe(0);
      }),
    );
  });

  it.each([28, 200])('takes a weekly rhythm of %d days for what it is', (count) => {
    const weekly = (index: number): number => (index % 7 >= 5 ? 3 : 100 + (index % 4));
    expect(unusualDays(series(repeat(count, weekly))).size).toBe(0);
  });

  it('finds a Sunday that is like a working day', () => {
    const sunday = 13 * 7 - 1;
    const weekly = (index: number): number => (index % 7 >= 5 ? 3 : 100 + (index % 4));
    const values = repeat(200, (index) => (index === sunday ? 100 : weekly(index)));
    expect([...unusualDays(series(values))]).toEqual([addDays(FIRST, sunday)]);
  });

  it('ignores deviations up to `least`', () => {
    const values = series(repeat(60, (index) => (index === 30 ? 90 : 5 + (index % 2))));
    expect(unusualDays(values, 84).size).toBe(1);
    expect(unusualDays(values, 86).size).toBe(0);
  });

  it('takes small counts that jump now and then for what they are', () => {
    const counts = [1, 2, 0, 3, 1, 1, 5, 2, 1, 0, 4, 1, 2, 7, 1, 3, 0, 1, 2, 6];
    const values = repeat(200, (index) => counts[(index * 7) % counts.length] ?? 0);
    expect(unusualDays(series(values)).size).toBe(0);
  });

  it('bears a new level that stays, and a few percent of noise', () => {
    const shifted = repeat(120, (index) => (index < 60 ? 100 : 300) + (index % 5));
    expect(unusualDays(series(shifted)).size).toBe(0);
    const noisy = repeat(120, (index) => 100 + ((index * 7) % 13));
    expect(unusualDays(series(noisy)).size).toBe(0);
  });
});

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
