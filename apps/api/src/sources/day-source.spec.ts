import { describe, expect, it } from 'vitest';
import { inOneChunk, type SourceRow } from './day-source.js';

/** So many rows, and then a failure where there is one. */
function* rowsOf(count: number, failure?: Error): Generator<SourceRow> {
  for (let row = 1; row <= count; row += 1) yield { row, values: {} };
  if (failure !== undefined) throw failure;
}

const numbersOf = (chunk: readonly SourceRow[]): number[] => chunk.map(({ row }) => row);

describe('inOneChunk', () => {
  it.each([
    [0, []],
    [3, [[1, 2, 3]]],
  ])('makes one chunk of %i rows, and none of none', (count, expected) => {
    expect([...inOneChunk(rowsOf(count))].map(numbersOf)).toEqual(expected);
  });

  it('gives the rows before a failure, and then the failure', () => {
    const given: number[][] = [];
    expect(() => {
      for (const chunk of inOneChunk(rowsOf(3, new Error('broken')))) given.push(numbersOf(chunk));
    }).toThrow('broken');
    expect(given).toEqual([[1, 2, 3]]);
  });
});
