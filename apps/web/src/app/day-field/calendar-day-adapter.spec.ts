import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { provideTestWords } from '../i18n/test-words';
import { CLOCK } from '../time/clock';
import { CalendarDayAdapter } from './calendar-day-adapter';

describe('CalendarDayAdapter', () => {
  let adapter: CalendarDayAdapter;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        CalendarDayAdapter,
        provideTestWords(),
        { provide: CLOCK, useValue: { now: () => Date.parse('2025-10-03T12:00:00Z') } },
      ],
    });
    adapter = TestBed.inject(CalendarDayAdapter);
  });

  it.each([
    ['2025-10-03', '2025-10-03'],
    [' 2025-1-5 ', '2025-01-05'],
    ['2025/10/3', '2025-10-03'],
    ['2025.10.03', '2025-10-03'],
    ['20251003', '2025-10-03'],
    ['2025年10月3日', '2025-10-03'],
  ])('reads %j as the day that was typed', (text, day) => {
    expect(adapter.parse(text)).toBe(day);
  });

  it.each(['abc', '2025-02-30', '2025-13-01', '10/03/2025', '2025-10', '2025-10/03'])(
    'takes %j for no date',
    (text) => {
      const parsed = adapter.parse(text) ?? '';
      expect(adapter.isDateInstance(parsed)).toBe(true);
      expect(adapter.isValid(parsed)).toBe(false);
    },
  );

  it.each(['', '  ', null])('takes %j for nothing', (text) => {
    expect(adapter.parse(text)).toBeNull();
  });

  it('takes a day apart and puts it together', () => {
    const day = '2024-02-29';
    const parts = [adapter.getYear(day), adapter.getMonth(day), adapter.getDate(day)] as const;
    expect(parts).toEqual([2024, 1, 29]);
    expect(adapter.createDate(...parts)).toBe(day);
    expect(() => adapter.createDate(2025, 1, 29)).toThrow(RangeError);
  });

  it.each([
    ['2023-01-01', 0],
    ['2025-10-03', 5],
    ['1969-12-31', 3],
    ['1900-01-01', 1],
  ])('%s is weekday %i', (day, weekday) => {
    expect(adapter.getDayOfWeek(day)).toBe(weekday);
  });

  it.each([
    ['2025-01-31', 1, '2025-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2025-03-31', -1, '2025-02-28'],
    ['2025-01-15', -13, '2023-12-15'],
  ])('%s and %i months is %s', (day, months, expected) => {
    expect(adapter.addCalendarMonths(day, months)).toBe(expected);
  });

  it('keeps the 29th of February inside its month over years', () => {
    expect(adapter.addCalendarYears('2024-02-29', 1)).toBe('2025-02-28');
    expect(adapter.addCalendarDays('2024-02-28', 2)).toBe('2024-03-01');
  });

  it('speaks Chinese, with the week beginning on Monday', () => {
    expect(adapter.getMonthNames('short')[0]).toBe('1月');
    expect(adapter.getDayOfWeekNames('narrow')).toEqual(['日', '一', '二', '三', '四', '五', '六']);
    expect(adapter.getFirstDayOfWeek()).toBe(1);
    expect(adapter.format('2025-10-03', 'day')).toBe('2025-10-03');
    expect(adapter.format('2025-10-03', 'month_year')).toBe('2025年10月');
  });

  it('takes an empty control for no day', () => {
    expect(adapter.deserialize('')).toBeNull();
    expect(adapter.deserialize('2025-10-03')).toBe('2025-10-03');
  });

  it('takes today from the clock', () => {
    expect(adapter.today()).toMatch(/^2025-10-0[34]$/);
  });
});
