import { describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { areAlike, DayColumnGuess, type DayCandidate } from './day-column-guess.js';
import { SeenColumns } from './seen-columns.js';

function guess(
  columns: Readonly<Record<string, readonly string[]>>,
  named: { readonly column?: string; readonly format?: string } = {},
): DayColumnGuess {
  const [first = []] = Object.values(columns);
  const rows = first.map((_, index) => ({
    row: index + 1,
    values: Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, all[index]])),
  }));
  const seen = new SeenColumns();
  for (const row of rows) seen.add(row);
  const today = calendarDay('2026-01-01');
  const options = { timeZone: 'UTC', inSeveral: true, today, ...named };
  const days = new DayColumnGuess(seen.list(), options);
  for (const row of rows) days.add(row);
  return days;
}

function candidatesOf(
  columns: Readonly<Record<string, readonly string[]>>,
  named: { readonly column?: string; readonly format?: string } = {},
): readonly DayCandidate[] {
  return guess(columns, named).candidates();
}

describe('the column with the day', () => {
  it.each([
    ['start', 'end'],
    ['Start Date', 'End Date'],
    ['StartDate', 'EndDate'],
    ['pickup', 'dropoff'],
    ['Created Date', 'Closed Date'],
    ['created_at', 'updated_at'],
  ])('is %s rather than %s, wherever they stand', (begin, end) => {
    const [first, second] = candidatesOf({ [end]: ['2025-02-03'], [begin]: ['2025-02-02'] });
    expect([first?.name, second?.name]).toEqual([begin, end]);
    expect(first !== undefined && second !== undefined && areAlike(first, second)).toBe(false);
  });

  it.each([
    ['endorsed', 'ended'],
    ['weekend', 'end'],
  ])('takes %s for no end', (name, end) => {
    expect(candidatesOf({ [end]: ['2025-02-03'], [name]: ['2025-02-02'] })[0]?.name).toBe(name);
  });

  it('may be in numbers that no name says to be days', () => {
    const days = guess({ reign: ['1702', '1714'], name: ['Anne', 'George'] });
    expect(days.candidates()).toEqual([]);
    expect(days.unnamed()).toMatchObject([{ name: 'reign', format: 'year' }]);
  });
});

