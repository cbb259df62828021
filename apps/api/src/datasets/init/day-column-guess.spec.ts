import { describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { areAlike, DayColumnGuess, type DayCandidate } from './day-column-guess.js';
import { SeenColumns } from './seen-columns.js';

function guess(columns: Readonly<Record<string, readonly string[]>>): DayColumnGuess {
  const [first = []] = Object.values(columns);
  const rows = first.map((_, index) => ({
    row: index + 1,
    values: Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, all[index]])),
  }));
  const seen = new SeenColumns();
  for (const row of rows) seen.add(row);
  const options = { timeZone: 'UTC', today: calendarDay('2026-01-01') };
  const days = new DayColumnGuess(seen.list(), options);
  for (const row of rows) days.add(row);
  return days;
}

function candidatesOf(
  columns: Readonly<Record<string, readonly string[]>>,
): readonly DayCandidate[] {
  return guess(columns).candidates();
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
