import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Staging } from '../database/staging.js';
import {
  compareRows,
  type ReadRows,
  type RowDifference,
  type ComparedRow,
} from './row-difference.js';
import type { DayRowsToWrite, TargetColumn } from './target.js';

const COLUMNS: readonly TargetColumn[] = [
  { name: 'b', from: 'b', type: 'text', nullable: true },
  { name: 'a', from: 'a', type: 'integer', nullable: true },
];
const staging = new Staging(null);
afterAll(() => staging.close());

/** A target that gives its rows in slices of three. */
function reader(rows: readonly ComparedRow[]): ReadRows {
  return async (take) => {
    for (let first = 0; first < rows.length; first += 3) await take(rows.slice(first, first + 3));
  };
}

function compare(
  source: DayRowsToWrite,
  target: readonly ComparedRow[],
  rowsAPart?: number,
): Promise<RowDifference> {
  const { signal } = new AbortController();
  return compareRows(COLUMNS, source, reader(target), { signal, rowsAPart });
}

/** The rows of `all` that `other` lacks, each as often as it does. */
function left(all: readonly ComparedRow[], other: readonly ComparedRow[]): string[] {
  const rest = other.map((row) => JSON.stringify(row));
  return all.flatMap((row) => {
    const text = JSON.stringify(row);
    const at = rest.indexOf(text);
    if (at === -1) return [text];
    rest.splice(at, 1);
    return [];
  });
}

const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b\t', null), fc.integer({ min: 0, max: 3 })));

describe('the difference between two sides', () => {
  it('counts each row as often as it is missing, whatever the order and the parts', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 5 }), async (source, target, part) => {
        const { added, removed, before, after } = await compare(source, target, part);
        const [more, less] = [left(source, target), left(target, source)];
        expect([added, removed]).toEqual([more.length, less.length]);
        const texts = (shown: readonly ComparedRow[]): string[] =>
          shown.map((row) => JSON.stringify(row)).sort();
        expect(texts(after)).toEqual(more.sort());
        expect(texts(before)).toEqual(less.sort());
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for rows that are staged', async () => {
    const table = staging.create(2);
    table.append([
      ['a', 1],
      ['b', 2n ** 60n],
    ]);
    expect(await compare(table, [['b', '1152921504606846976']])).toEqual({
      ...{ added: 1, removed: 0, before: [], after: [['a', 1]] },
    });
    await table.drop();
  });

  it('shows twenty rows of each side at most, with the beginning of long texts', async () => {
    const long = 'x'.repeat(1_000);
    const source = Array.from({ length: 50 }, (_, index): ComparedRow => [long, index]);
    const { added, after, before } = await compare(source, []);
    expect([added, after.length, before.length]).toEqual([50, 20, 0]);
    expect(String(after[0]?.[0])).toBe(`${'x'.repeat(200)}…`);
  });

  it('ends once nobody wants it', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(compareRows(COLUMNS, [['a', 1]], reader([]), { signal })).rejects.toThrow(
      'stopped',
    );
  });
});
