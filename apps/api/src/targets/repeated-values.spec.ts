import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Staging } from '../database/staging.js';
import type { TargetValue } from './column-types.js';
import { findRepeatedValues } from './repeated-values.js';
import type { TargetColumn } from './target.js';

const { signal } = new AbortController();
const column = (name: string, type: TargetColumn['type']): TargetColumn => ({
  ...{ name, from: name, type, nullable: true },
});
const COLUMNS = [column('city', 'text'), column('hour', 'integer'), column('price', 'decimal')];
type Row = readonly TargetValue[];

describe('findRepeatedValues', () => {
  it('finds two rows with the same values in all of the columns', async () => {
    const rows: Row[] = [
      ['a', 1, '1'],
      ['a', 2, '1'],
      ['b', 1, '1'],
      ['a', 1, '2'],
    ];
    expect(await findRepeatedValues(COLUMNS, ['hour', 'city'], rows, { signal })).toEqual({
      first: 1,
      second: 4,
      values: [1, 'a'],
    });
    expect(await findRepeatedValues(COLUMNS, ['city', 'hour', 'price'], rows, { signal })).toBe(
      null,
    );
  });

  it('does not take values for the same that only look so when joined', async () => {
    const rows: Row[] = [
      ['a\tb', 1, null],
      ['a', 1, null],
      ['a\\tb', 1, null],
      ['\\N', 1, null],
    ];
    expect(await findRepeatedValues(COLUMNS, ['city'], rows, { signal })).toBeNull();
  });

  it('compares numbers by their value', async () => {
    const rows: Row[] = [
      ['a', 1, '1.50'],
      ['b', 1n, '1.5'],
    ];
    expect(await findRepeatedValues(COLUMNS, ['price'], rows, { signal })).toMatchObject({
      second: 2,
    });
    expect(await findRepeatedValues(COLUMNS, ['hour'], rows, { signal })).toMatchObject({
      second: 2,
    });
  });

  it('takes a row without one of the values for unlike any other', async () => {
    const rows: Row[] = [
      ['a', null, null],
      ['a', null, null],
    ];
    expect(await findRepeatedValues(COLUMNS, ['city', 'hour'], rows, { signal })).toBeNull();
  });

  it('finds a repeated value exactly where there is one, in memory, staged and part by part', async () => {
    const staging = new Staging(null);
    const cases = fc.record({
      numbers: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }),
      rowsAPart: fc.constantFrom(1, 3, 1_000),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ numbers, rowsAPart }) => {
        const rows = numbers.map((number): Row => [`c${number}`, number, null]);
        const staged = staging.create(3);
        staged.append(rows);
        for (const of of [rows, staged]) {
          const found = await findRepeatedValues(COLUMNS, ['city', 'hour'], of, {
            signal,
            rowsAPart,
          });
          expect(found === null).toBe(new Set(numbers).size === numbers.length);
          if (found === null) continue;
          const { first, second } = found;
          expect(first).toBeLessThan(second);
          expect(numbers[first - 1]).toBe(numbers[second - 1]);
        }
        await staged.drop();
      }),
    );
    staging.close();
  });

  it('ends when it is aborted', async () => {
    const rows = [['a', 1, null]] satisfies Row[];
    await expect(
      findRepeatedValues(COLUMNS, ['city'], rows, { signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
  });
});
