import { describe, expect, it } from 'vitest';
import { unreadableRows } from './unreadable-rows.fixture.js';
import {
  MOST_UNREADABLE_BYTES,
  UnreadableLists,
  UnreadableRowList,
  type UnreadableRow,
} from './unreadable-rows.js';

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

describe('the lists of several files', () => {
  it('are one list in the order of their keys, the same until one changes', () => {
    const lists = new UnreadableLists();
    expect(lists.join('*.csv')).toBeUndefined();
    const second = unreadableRows({
      ...{ file: 'b', count: 2, allRows: 5, unclearTimes: 1, bytes: 10 },
      rows: [{ file: 'b', ...rowOf(1) }],
    });
    lists.set('b', second);
    const rows = [{ file: 'a', ...rowOf(7) }];
    lists.set('a', unreadableRows({ file: 'a', count: 1, rows, allRows: 9, bytes: 20 }));
    const joined = lists.join('*.csv');
    expect(joined).toMatchObject({
      ...{ file: '*.csv', count: 3, allRows: 14, unclearTimes: 1, bytes: 30 },
    });
    expect(joined?.rows.map(({ file, row }) => [file, row])).toEqual([
      ['a', 7],
      ['b', 1],
    ]);
    lists.set('b', second);
    expect(lists.join('*.csv')).toBe(joined);
    lists.set('a', undefined);
    expect(lists.join('*.csv')).toMatchObject({ count: 2, bytes: 10 });
    lists.set('b', undefined);
    expect(lists.join('*.csv')).toMatchObject({ count: 0, rows: [] });
  });

  it('share what they may take in memory', () => {
    const lists = new UnreadableLists();
    lists.set('a', unreadableRows({ bytes: 100 }));
    lists.set('b', unreadableRows({ bytes: 30 }));
    expect(lists.roomFor('a')).toBe(MOST_UNREADABLE_BYTES - 30);
    lists.set('a', unreadableRows({ bytes: 1 }));
    expect(lists.roomFor('c')).toBe(MOST_UNREADABLE_BYTES - 31);
  });
});
