import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
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
  {
    key,
    ...sizes
  }: {
    readonly rowsAPart?: number;
    readonly rowsABucket?: number;
    readonly key?: readonly string[];
  } = {},
): Promise<RowDifference> {
  const { signal } = new AbortController();
  const of = { columns: COLUMNS, ...(key === undefined ? {} : { key }) };
  return compareRows(of, source, reader(target), { signal, ...sizes });
}

const texts = (shown: readonly ComparedRow[]): string[] =>
  shown.map((row) => JSON.stringify(row)).sort();

/** A row as it is shown: the target has its integers as texts. */
function textOf([b = null, a]: ComparedRow): string {
  return JSON.stringify([b, String(a)]);
}

/** The rows of `all` that `other` lacks, each as often as it does. */
function left(all: readonly ComparedRow[], other: readonly ComparedRow[]): string[] {
  const rest = other.map(textOf);
  return all.flatMap((row) => {
    const text = textOf(row);
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
        const { added, removed, changed, shown } = await compare(source, target, {
          rowsAPart: part,
        });
        const [more, less] = [left(source, target), left(target, source)];
        expect([added, removed, changed]).toEqual([more.length, less.length, null]);
        expect(texts(shown.added)).toEqual(more.sort());
        expect(texts(shown.removed)).toEqual(less.sort());
      }),
      { numRuns: draws(40, 200) },
    );
  });

  it('has changed rows where rows have a key', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 5 }), async (source, target, part) => {
        const found = await compare(source, target, { rowsAPart: part, key: ['a'] });
        const [more, less] = [left(source, target), left(target, source)];
        const keyOf = (text: string): unknown => (JSON.parse(text) as ComparedRow)[1];
        const keys = new Set([...more, ...less].map(keyOf));
        let changed = 0;
        for (const key of keys) {
          const of = (all: readonly string[]): number =>
            all.filter((text) => keyOf(text) === key).length;
          changed += Math.min(of(more), of(less));
        }
        expect(found).toMatchObject({
          ...{ changed, added: more.length - changed, removed: less.length - changed },
        });
        const { shown } = found;
        expect(shown.changed).toHaveLength(changed);
        expect(shown.changed.every(({ before, after }) => before[1] === after[1])).toBe(true);
        const befores = shown.changed.map(({ before }) => before);
        const afters = shown.changed.map(({ after }) => after);
        expect(texts([...shown.removed, ...befores])).toEqual(less.sort());
        expect(texts([...shown.added, ...afters])).toEqual(more.sort());
      }),
      { numRuns: draws(40, 200) },
    );
  });

  it('shows whole pairs of changed rows, twenty at most', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const before = numbers.map((index): ComparedRow => ['old', index]);
    const after = numbers.map((index): ComparedRow => ['new', index]);
    const { shown, ...counts } = await compare(after.toReversed(), before, { key: ['a'] });
    expect(counts).toEqual({ added: 0, removed: 0, changed: 50 });
    expect([shown.added, shown.removed, shown.changed.length]).toEqual([[], [], 20]);
    expect(shown.changed[0]).toEqual({ before: ['old', '49'], after: ['new', '49'] });
  });

  it('is the same for rows that are staged', async () => {
    const table = staging.create(2);
    table.append([
      ['a', 1],
      ['b', 2n ** 60n],
    ]);
    expect(await compare(table, [['b', '1152921504606846976']])).toEqual({
      ...{ added: 1, removed: 0, changed: null },
      shown: { added: [['a', '1']], removed: [], changed: [] },
    });
    await table.drop();
  });

  it('shows twenty rows of each side at most, with the beginning of long texts', async () => {
    const long = 'x'.repeat(1_000);
    const source = Array.from({ length: 50 }, (_, index): ComparedRow => [long, index]);
    const { added, shown } = await compare(source, []);
    expect([added, shown.added.length, shown.removed.length]).toEqual([50, 20, 0]);
    expect(String(shown.added[0]?.[0])).toBe(`${'x'.repeat(200)}…`);
  });

  it('ends after a stop', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(
      compareRows({ columns: COLUMNS }, [['a', 1]], reader([]), { signal }),
    ).rejects.toThrow('stopped');
  });

  it('does not go by a key that too many rows share', async () => {
    const source = Array.from({ length: 10 }, (_, index) => [`r${index}`, 1]);
    const target = source.map(([b, a]) => [b === 'r3' ? 'changed' : (b ?? null), a ?? null]);
    const shared = { key: ['a'], rowsABucket: 19 };
    expect(await compare(source, target, shared)).toMatchObject({
      ...{ added: 1, removed: 1, changed: null },
      shown: { added: [['r3', '1']], removed: [['changed', '1']], changed: [] },
    });
    // Those that are the same do not matter.
    const same = Array.from({ length: 30 }, () => ['same', 7]);
    expect(
      await compare([...same, ['r', 1]], [...same, ['changed', 1]], { ...shared }),
    ).toMatchObject({ changed: 1 });
    expect(await compare(source, target, { ...shared, rowsABucket: 20 })).toMatchObject({
      ...{ added: 0, removed: 0, changed: 1 },
    });
  });
});
