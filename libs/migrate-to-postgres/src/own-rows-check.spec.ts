import { describe, expect, it } from 'vitest';
import { pairedRows } from './own-rows-check.js';
import type { DbRow } from './sqlite-installation.js';

async function pairsOf(ours: readonly DbRow[], theirs: readonly DbRow[]): Promise<unknown[]> {
  async function* read(): AsyncGenerator<DbRow> {
    yield* theirs;
  }
  const pairs = [];
  for await (const pair of pairedRows(ours.values(), read(), (row) => row.slice(0, 2))) {
    pairs.push([pair.ours?.at(-1) ?? null, pair.theirs?.at(-1) ?? null]);
  }
  return pairs;
}

describe('the rows of two sides', () => {
  it('stand beside each other by their keys, where each side has some of its own', async () => {
    const ours = [
      ['a', 1n, 'o1'],
      ['a', 2n, 'o2'],
      ['a', 10n, 'o3'],
      ['c', 1n, 'o4'],
    ];
    const theirs = [
      ['a', 1, 't1'],
      ['a', 10, 't2'],
      ['b', 1, 't3'],
      ['d', 1, 't4'],
    ];
    expect(await pairsOf(ours, theirs)).toEqual([
      ['o1', 't1'],
      ['o2', null],
      ['o3', 't2'],
      [null, 't3'],
      ['o4', null],
      [null, 't4'],
    ]);
  });

  it('sort their texts by bytes, which a string of JavaScript does not', async () => {
    // In UTF-16 the second comes before the first.
    const keys = [
      ['\uff61', 1],
      ['😀', 1],
      ['😀', 2],
    ];
    expect(await pairsOf(keys, keys.slice(1))).toEqual([
      [1, null],
      [1, 1],
      [2, 2],
    ]);
  });

  it('may be none', async () => {
    expect(await pairsOf([], [])).toEqual([]);
    expect(await pairsOf([], [['a', 1]])).toEqual([[null, 1]]);
  });
});
