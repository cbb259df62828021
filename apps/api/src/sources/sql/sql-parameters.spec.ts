import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { namedParameters, numberParameters, readSqlParts } from './sql-parameters.js';

const DAY = calendarDay('2024-02-28');
const textsOf = (query: string, dialect: 'postgres' | 'sqlite'): string[] =>
  readSqlParts(query, dialect).parameters.map(({ text }) => text);

describe('the parameters of a query for PostgreSQL', () => {
  it.each([
    ['where day = :day', 'where day = $1'],
    ['where day>=:day and day<:next_day or :day=d', 'where day>=$1 and day<$2 or $1=d'],
    [':next_day :day', '$1 $2'],
    ['d::date = :day::date', 'd::date = $1::date'],
    ["':day' || 'it''s :day' = :day", "':day' || 'it''s :day' = $1"],
    ["E'\\':day' = :day", "E'\\':day' = $1"],
    ["'\\' = :day", "'\\' = $1"],
    ["price'\\' = :day", "price'\\' = $1"],
    ['":day" = :day', '":day" = $1'],
    ['$$ :day $$ = :day', '$$ :day $$ = $1'],
    ['$a$ :day $$ :day $a$ = :day', '$a$ :day $$ :day $a$ = $1'],
    ['a$b = :day and c$b', 'a$b = $1 and c$b'],
    ['-- :day\n= :day', '-- :day\n= $1'],
    ['/* :day /* :day */ :day */ :day', '/* :day /* :day */ :day */ $1'],
    ['/* :day /* :day */ :day', '/* :day /* :day */ :day'],
    ['/*/ :day */ :day', '/*/ :day */ $1'],
    ['f(a := 1, b => :day) and x[1:2] @> y ? z', 'f(a := 1, b => $1) and x[1:2] @> y ? z'],
    ["'open :day", "'open :day"],
    ['日:day', '日$1'],
  ])('%s', (query, expected) => {
    expect(numberParameters(query, 'UTC').text).toBe(expected);
  });

  it('have values in the order of their numbers', () => {
    expect(numberParameters(':next_day :day :next_day', 'UTC').valuesFor(DAY)).toEqual([
      '2024-02-29',
      '2024-02-28',
    ]);
  });

  it('may be none that there are', () => {
    expect(textsOf('a = $1 and b = :month and c = :days', 'postgres')).toEqual([
      '$1',
      ':month',
      ':days',
    ]);
  });
});

describe('the parameters of a query for SQLite', () => {
  it.each([
    ["where day = :day and ':day' = x", [':day']],
    ['[:day] `:day` ":day" :day', [':day']],
    ['/* :day /* */ :day -- :day', [':day']],
    ['? ?1 @day $day :1', ['?', '?1', '@day', '$day', ':1']],
  ])('%s', (query, expected) => {
    expect(textsOf(query, 'sqlite')).toEqual(expected);
  });

  it('are bound by name, those alone that the query has', () => {
    expect(namedParameters('select :day', DAY, 'UTC')).toEqual({ ':day': '2024-02-28' });
    expect(namedParameters('select :day, :next_day', DAY, 'UTC')).toEqual({
      ':day': '2024-02-28',
      ':next_day': '2024-02-29',
    });
  });
});

describe('the instants of a day', () => {
  const INSTANTS = ':day_start <= at and :day_end > at and :day_start::text <> :day';

  it.each([
    ['Europe/Berlin', '2025-03-30', '2025-03-29T23:00:00', '2025-03-30T22:00:00'],
    ['Europe/Berlin', '2025-10-26', '2025-10-25T22:00:00', '2025-10-26T23:00:00'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00', '2018-11-05T02:00:00'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00', '2011-12-30T10:00:00'],
    ['UTC', '2025-10-26', '2025-10-26T00:00:00', '2025-10-27T00:00:00'],
  ])('in %s on %s', (zone, written, start, end) => {
    const day = calendarDay(written);
    const query = numberParameters(INSTANTS, zone);
    expect(query.text).toBe(
      '$1::timestamptz <= at and $2::timestamptz > at and $1::timestamptz::text <> $3',
    );
    expect(query.valuesFor(day)).toEqual([`${start}Z`, `${end}Z`, written]);
    expect(namedParameters(INSTANTS, day, zone)).toEqual({
      ':day': written,
      ':day_start': start,
      ':day_end': end,
    });
  });

  it('sort before every text of the same second in SQLite', () => {
    const { ':day_start': start = '' } = namedParameters(':day_start', DAY, 'UTC');
    for (const end of ['', 'Z', '.000Z', '.0001Z', '+00:00']) {
      expect(start <= `2024-02-28T00:00:00${end}`).toBe(true);
      expect(start <= `2024-02-27T23:59:59${end}`).toBe(false);
    }
  });

  it('do not end after the last day, and no day comes after it', () => {
    const last = calendarDay('9999-12-31');
    const none = { kind: 'lasting', code: 'NEXT_DAY_OUT_OF_RANGE' };
    const lasting = expect.objectContaining(none) as unknown;
    for (const query of [':day_end', ':next_day']) {
      expect(() => namedParameters(query, last, 'America/New_York')).toThrow(lasting);
      expect(() => numberParameters(query, 'America/New_York').valuesFor(last)).toThrow(lasting);
    }
    expect(namedParameters(':day :day_start', last, 'America/New_York')).toEqual({
      ...{ ':day': '9999-12-31', ':day_start': '9999-12-31T05:00:00' },
    });
  });
});

it.each([
  ['select 1; select 2', true],
  ['select 1;;select 2', true],
  ["select 1; 'a'", true],
  ['select 1;', false],
  ['select 1; -- ; select 2\n /* ; */ ;', false],
  ['select \';\' || ";"', false],
])('a list of statements, or one: %s', (query, isList) => {
  expect(readSqlParts(query, 'postgres').isList).toBe(isList);
  expect(readSqlParts(query, 'sqlite').isList).toBe(isList);
});
