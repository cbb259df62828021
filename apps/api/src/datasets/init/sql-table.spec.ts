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
    expect(postgresCondition(dayIn(format), type, [])).toBe(expected);
  });

  it.each([
    ['2025-10-01T23:00:00Z', true],
    ['2025-10-01 23:00:00.5+02:00', true],
    ['2025-10-01T23:00+0530', true],
    ['2025-10-01 23:00:00-05', true],
    ['2025-10-01T23:00:00', false],
    ['2025-10-01', false],
  ])('compares texts such as %s as instants: %s', (value, isInstant) => {
    const rows = [
      { row: 1, values: { at: null } },
      { row: 2, values: { at: value } },
    ];
    expect(postgresCondition(dayIn('iso'), 'character varying', rows)).toBe(
      isInstant
        ? 'at::timestamptz >= :day_start and at::timestamptz < :day_end'
        : 'at >= :day and at < :next_day',
    );
  });

  it.each([
    ['dd.MM.yyyy', 'text', 'got at, written dd.MM.yyyy in a column of type text'],
    ['iso', 'jsonb', 'got at, written iso in a column of type jsonb'],
  ])('refuses %s in a column of type %s', (format, type, expected) => {
    expect(() => postgresCondition(dayIn(format), type, [])).toThrow(expected);
  });
});
