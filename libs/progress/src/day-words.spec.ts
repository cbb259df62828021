import { describe, expect, it } from 'vitest';
import { calendarDay } from './calendar-day.js';
import { daysOfWord, parseDayWord } from './day-words.js';

/** Such as `2026-11-01…2026-11-30`. */
function daysOf(text: string, today = '2026-11-29'): string | undefined {
  const word = parseDayWord(text);
  if (word === undefined) return undefined;
  const { start_date, end_date } = daysOfWord(word, calendarDay(today));
  return start_date === end_date ? start_date : `${start_date}…${end_date}`;
}

describe('a word for days', () => {
  it.each([
    ['2026-11-28', '2026-11-28'],
    ['today', '2026-11-29'],
    ['yesterday', '2026-11-28'],
    ['-7d', '2026-11-22'],
    ['−7d', '2026-11-22'],
    ['-0d', '2026-11-29'],
    ['-365d', '2025-11-29'],
    ['2026-11', '2026-11-01…2026-11-30'],
    ['2024-02', '2024-02-01…2024-02-29'],
    ['2026-W48', '2026-11-23…2026-11-29'],
    ['2026-w48', '2026-11-23…2026-11-29'],
    ['last-month', '2026-10-01…2026-10-31'],
  ])('%s stands for %s on 2026-11-29', (text, days) => {
    expect(daysOf(text)).toBe(days);
  });

  it.each([
    // The first week of a year may begin in the year before, and the last one end in the next.
    ['2020-W01', '2019-12-30…2020-01-05'],
    ['2020-W53', '2020-12-28…2021-01-03'],
    ['2021-W01', '2021-01-04…2021-01-10'],
    ['2026-W53', '2026-12-28…2027-01-03'],
    ['0001-W01', '0001-01-01…0001-01-07'],
    ['9999-W51', '9999-12-20…9999-12-26'],
    ['1970-W01', '1969-12-29…1970-01-04'],
    ['1965-W01', '1965-01-04…1965-01-10'],
  ])('%s is the week %s', (text, days) => {
    expect(daysOf(text)).toBe(days);
  });

  it('last-month in January is December of the year before', () => {
    expect(daysOf('last-month', '2026-01-31')).toBe('2025-12-01…2025-12-31');
  });

  it.each([
    ...[
      '2026-11-31',
      '2026-13',
      '2026-00',
      '2025-W53',
      '2026-W00',
      '2026-W54',
      '0000-W10',
      '9999-W52',
    ],
    ...[
      '2026',
      '7d',
      '-d',
      '-7',
      '-7w',
      '-1000000d',
      'Today',
      'tomorrow',
      'last month',
      '',
      ' today',
    ],
  ])('%j stands for no days', (text) => {
    expect(parseDayWord(text)).toBeUndefined();
  });
});
