import fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { describe, expect, it } from 'vitest';
import { BitRuns, bitsFor } from './bit-runs.js';
import { ParquetError } from './parquet-error.js';

/** Runs of one number, and numbers without runs. */
function numbersOf(most: number): fc.Arbitrary<number[]> {
  const number = fc.integer({ min: 0, max: most });
  const run = fc
    .tuple(number, fc.integer({ min: 1, max: 40 }))
    .map(([value, length]) => Array.from({ length }, () => value));
  return fc.array(fc.oneof(run, fc.array(number, { maxLength: 20 }))).map((parts) => parts.flat());
}

describe('numbers in runs', () => {
  it.each([1, 3, 7, 8, 9, 15, 17])('of %i bits are read as they were written', (width) => {
    const parts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(numbersOf(2 ** width - 1), parts, (numbers, counts) => {
        const writer = new ByteWriter();
        writeRleBitPackedHybrid(writer, numbers, width);
        const bytes = writer.getBytes();
        const runs = new BitRuns(bytes, 0, bytes.length, width);
        const found: number[] = [];
        for (let part = 0; found.length < numbers.length; part += 1) {
          const count = Math.min(counts[part] ?? 30, numbers.length - found.length);
          const some = new Uint32Array(count);
          runs.fill(some, count);
          found.push(...some);
        }
        expect(found).toEqual(numbers);
      }),
    );
  });

  it('of 32 bits keep all of them', () => {
    // A run of one, and a packed run of eight.
    const numbers = Uint32Array.of(0xff_ff_ff_fe, 0x80_00_00_00, 1, 0, 7, 0xab_cd_ef_01, 3, 4);
    const packed = Buffer.from(numbers.buffer);
    const bytes = Buffer.concat([Buffer.of(2, 0xfe, 0xff, 0xff, 0xff, 3), packed]);
    const found = new Uint32Array(9);
    new BitRuns(bytes, 0, bytes.length, 32).fill(found, 9);
    expect([...found]).toEqual([0xff_ff_ff_fe, ...numbers]);
  });

  it.each([
    ['no bytes', []],
    ['runs of nothing', [0, 0, 0, 0]],
    ['a run of two thousand million groups', [0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
    ['a length without an end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a packed run that is cut', [5, 1]],
  ])('end with an error at %s', (_name, bytes) => {
    const runs = new BitRuns(Uint8Array.from(bytes), 0, bytes.length, 9);
    expect(() => {
      runs.fill(new Uint32Array(100), 100);
    }).toThrow(ParquetError);
  });

  it('need as many bits as the largest number', () => {
    expect([0, 1, 2, 3, 4, 255, 256].map(bitsFor)).toEqual([0, 1, 2, 2, 3, 8, 9]);
  });
});
