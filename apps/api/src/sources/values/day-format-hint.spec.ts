import { describe, expect, it } from 'vitest';
import { DayFormatHint, otherFormatHint } from './day-format-hint.js';

function hintOf(...values: unknown[]): string {
  const hint = new DayFormatHint();
  for (const value of values) hint.add(value);
  return hint.ofAll();
}

describe('DayFormatHint', () => {
  it.each([
    [['Jan 1 2000', 'Feb 12 2000'], ': set `day_column.format: MMM d yyyy`'],
    [['1/31/2015', '12/1/2015'], ': set `day_column.format: M/d/yyyy`'],
    [
      ['01/02/2015', '03/04/2015'],
      ', which is MM/dd/yyyy or dd/MM/yyyy: set `day_column.format` to the one that is meant',
    ],
    [
      ['Jan 1 2000', '31.01.2000'],
      ': the column has days of several formats, such as MMM d yyyy and dd.MM.yyyy; write all of them alike',
    ],
    [['total'], ''],
    [['Jan 1 2000', 'total'], ''],
    [[undefined, null, ''], ''],
    [[], ''],
  ])('of %j', (values, hint) => {
    expect(hintOf(...values)).toBe(hint);
  });

  it('keeps a bounded sample', () => {
    const days = Array.from({ length: 1_000 }, (_, at) => `${(at % 12) + 1}/13/${2_000 + at}`);
    expect(hintOf(...days, '01.01.2015')).toBe(': set `day_column.format: M/d/yyyy`');
  });
});

it('names the format of a value in a column of another one', () => {
  expect(otherFormatHint('Jan 1 2000')).toContain('it is written as MMM d yyyy');
  expect(otherFormatHint('total')).toBe('');
});
