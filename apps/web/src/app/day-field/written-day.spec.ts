import { describe, expect, it } from 'vitest';
import { readWrittenDay, writeDay } from './written-day';

describe('readWrittenDay', () => {
  it.each([
    ['2025-10-03', '2025-10-03'],
    [' 2025-1-5 ', '2025-01-05'],
    ['2025/10/3', '2025-10-03'],
    ['2025.10.03', '2025-10-03'],
    ['20251003', '2025-10-03'],
    ['2025年10月3日', '2025-10-03'],
  ])('reads %j', (text, day) => {
    expect(readWrittenDay(text)).toBe(day);
  });

  it.each(['abc', '2025-02-30', '2025-13-01', '10/03/2025', '2025-10', '2025-10/03'])(
    'takes %j for no date',
    (text) => {
      expect(readWrittenDay(text)).toBeUndefined();
    },
  );

  it.each(['', '  '])('takes %j for nothing', (text) => {
    expect(readWrittenDay(text)).toBeNull();
  });
});

it('writeDay has four, two and two digits', () => {
  expect(writeDay(25, 1, 5)).toBe('0025-01-05');
});
