import { describe, expect, it } from 'vitest';
import { mean, median } from './day-values';

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

describe('mean', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1], 2.5],
    [[], NaN],
  ])('of %j is %d', (values, expected) => {
    expect(mean(values)).toBe(expected);
  });
});
