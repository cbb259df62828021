import { describe, expect, it } from 'vitest';
import { SeenColumns, type SeenColumn } from './seen-columns.js';
import { findShortYears, findYearless } from './dates-in-part.js';

function columnsOf(values: readonly unknown[]): readonly SeenColumn[] {
  const seen = new SeenColumns();
  values.forEach((value, index) => {
    seen.add({ row: index + 1, values: { id: String(index), when: value } });
  });
  return seen.list();
}

const shortYearsOf = (values: readonly unknown[]) => findShortYears(columnsOf(values));

describe('a column of dates with years of two digits', () => {
  it.each([
    ['6/9/17'],
    ['12.31.99'],
    ['31.12.99'],
    ['28-May-15'],
    ['Jun 9, 17'],
    ['7/10/14 18:37'],
    ['03/04/05'],
  ])('is found by %s', (text) => {
    expect(shortYearsOf([text, ''])).toEqual({ name: 'when', example: text });
  });

  it.each([['6/9/2017'], ['2017-06-09'], ['45/67/89'], ['1.2'], ['12:30:45'], ['12.5.1.17'], [17]])(
    'is not found by %s',
    (value) => {
      expect(shortYearsOf([value])).toBeUndefined();
    },
  );

  it('is not found where most values are something else', () => {
    expect(shortYearsOf(['6/9/17', 'a', 'b'])).toBeUndefined();
  });
});

describe('a column of dates without a year', () => {
  it.each([['9-Nov'], ['03/04'], ['1-01'], ['Nov 9'], ['29 Feb']])('is found by %s', (text) => {
    expect(findYearless(columnsOf([text, '']))).toEqual({ name: 'when', example: text });
  });

  it.each([['3.4'], ['12:30'], ['45/67'], ['6/9/17'], ['2017-06'], ['Dusk 9'], [17]])(
    'is not found by %s',
    (value) => {
      expect(findYearless(columnsOf([value]))).toBeUndefined();
    },
  );
});
