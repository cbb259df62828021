import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnusual, usualOf, type PastFigure } from './unusual.js';

const past = (...values: number[]): PastFigure[] =>
  values.map((value) => ({ value, unusual: false }));
const odd = (value: number): PastFigure => ({ value, unusual: true });

describe('usualOf rows', () => {
  it('is not known from less than four days', () => {
    expect(usualOf('rows', past(100, 100, 100))).toBeNull();
    expect(usualOf('rows', past(100, 100, 100, 100))).toEqual({
      median: 100,
      days: 4,
      low: 55,
      high: 183,
    });
  });

  it('is known from the latest eight days', () => {
    const usual = usualOf('rows', past(...Array<number>(8).fill(100), ...Array<number>(9).fill(9)));
    expect(usual).toMatchObject({ median: 100, days: 8 });
  });

  it('is wide where the days differ by themselves', () => {
    const usual = usualOf('rows', past(600, 1_400, 800, 1_200, 1_000, 700, 1_300, 1_000));
    // The median deviation is 250: four times 1.4826 of it are more than the median.
    expect(usual).toMatchObject({ median: 1_000, low: null, high: 2_482 });
  });

  it('bears small differences of few rows', () => {
    const usual = usualOf('rows', past(3, 3, 3, 3, 3, 3, 3, 3));
    expect(usual).toMatchObject({ low: null, high: 13 });
  });

  it('leaves unusual days out', () => {
    const days = [odd(500), ...past(1_000, 1_000), odd(2_000), ...past(1_000, 1_000)];
    expect(usualOf('rows', days)).toMatchObject({ median: 1_000, days: 4 });
  });

  it('takes three unusual days in a row for the new level, and forgets the one before', () => {
    const old = past(...Array<number>(8).fill(1_000));
    expect(usualOf('rows', [odd(500), odd(500), ...old])).toMatchObject({ median: 1_000 });
    const shifted = [odd(500), odd(510), odd(490), ...old];
    expect(usualOf('rows', shifted)).toMatchObject({ median: 500, days: 3 });
    expect(usualOf('rows', [...past(505, 500), ...shifted])).toMatchObject({
      median: 500,
      days: 5,
    });
  });

  it('finds half and double of a steady series at any scale', () => {
    const cases = fc.record({
      scale: fc.integer({ min: 100, max: 1_000_000 }),
      noise: fc.array(fc.double({ min: -0.03, max: 0.03, noNaN: true }), {
        minLength: 4,
        maxLength: 8,
      }),
    });
    fc.assert(
      fc.property(cases, ({ scale, noise }) => {
        const usual = usualOf('rows', past(...noise.map((by) => Math.round(scale * (1 + by)))));
        expect(usual && isUnusual(Math.floor(scale / 2), usual)).toBe(true);
        expect(usual && isUnusual(scale * 2, usual)).toBe(true);
        expect(usual && isUnusual(scale, usual)).toBe(false);
        // Most holidays.
        expect(usual && isUnusual(Math.round(scale * 0.65), usual)).toBe(false);
      }),
    );
  });
});

describe('usualOf durations', () => {
  it('has only slow days', () => {
    const usual = usualOf('duration', past(60_000, 61_000, 59_000, 60_000));
    expect(usual).toMatchObject({ low: null, high: 180_000 });
    expect(usual && isUnusual(0, usual)).toBe(false);
    expect(usual && isUnusual(180_001, usual)).toBe(true);
  });

  it('bears some seconds on a fast day', () => {
    expect(usualOf('duration', past(5, 5, 5, 5))).toMatchObject({ high: 10_005 });
  });
});
