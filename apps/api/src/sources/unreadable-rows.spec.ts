import { describe, expect, it } from 'vitest';
import { unreadableRows } from './unreadable-rows.fixture.js';
import { joinUnreadable, UnreadableRowList, type UnreadableRow } from './unreadable-rows.js';

const rowOf = (row: number, content = 'total,1'): Omit<UnreadableRow, 'file'> => ({
  ...{ row, column: 'day', text: `row ${row}`, content },
});

describe('a list of unreadable rows', () => {
  it('keeps the first ones that fit into its bytes, and counts all', () => {
    const list = new UnreadableRowList(1_000);
    let described = 0;
    for (let row = 1; row <= 9; row += 1) {
      const content = row === 3 ? 'x'.repeat(3_000) : 'total';
      list.add(() => {
        described += 1;
        return rowOf(row, content);
      });
    }
    expect(list.count).toBe(9);
    // A smaller one after the first that does not fit is not kept.
    expect(list.rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(described).toBe(3);
    expect(list.bytes).toBeLessThanOrEqual(1_000);
  });

  it('knows its first row even without room, for the error that names it', () => {
    const list = new UnreadableRowList(0);
    expect(list.add(() => rowOf(1))).toBe(false);
    expect(list.add(() => rowOf(2))).toBe(false);
    expect([list.rows.length, list.bytes, list.first?.row]).toEqual([0, 0, 1]);
  });
});

it('the rows of several pages are one list', () => {
  const first = { file: 'page 1', ...rowOf(7) };
  const second = { file: 'page 2', ...rowOf(1) };
  const joined = joinUnreadable('answer', [
    unreadableRows({ count: 1, rows: [first], allRows: 9, bytes: 20 }),
    unreadableRows({ count: 2, rows: [second], allRows: 5, unclearTimes: 1, bytes: 10 }),
  ]);
  expect(joined).toEqual({
    ...{ file: 'answer', count: 3, allRows: 14, unclearTimes: 1, bytes: 30 },
    rows: [first, second],
  });
});
