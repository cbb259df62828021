import { describe, expect, it } from 'vitest';
import { SeenColumns } from './seen-columns.js';
import { findShortYears } from './short-years.js';

function shortYearsOf(values: readonly unknown[]) {
  const seen = new SeenColumns();
  values.forEach((value, index) => {
    seen.add({ row: index + 1, values: { id: String(index), when: value } });
  });
  return findShortYears(seen.list());
}

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
