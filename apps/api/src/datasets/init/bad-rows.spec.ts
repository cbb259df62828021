import { describe, expect, it } from 'vitest';
import { SourceError } from '../../sources/day-source.js';
import { BadRows, draftOnBadRow } from './bad-rows.js';

function badRows(count: number, code: 'SOURCE_ROW_RAGGED' | 'SOURCE_UNREADABLE'): BadRows {
  const rows = new BadRows();
  for (let row = 1; row <= count; row += 1) {
    rows.add({
      failure: () => new SourceError('lasting', code, `row ${row}: expected 3 fields, got 2`),
      text: () => '',
    });
  }
  return rows;
}

describe('rows that are no rows of values', () => {
  it('are named, the first ones', () => {
    expect(badRows(0, 'SOURCE_ROW_RAGGED').doubts(9)).toEqual([]);
    expect(badRows(5, 'SOURCE_ROW_RAGGED').doubts(9)).toEqual([
      "5 of 14 rows can't be read: row 1: expected 3 fields, got 2; row 2: expected 3 fields, got 2; row 3: expected 3 fields, got 2; and 2 more. `on_bad_row` keeps them in quarantine; without it, their days fail",
    ]);
  });

  it('are refused if most rows are such, with what to do where fields are missing', () => {
    expect(() => badRows(3, 'SOURCE_ROW_RAGGED').refuseMost(3)).not.toThrow();
    expect(() => badRows(4, 'SOURCE_ROW_RAGGED').refuseMost(3)).toThrow(
      /^expected rows that can be read, but 4 of 7 rows can't be read: row 1: .*; and 1 more\n.*Write a delimiter/,
    );
    expect(() => badRows(4, 'SOURCE_UNREADABLE').refuseMost(3)).toThrow(/; and 1 more$/);
  });

  it.each([
    [0, {}],
    [12, { on_bad_row: { quarantine: 100 } }],
    [101, { on_bad_row: { quarantine: 101 } }],
    [200_000, { on_bad_row: { quarantine: 100_000 } }],
  ])('%s of them go to quarantine', (count, expected) => {
    expect(draftOnBadRow(count)).toEqual(expected);
  });
});
