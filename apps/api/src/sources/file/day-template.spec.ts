import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import {
  DAY_BRACES_ALONE,
  fillDayTemplate,
  isDayTemplate,
  separatesDays,
  unknownPlaceholders,
} from './day-template.js';

it.each([
  ['{day}.csv', '2024-02-29.csv'],
  ['{yyyy}/{mm}/{dd}', '2024/02/29'],
  ['from={day}&to={next_day}', 'from=2024-02-29&to=2024-03-01'],
  ['{epoch}-{epoch_next}', '1709164800-1709251200'],
  ['{"q": "{other} {day}"}', '{"q": "{other} 2024-02-29"}'],
  ['{constructor}{day}{day}', '{constructor}2024-02-292024-02-29'],
])('fillDayTemplate of %s', (template, expected) => {
  expect(fillDayTemplate(template, calendarDay('2024-02-29'))).toBe(expected);
});

describe('the instants of a day', () => {
  const TEMPLATE = '{day_start}/{day_end} {day_start_s}-{day_end_ms}';

  it.each([
    [
      'Europe/Berlin',
      '2025-03-30',
      '2025-03-29T23:00:00Z/2025-03-30T22:00:00Z 1743289200-1743372000000',
    ],
    [
      'Europe/Berlin',
      '2025-10-26',
      '2025-10-25T22:00:00Z/2025-10-26T23:00:00Z 1761429600-1761519600000',
    ],
    ['UTC', '1969-12-31', '1969-12-31T00:00:00Z/1970-01-01T00:00:00Z -86400-0'],
  ])('in %s on %s', (timeZone, day, expected) => {
    expect(fillDayTemplate(TEMPLATE, calendarDay(day), { timeZone })).toBe(expected);
  });

  it('belong to requests alone: a path has none', () => {
    expect(unknownPlaceholders(TEMPLATE)).toEqual([]);
    expect(separatesDays([TEMPLATE])).toBe(true);
    expect(isDayTemplate(TEMPLATE)).toBe(false);
    expect(DAY_BRACES_ALONE.test('in/{day_start}.csv')).toBe(false);
    expect(fillDayTemplate('{day_start}', calendarDay('2025-01-01'))).toBe('{day_start}');
  });
});

it.each(['{day}-{next_day}', '{day_end_s}'])('%s is not there on the last day', (template) => {
  const last = calendarDay('9999-12-31');
  expect(() => fillDayTemplate(template, last, { timeZone: 'UTC' })).toThrow(
    expect.objectContaining({ kind: 'lasting', code: 'NEXT_DAY_OUT_OF_RANGE' }),
  );
  expect(fillDayTemplate('{day}-{epoch_next}', last)).toBe('9999-12-31-253402300800');
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
