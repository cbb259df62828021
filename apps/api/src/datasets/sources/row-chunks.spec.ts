import { describe, expect, it } from '@jest/globals';
import type { SourceRow } from '../day-source.js';
import { inChunks } from './row-chunks.js';

/** So many rows, and then a failure where there is one; `left` hears of their end. */
function* rowsOf(count: number, failure?: Error, left?: () => void): Generator<SourceRow> {
  try {
    for (let row = 1; row <= count; row += 1) yield { row, values: {} };
    if (failure !== undefined) throw failure;
  } finally {
    left?.();
  }
}

const numbersOf = (chunk: readonly SourceRow[]): number[] => chunk.map(({ row }) => row);

describe('inChunks', () => {
  it.each([
    [0, undefined, []],
    [3, undefined, [[1, 2, 3]]],
    [3, 2, [[1, 2], [3]]],
    [
      4,
      2,
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])('makes of %i rows, at most %p a chunk, %j', (count, most, expected) => {
    expect([...inChunks(rowsOf(count), most)].map(numbersOf)).toEqual(expected);
  });

  it('gives the rows before a failure, and then the failure', () => {
    const given: number[][] = [];
    expect(() => {
      const failing = rowsOf(3, new Error('broken'));
      for (const chunk of inChunks(failing, 2)) given.push(numbersOf(chunk));
    }).toThrow('broken');
    expect(given).toEqual([[1, 2], [3]]);
  });

  it('lets go of rows that nobody wants any more, and gives none of them again', () => {
    let isLeft = false;
    const chunks = inChunks(
      rowsOf(4, undefined, () => (isLeft = true)),
      2,
    );
    chunks.next();
    expect(chunks.return(undefined)).toEqual({ done: true, value: undefined });
    expect(isLeft).toBe(true);
  });
});
