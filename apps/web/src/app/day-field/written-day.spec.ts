import { expect, it } from 'vitest';
import { writeDay } from './written-day';

it('writeDay has four, two and two digits', () => {
  expect(writeDay(25, 1, 5)).toBe('0025-01-05');
});
