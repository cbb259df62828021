import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { fillDayTemplate, isDayTemplate, unknownPlaceholders } from './day-template.js';

describe('fillDayTemplate', () => {
  it.each([
    ['{day}.csv', '2024-02-29.csv'],
    ['{yyyy}/{mm}/{dd}', '2024/02/29'],
    ['from={day}&to={next_day}', 'from=2024-02-29&to=2024-03-01'],
    ['{epoch}-{epoch_next}', '1709164800-1709251200'],
    ['{"q": "{other} {day}"}', '{"q": "{other} 2024-02-29"}'],
    ['{constructor}{day}{day}', '{constructor}2024-02-292024-02-29'],
  ])('%s', (template, expected) => {
    expect(fillDayTemplate(template, calendarDay('2024-02-29'))).toBe(expected);
  });

  it('says that no day comes after the last one', () => {
    const last = calendarDay('9999-12-31');
    expect(fillDayTemplate('{day}-{epoch_next}', last)).toBe('9999-12-31-253402300800');
    expect(() => fillDayTemplate('{day}-{next_day}', last)).toThrow(
      expect.objectContaining({ kind: 'lasting', code: 'NEXT_DAY_OUT_OF_RANGE' }),
    );
  });
});

it('distinguishes a template from a text, and names unknown placeholders', () => {
  expect(['a/{day}', 'a/{yyyy}', 'a/{x}', 'a'].map(isDayTemplate)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(unknownPlaceholders('{day}/{date}/{mm}/{YYYY}/{hour_of}')).toEqual([
    '{date}',
    '{hour_of}',
  ]);
});
