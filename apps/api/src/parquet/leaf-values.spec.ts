import type { SchemaElement } from 'hyparquet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf } from './leaf-pages.fixture.js';
import { leafDecoder, type LeafDecoder } from './leaf-values.js';
import { ParquetError } from './parquet-error.js';

const decoderOf = (element: Omit<SchemaElement, 'name'>): LeafDecoder =>
  leafDecoder(columnOf({ name: 'a', repetition_type: 'REQUIRED', ...element }).leaf);
const FIXED = (type_length: number) => ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length }) as const;
const TEXT = decoderOf({ type: 'BYTE_ARRAY', converted_type: 'UTF8' });

describe('a decimal', () => {
  const decimal = { converted_type: 'DECIMAL', precision: 38, scale: 3 } as const;

  it.each([
    ['INT32', 5, '0.005'],
    ['INT32', -1_234, '-1.234'],
    ['INT64', -(2n ** 63n), '-9223372036854775.808'],
    ['BYTE_ARRAY', Uint8Array.of(0xff, 0x7f), '-0.129'],
    ['BYTE_ARRAY', new Uint8Array(0), '0.000'],
  ] as const)('stored as %s is exact: %s is %s', (type, stored, text) => {
    expect(decoderOf({ type, ...decimal })(stored)).toBe(text);
  });

  it('of any size is exact', () => {
    const read = decoderOf({ ...FIXED(16), ...decimal, scale: 0 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }), (number) => {
        const digits = BigInt.asUintN(128, number).toString(16).padStart(32, '0');
        expect(read(Uint8Array.from(Buffer.from(digits, 'hex')))).toBe(String(number));
      }),
    );
  });

  it('is refused where it is longer than any, or has more digits', () => {
    const read = decoderOf({ type: 'BYTE_ARRAY', ...decimal });
    expect(() => read(new Uint8Array(1_025))).toThrow(ParquetError);
    expect(() => decoderOf({ type: 'INT32', ...decimal, scale: 1_001 })).toThrow(ParquetError);
  });
});

it.each([
  [{ type: 'INT32' }, -7, -7],
  [{ type: 'INT64' }, 2n ** 53n - 1n, 2 ** 53 - 1],
  [{ type: 'INT64' }, -(2n ** 53n), -(2n ** 53n)],
  [{ type: 'INT32', converted_type: 'UINT_32' }, -1, 2 ** 32 - 1],
  [{ type: 'INT64', converted_type: 'UINT_64' }, -1n, 2n ** 64n - 1n],
  // As the library reads differences.
  [{ type: 'INT32', converted_type: 'UINT_32' }, 2n ** 32n - 1n, 2 ** 32 - 1],
  [{ type: 'INT32' }, 2n ** 32n - 7n, -7],
] as const)('an integer of %o stored as %s is %s', (element, stored, value) => {
  expect(decoderOf(element)(stored)).toBe(value);
});

it.each([
  [[0x00, 0x3c], 1],
  [[0x01, 0x00], 2 ** -24],
  [[0x00, 0xc0], -2],
  [[0xff, 0x7b], 65_504],
  [[0x00, 0xfc], Number.NEGATIVE_INFINITY],
  [[0x00, 0x7e], Number.NaN],
])('a number of 16 bits: %s is %s', (bytes, value) => {
  const read = decoderOf({ ...FIXED(2), logical_type: { type: 'FLOAT16' } });
  expect(read(Uint8Array.from(bytes))).toBe(value);
});

it('a text keeps its mark of the byte order, and bytes that are no text are refused', () => {
  expect(TEXT(Buffer.from('\uFEFFé'))).toBe('\uFEFFé');
  expect(() => TEXT(Uint8Array.of(0xc3))).toThrow(
    'expected texts in UTF-8 in column a, got other bytes',
  );
});

it('bytes are a copy of those of the page', () => {
  const page = Uint8Array.of(1, 2, 3, 4);
  const value = decoderOf({ type: 'BYTE_ARRAY' })(page.subarray(1, 3));
  expect(value).toEqual(Uint8Array.of(2, 3));
  expect(value).toHaveProperty('buffer.byteLength', 2);
});

it.each([
  [{ type: 'BOOLEAN' }, 1],
  [{ type: 'INT32' }, '1'],
  [{ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, undefined],
  [{ type: 'DOUBLE' }, 1n],
  [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, 1],
  [{ type: 'BYTE_ARRAY' }, undefined],
] as const)('of %o is refused where it is another value: %s', (element, stored) => {
  expect(() => decoderOf(element)(stored)).toThrow(ParquetError);
});