describe('a day in several columns', () => {
  const columnOf = (candidates: readonly DayCandidate[]): unknown =>
    candidates.map(({ readings }) =>
      readings.map(({ column: { from, format } }) => [from, format]),
    );

  it.each([
    [{ year: ['2000'], month: ['1'], date_of_month: ['31'], day_of_week: ['6'] }, 'yyyy-M-d'],
    [{ DAY: ['31'], MONTH: ['12'], YEAR: ['1962'] }, 'yyyy-M-d'],
    [{ Year: ['2008'], Month: ['1'], DayofMonth: ['3'], DayOfWeek: ['4'] }, 'yyyy-M-d'],
    [{ yr: ['2008'], mo: ['01'], dy: ['03'] }, 'yyyy-M-d'],
    [{ 年: ['2025'], 月: ['10'], 日: ['3'] }, 'yyyy-M-d'],
    [{ start_year: ['2008'], start_month: ['2'], start_day: ['29'] }, 'yyyy-M-d'],
    [{ Jahr: ['2025'], Monat: ['10'], Tag: ['3'] }, 'yyyy-M-d'],
    [{ year: ['2025'], month: ['Jan'], day: ['3'] }, 'yyyy-MMM-d'],
    [{ year: ['2025'], month: ['January'], day: ['3'] }, 'yyyy-MMMM-d'],
    [{ Year: ['2025'], 'Month Number': ['3'] }, 'year_month'],
  ])('is that of %j', (columns, format) => {
    const [first, ...others] = candidatesOf(columns);
    const column = first?.readings[0]?.column;
    expect(column?.format).toBe(format);
    expect(column?.from).toHaveLength(format === 'year_month' ? 2 : 3);
    expect(column?.from[0]).toMatch(/^(?:year|yr|年|jahr|start_year)$/i);
    expect(others).toEqual([]);
  });

  it('is preferred over the year alone, and only where no single column has days', () => {
    const parts = { year: ['2025', '2025'], month: ['1', '2'], day: ['3', '4'] };
    expect(columnOf(candidatesOf({ ...parts, period: ['2024', '2025'] }))).toEqual([
      [[['year', 'month', 'day'], 'yyyy-M-d']],
      [['period', 'year']],
    ]);
    const whole = candidatesOf({ ...parts, at: ['2025-01-03', '2025-02-04'] });
    expect(columnOf(whole)).toEqual([[['at', 'iso']], [['year', 'year']]]);
  });

  it('takes the month as a number where its name is there as well', () => {
    const columns = { year: ['2025'], month: ['January'], month_no: ['1'], day: ['3'] };
    expect(columnOf(candidatesOf(columns))).toEqual([[[['year', 'month_no', 'day'], 'yyyy-M-d']]]);
  });

  it.each([
    ['whose days are no days', { year: ['2025'], month: ['1'], day: ['45'] }, ['year', 'month']],
    ['whose months are none', { year: ['2025'], month: ['13'], day: ['4'] }, 'year'],
    ['of two things', { birth_year: ['1999'], month: ['1'], day: ['4'] }, 'birth_year'],
    [
      'with a day of the year',
      { year: ['2025'], month: ['1'], day_of_year: ['9'] },
      ['year', 'month'],
    ],
  ])('is not that of columns %s', (_, columns, from) => {
    expect(candidatesOf(columns)[0]?.readings[0]?.column.from).toEqual(from);
  });

  it('is what the user names, with commas between the columns', () => {
    const columns = { a: ['2025'], b: ['1'], c: ['3'], 'a,b': ['x'] };
    const from = ['a', 'b', 'c'];
    expect(columnOf(candidatesOf(columns, { column: 'a, b,c' }))).toEqual([[[from, 'yyyy-M-d']]]);
    const ordered = { column: 'c,b,a', format: 'd-M-yyyy' };
    expect(columnOf(candidatesOf(columns, ordered))).toEqual([[[['c', 'b', 'a'], 'd-M-yyyy']]]);
    for (const column of ['a,b', 'a,a', 'a,z', 'a']) {
      expect(candidatesOf({ ...columns, a: ['x'] }, { column })).toEqual([]);
    }
  });

  it('asks between a beginning and another one only', () => {
    const of = (name: string): Readonly<Record<string, readonly string[]>> => ({
      ...{ [`${name}_year`]: ['2025'], [`${name}_month`]: ['1'], [`${name}_day`]: ['3'] },
    });
    const [first, second] = candidatesOf({ ...of('end'), ...of('start') });
    expect([first?.name, second?.name]).toEqual([
      'start_year, start_month, start_day',
      'end_year, end_month, end_day',
    ]);
    expect(first !== undefined && second !== undefined && areAlike(first, second)).toBe(false);
  });
});

describe('the order of day and month', () => {
  it.each([
    ['1.1.2025', '2.2.2025', 'd.M.yyyy', ['M.d.yyyy']],
    ['1/1/2025', '2/2/2025', 'M/d/yyyy', ['d/M/yyyy']],
    ['01/01/2025', '02/02/2025', 'MM/dd/yyyy', ['dd/MM/yyyy']],
    ['1.1.2025', '13.1.2025', 'd.M.yyyy', []],
    ['2025-01-01', '2025-02-02', 'iso', []],
  ])('of %s and %s is %s, and could be %j', (one, other, format, others) => {
    const [first] = candidatesOf({ date: [one, other] });
    expect(first?.readings).toMatchObject([{ column: { format }, otherFormats: others }]);
  });

  it('is a question where rows show different days', () => {
    const [first] = candidatesOf({ date: ['3/4/2025', '1/1/2025'] });
    expect(first?.readings.map(({ column }) => column.format)).toEqual(['M/d/yyyy', 'd/M/yyyy']);
  });

  it('names the first rows without a readable day', () => {
    const dates = Array.from({ length: 60 }, (_, index) =>
      index % 15 === 7 ? 'n/a' : addDays(calendarDay('2025-01-01'), index),
    );
    expect(candidatesOf({ date: dates })[0]?.readings).toMatchObject([
      { unreadable: 4, unreadableRows: ['row 8 "n/a"', 'row 23 "n/a"', 'row 38 "n/a"'] },
    ]);
  });
});
