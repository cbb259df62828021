import { stat } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { scratchFolder } from '../../../../../test/scratch.js';
import { ParquetFile } from '../../parquet/parquet-file.js';
import type { TargetValue } from '../column-types.js';
import type { TargetColumn } from '../target.js';
import { targetColumn } from './day-target-values.fixture.js';
import { DayFileWriter } from './parquet-day-writer.js';

const SIGNAL = new AbortController().signal;

let at: string;
beforeAll(async () => {
  at = path.join(await scratchFolder(), 'day');
});

type Rows = readonly (readonly TargetValue[])[];

async function write(columns: readonly TargetColumn[], ...slices: readonly Rows[]): Promise<void> {
  const refuse = (row: number, why: string): Error => new Error(`row ${row}: ${why}`);
  const writer = await DayFileWriter.create(at, { columns, notes: { a: '1', b: 'é' }, refuse });
  try {
    for (const slice of slices) await writer.add(slice);
    await writer.finish();
  } finally {
    await writer.close();
  }
}

async function withFile<Result>(
  use: (file: ParquetFile) => Result | Promise<Result>,
): Promise<Result> {
  const file = await ParquetFile.open(at, SIGNAL);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function valuesOf(file: ParquetFile): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const group of file.rowGroups) {
    for await (const rows of file.read({ group, columns: file.columns }, SIGNAL)) {
      values.push(...rows.map(([value]) => value));
    }
  }
  return values;
}

function bytesOf(bound: unknown): Uint8Array | null {
  return bound instanceof Uint8Array ? bound : null;
}

describe('the file of a day', () => {
  it('has row groups of 20,000 rows, and its notes', async () => {
    const rows = Array.from({ length: 45_000 }, (_, id) => [id]);
    const id = targetColumn('id', 'integer', false);
    await write([id], rows.slice(0, 1), rows.slice(1, 30_000), rows.slice(30_000));
    await withFile(async (file) => {
      expect(file.rowGroups.map((group) => group.rows)).toEqual([20_000, 20_000, 5_000]);
      expect([...file.notes]).toEqual([
        ['a', '1'],
        ['b', 'é'],
      ]);
      expect(await valuesOf(file)).toEqual(rows.flat());
      const [, second] = file.rowGroups;
      const [column] = file.columns;
      if (second === undefined || column === undefined) throw new Error('expected two row groups');
      expect(file.range(second, column)).toEqual({ least: 20_000, most: 39_999 });
    });
  });

  it('has more row groups than fifteen, of which lists of Thrift have a longer form', async () => {
    for (const groups of [14, 15, 16]) {
      const rows = Array.from({ length: groups * 20_000 }, (_, id) => [id % 2]);
      await write([targetColumn('flag', 'boolean')], rows);
      await withFile((file) => {
        expect(file.rowGroups).toHaveLength(groups);
        expect(file.rows).toBe(groups * 20_000);
      });
    }
  });

  it('has smaller row groups of long values, and a short footer', async () => {
    const long = (mark: string): string => `${mark}${'x'.repeat(2_500_000)}`;
    const rows = ['b', 'a', 'd', 'c', 'e'].map((mark) => [long(mark), long(mark)]);
    await write([targetColumn('note', 'text'), targetColumn('amount', 'decimal')], rows);
    const { size } = await stat(at);
    await withFile(async (file) => {
      expect(file.rowGroups.map((group) => group.rows)).toEqual([1, 1, 1, 1, 1]);
      expect(await valuesOf(file)).toEqual(rows.map(([note]) => note));
      const ends = file.rowGroups.flatMap(({ chunks }) =>
        chunks.map((its) => its.start + its.size),
      );
      expect(size - Math.max(...ends)).toBeLessThan(2_000);
    });
  });

  it('has bounds that no text is beyond', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '\u{10FFFF}'.repeat(3),
        '\u{10FFFF}'.repeat(40),
        '\uFFFF'.repeat(5),
        '\u007F'.repeat(16),
      ),
    );
    const text = fc
      .array(part, { maxLength: 4 })
      .map((parts) => parts.join(''))
      .filter((its) => its.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (texts) => {
        await write(
          [targetColumn('note', 'text')],
          texts.map((its) => [its]),
        );
        await withFile((file) => {
          const [group] = file.rowGroups;
          const [least, most] = [group?.chunks[0]?.least, group?.chunks[0]?.most].map(bytesOf);
          expect(least).not.toBeNull();
          expect(least?.length).toBeLessThanOrEqual(256);
          for (const bytes of texts.map((its) => Buffer.from(its))) {
            expect(bytes.compare(least ?? bytes)).toBeGreaterThanOrEqual(0);
            expect(bytes.compare(most ?? bytes)).toBeLessThanOrEqual(0);
          }
          // They are short, where there is a short one.
          if (!texts.some((its) => its.startsWith('\u{10FFFF}'))) {
            expect(most?.length).toBeLessThanOrEqual(16);
          }
        });
      }),
      { numRuns: draws(30, 300) },
    );
  });

  it('keeps the sign of zero', async () => {
    const real = targetColumn('real', 'real');
    await write(
      [real],
      Array.from({ length: 100 }, (_, row) => [row % 2 === 0 ? -0 : 0]),
    );
    await withFile(async (file) => {
      const values = await valuesOf(file);
      expect(values.every((value, row) => Object.is(value, row % 2 === 0 ? -0 : 0))).toBe(true);
    });
  });

  it.each([
    ['integer', null, 'expected a value in column its, got NULL'],
    ['integer', 0.5, 'expected an integer of 64 bits in column its, got 0.5'],
    ['integer', 2n ** 63n, 'in column its, got 9223372036854775808'],
    ['real', 'four', 'expected a finite number in column its, got "four"'],
    ['text', 7, 'in column its, got 7'],
    ['date', '2025-02-29', 'in column its, got "2025-02-29"'],
    ['timestamp', '2025-01-01', 'in column its, got "2025-01-01"'],
  ] as const)('refuses a row by its number over all slices: %s %s', async (type, value, why) => {
    const columns = [targetColumn('n', 'integer'), targetColumn('its', type, value !== null)];
    const fits = value === null ? 1 : null;
    const writing = write(
      columns,
      [[1, fits]],
      [
        [2, fits],
        [3, value],
      ],
    );
    await expect(writing).rejects.toThrow(new RegExp(`^row 3: .*${why}$`));
  });

  it('lets the event loop have turns between columns', async () => {
    const columns = Array.from({ length: 40 }, (_, index) => targetColumn(`c${index}`, 'text'));
    const rows = Array.from({ length: 5_000 }, (_, row) =>
      columns.map((_its, at) => `${row} ${at}`),
    );
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await write(columns, rows);
    isDone = true;
    // One for each write to the file, at least.
    expect(turns).toBeGreaterThan(40);
  });
});
