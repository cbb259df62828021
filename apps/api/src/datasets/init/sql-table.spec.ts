import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import type { DayReading } from './day-column-guess.js';
import { declaredType, postgresCondition, writtenAddress } from './sql-table.js';

const DAY = calendarDay('2025-10-01');

describe('writtenAddress', () => {
  it.each([
    ['postgres://u:secret@h/db', 'postgres://u:${T_PASSWORD}@h/db', 'secret'],
    ['postgres://u:p@ss@h/db', 'postgres://u:${T_PASSWORD}@h/db', 'p@ss'],
    ['postgres://u:a:b@h:5432/db?x=@', 'postgres://u:${T_PASSWORD}@h:5432/db?x=@', 'a:b'],
  ])('takes the password out of %s', (address, url, value) => {
    expect(writtenAddress(address, 't')).toEqual({
      url,
      variable: { variable: { name: 'T_PASSWORD', value } },
    });
  });

  it.each(['postgres://h/db', 'postgres://u@h:5432/db', 'postgres://h:5432/db?x=@'])(
    'leaves %s as it is',
    (url) => {
      expect(writtenAddress(url, 't')).toEqual({ url, variable: {} });
    },
  );
});

describe('declaredType', () => {
  it.each([
    ['character varying', 'text'],
    ['time without time zone', 'text'],
    ['bigint', 'integer'],
    ['double precision', 'real'],
    ['numeric', 'decimal'],
    ['date', 'date'],
    ['timestamp with time zone', 'timestamp'],
    ['timestamp without time zone', undefined],
    ['jsonb', 'json'],
  ])('of %s', (type, expected) => {
    expect(declaredType(type)).toBe(expected);
  });
});

function dayIn(format: string): DayReading {
  return {
    column: { from: 'at', format, timeZone: 'UTC' },
    ...{ name: 'at', readable: 1, unreadable: 0, days: 1, examples: [] },
    ...{ first: DAY, last: DAY },
  };
}

describe('postgresCondition', () => {
  it.each([
    ['date', 'iso', 'at = :day'],
    ['timestamp with time zone', 'iso', 'at >= :day_start and at < :day_end'],
    ['timestamp without time zone', 'iso', 'at >= :day::timestamp and at < :next_day::timestamp'],
    ['text', 'iso', 'at >= :day and at < :next_day'],
    [
      'bigint',
      'epoch_s',
      'at >= extract(epoch from :day_start) and at < extract(epoch from :day_end)',
    ],
  ])('for %s in %s', (type, format, expected) => {
    expect(postgresCondition(dayIn(format), type)).toBe(expected);
  });

  it('refuses a format that the database can’t compare', () => {
    expect(() => postgresCondition(dayIn('dd.MM.yyyy'), 'text')).toThrow('got at, written dd.MM');
  });
});
