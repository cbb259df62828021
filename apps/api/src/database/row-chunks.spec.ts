import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, CHUNK_ROWS, chunksOf, rowBytes, RowChunks } from './row-chunks.js';

const rowsOf = (count: number, characters: number): string[][] =>
  Array.from({ length: count }, () => ['x'.repeat(characters)]);
const lengthsOf = (rows: readonly string[][], most?: number): number[] =>
  [...chunksOf(rows, most)].map(({ length }) => length);

describe('chunks of rows', () => {
  it('are bounded by their number where rows are small', () => {
    expect(lengthsOf(rowsOf(2 * CHUNK_ROWS + 1, 10))).toEqual([CHUNK_ROWS, CHUNK_ROWS, 1]);
    expect(lengthsOf(rowsOf(5, 10), 2)).toEqual([2, 2, 1]);
    expect(lengthsOf([])).toEqual([]);
  });

  it('are bounded by their bytes where rows are large', () => {
    const rows = rowsOf(100, 60_000);
    const chunks = [...chunksOf(rows)];
    expect(chunks.flat()).toEqual(rows);
    for (const chunk of chunks) {
      const bytes = chunk.reduce((sum, row) => sum + rowBytes(row), 0);
      expect(bytes).toBeLessThanOrEqual(CHUNK_BYTES);
    }
  });

  it('have a larger row alone', () => {
    const rows = [['a'], ['x'.repeat(CHUNK_BYTES)], ['b'], ['c']];
    expect([...chunksOf(rows)].map((chunk) => chunk.length)).toEqual([1, 1, 2]);
  });

  it('include the last ones at any time', () => {
    const chunks = new RowChunks(2);
    for (const row of [[1], [2], [3]]) chunks.add(row);
    expect(chunks.ranges).toEqual([
      { first: 0, count: 2 },
      { first: 2, count: 1 },
    ]);
    chunks.add([4]);
    chunks.add([5]);
    expect(chunks.ranges).toEqual([
      { first: 0, count: 2 },
      { first: 2, count: 2 },
      { first: 4, count: 1 },
    ]);
  });
});
