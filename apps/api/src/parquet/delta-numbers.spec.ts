import fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { describe, expect, it } from 'vitest';
import { readDeltas } from './delta-numbers.js';
import { ParquetError } from './parquet-error.js';

function packed(numbers: readonly bigint[]): Uint8Array {
  const writer = new ByteWriter();
  deltaBinaryPack(writer, BigInt64Array.from(numbers), 'INT64');
  return Uint8Array.from(writer.getBytes());
}

function wide({ words }: { readonly words: Uint32Array }): bigint[] {
  return [...new BigInt64Array(words.buffer)];
}

const NUMBERS = fc.array(
  fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -100n, max: 100n }),
    fc.bigInt({ min: 2n ** 40n, max: 2n ** 40n + 3n }),
  ),
  { minLength: 1, maxLength: 300, size: 'max' },
);

describe('numbers that are stored as differences', () => {
  it('are read as they were written, and end where they end', () => {
    fc.assert(
      fc.property(NUMBERS, (numbers) => {
        const bytes = packed(numbers);
        const read = readDeltas(
          Buffer.concat([Buffer.of(7), bytes, Buffer.of(7)]),
          1,
          numbers.length,
        );
        expect(wide(read)).toEqual(numbers);
        expect(read.end).toBe(bytes.length + 1);
      }),
    );
  });

  it('may begin with an unsigned one of 32 bits, as DuckDB writes it', () => {
    // Blocks of 128 in 4 parts, two numbers: 2^32 - 1, and one less.
    const first = [0xfe, 0xff, 0xff, 0xff, 0x1f];
    const bytes = Uint8Array.from([0x80, 0x01, 4, 2, ...first, 1, 0, 0, 0, 0]);
    expect([...readDeltas(bytes, 0, 2).words]).toEqual([0xff_ff_ff_ff, 0, 0xff_ff_ff_fe, 0]);
  });

  it.each([
    ['another number of them', [0x80, 0x01, 4, 3, 0]],
    ['blocks without parts', [0x80, 0x01, 0, 2, 0]],
    ['blocks without numbers', [0, 4, 2, 0]],
    ['parts that are no whole bytes', [0x80, 0x01, 5, 2, 0]],
    ['numbers of 65 bits', [0x80, 0x01, 4, 2, 0, 0, 65, 0, 0, 0]],
    ['the end of the page', [0x80, 0x01, 4, 2, 0, 0, 64, 0, 0, 0, 1]],
    ['a number without an end', [0x80, 0x01, 4, 2, ...Array.from({ length: 12 }, () => 0xff)]],
  ])('end with an error at %s', (_name, bytes) => {
    expect(() => readDeltas(Uint8Array.from(bytes), 0, 2)).toThrow(ParquetError);
  });
});
