import { describe, expect, it } from 'vitest';
import { unreadableRows } from './unreadable-rows.fixture.js';
import {
  joinUnreadable,
  UnreadableMemory,
  UnreadableRowList,
  type UnreadableRow,
} from './unreadable-rows.js';

const rowOf = (row: number, content = 'total,1'): Omit<UnreadableRow, 'file'> => ({
  ...{ row, column: 'day', text: `row ${row}`, content },
});

const ALL = { rows: 1_000, characters: 1_000 };

describe('a list of unreadable rows', () => {
  it('keeps the first ones for which there is memory, and counts all', () => {
    const memory = new UnreadableMemory(1_000);
    const list = new UnreadableRowList({ ...ALL, characters: 4_000 }, memory);
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
    expect(memory.bytes).toBeGreaterThan(200);
    expect(memory.bytes).toBeLessThanOrEqual(1_000);
  });

  it('keeps no more than what is listed, where quarantine needs none', () => {
    const list = new UnreadableRowList(undefined, new UnreadableMemory());
    for (let row = 1; row <= 300; row += 1) list.add(() => rowOf(row, 'x'.repeat(3_000)));
    expect([list.count, list.rows.length, list.rows[0]?.content.length]).toEqual([300, 200, 200]);
  });

  it('knows its first row even without room, for the error that names it', () => {
    const list = new UnreadableRowList(ALL, new UnreadableMemory(0));
    expect(list.add(() => rowOf(1))).toBe(false);
    expect(list.add(() => rowOf(2))).toBe(false);
    expect([list.rows.length, list.first?.row]).toEqual([0, 1]);
  });
});

describe('the memory of all lists', () => {
  const FILE = { file: 'a', allRows: 9, unclearTimes: 0 };
  const listOf = (memory: UnreadableMemory): UnreadableRowList => {
    const list = new UnreadableRowList(ALL, memory);
    for (let row = 1; row <= 300; row += 1) list.add(() => rowOf(row, 'x'.repeat(900)));
    return list;
  };

  it('is shared, and free for others once a list is stored', () => {
    const memory = new UnreadableMemory(400_000);
    const list = listOf(memory).take(FILE);
    expect(list.rows).toHaveLength(300);
    const { count, rows } = listOf(memory);
    expect(count).toBe(300);
    expect(rows.length).toBeLessThan(100);
    const before = memory.bytes;
    memory.release(list);
    memory.release(list);
    expect(before - memory.bytes).toBeGreaterThan(300 * 900);
    expect([list.count, list.rows.length, list.rows[0]?.content.length]).toEqual([300, 200, 200]);
  });

  it('is free after a file that could not be indexed, and moves with the rows of pages', () => {
    const memory = new UnreadableMemory();
    listOf(memory).drop();
    expect(memory.bytes).toBe(0);
    const pages = [listOf(memory).take(FILE), listOf(memory).take(FILE)];
    const { bytes } = memory;
    const answer = unreadableRows();
    memory.move(pages, answer);
    expect(memory.bytes).toBe(bytes);
    for (const page of pages) memory.release(page);
    expect(memory.bytes).toBe(bytes);
    memory.release(answer);
    expect(memory.bytes).toBe(0);
  });
});

it('the rows of several pages are one list', () => {
  const first = { file: 'page 1', ...rowOf(7) };
  const second = { file: 'page 2', ...rowOf(1) };
  const joined = joinUnreadable('answer', [
    unreadableRows({ count: 1, rows: [first], allRows: 9 }),
    unreadableRows({ count: 2, rows: [second], allRows: 5, unclearTimes: 1 }),
  ]);
  expect(joined).toEqual({
    ...{ file: 'answer', count: 3, allRows: 14, unclearTimes: 1 },
    rows: [first, second],
  });
});
